"""Stage: views. How the admin shows a row: every column, JSON as readable text, links to the rows that belong to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Field, JSONField, Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from widgets_manager.core.admin_base import TenantScopedAdmin


class DetailedAdmin(TenantScopedAdmin):
    """Shows every column of a row that `exclude` does not name, also those that forms leave out."""

    class Media:
        css: ClassVar = {"all": ("core/admin.css",)}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The columns in the model's order."""
        hidden = set(self.exclude or ())
        return [_column(field) for field in self.model._meta.concrete_fields if field.name not in hidden]


def rows_link(model: type[Model], count: int, **lookup: object) -> SafeString | int:
    """The number of rows as a link to their list; nothing to follow when there are none."""
    if not count:
        return 0
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return format_html('<a href="{}?{}">{}</a>', address, urlencode(lookup), count)


def _column(field: Field[Any, Any]) -> str | Callable[[Model], str]:
    if not isinstance(field, JSONField):
        return field.name

    @admin.display(description=str(field.verbose_name))
    def show(row: Model) -> str:
        value = getattr(row, field.name)
        text = json.dumps(value, indent=2, ensure_ascii=False, cls=field.encoder)
        return format_html("<pre>{}</pre>", text) if value else "-"

    return show
