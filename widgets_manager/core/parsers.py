"""Stage: views. Request bodies: strict JSON, one fault, one clear sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, Final

from rest_framework.parsers import BaseParser

from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.strict_json import parse_json

MAX_BODY: Final = 1_000_000


class StrictJSONParser(BaseParser):
    """JSON without duplicate keys, NaN, lone surrogates or excessive depth (see strict_json)."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body; an empty one is `{}`. Raises ApiError INVALID_JSON 422 or TOO_LARGE 413."""
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise ApiError(f"The body is larger than {MAX_BODY:,} bytes.", code="TOO_LARGE", status=413)
        return parse_json(body, max_bytes=MAX_BODY) if body.strip() else {}
