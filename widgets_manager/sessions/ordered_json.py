"""Stage: models. JSON that keeps the order of its keys, as people and their widgets set them."""

from __future__ import annotations

from typing import Any

from django.db import models
from psycopg.types.json import Json


class OrderedJSONField(models.JSONField):
    """PostgreSQL's `json`: kept as it was written, so that nothing inside of it can be looked up by a query."""

    def db_type(self, connection: Any) -> str:
        """`json` instead of `jsonb`, which sorts keys by their length."""
        return "json"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The value as the driver has read it."""
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """The value as the driver writes it."""
        return Json(value if prepared else self.get_prep_value(value))
