"""Stage: views. The HTTP API of apps: what there is, their widgets, and checks without an install (docs/apps.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from widgets_manager.apps import schema
from widgets_manager.apps.access import active_apps, get_app, visible_apps
from widgets_manager.apps.lint import lint_app, lint_document, lint_text
from widgets_manager.apps.serializers import show_app, show_checked, show_widgets
from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.exceptions import ApiError, InvalidInput
from widgets_manager.core.parsers import MAX_BODY, StrictJSONParser
from widgets_manager.core.schema import reads, writes
from widgets_manager.declarative.documents import Checked
from widgets_manager.widgets.models import InstalledWidget


class TextParser(BaseParser):
    """A body that is the document itself."""

    media_type = "text/*"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """`{"source": text}`. Raises ApiError TOO_LARGE 413 and InvalidInput for what is not UTF-8."""
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise ApiError(f"The body is larger than {MAX_BODY:,} bytes.", code="TOO_LARGE", status=413)
        try:
            return {"source": body.decode("utf-8")} if body.strip() else {}
        except UnicodeDecodeError as error:
            raise InvalidInput(f"The body is not UTF-8: byte {error.start + 1}.", path="source") from None


class YamlParser(TextParser):
    """The same under YAML's own name (RFC 9512)."""

    media_type = "application/yaml"


class OldYamlParser(TextParser):
    """The same under the name that came before."""

    media_type = "application/x-yaml"


@extend_schema(tags=["apps"])
class AppsView(ApiView):
    """Installed apps."""

    @reads(schema.AppsAnswer, parameters=[schema.ALL])
    def get(self, request: Request) -> Response:
        """One's own and the organisation's, by name; the enabled ones, with `?all=1` all that one sees."""
        everything = request.query_params.get("all") == "1"
        rows = list(visible_apps(self.actor)) if everything else active_apps(self.actor)
        return Response({"data": {"apps": [show_app(row) for row in rows]}})


@extend_schema(tags=["apps"])
class AppWidgetsView(ApiView):
    """The widgets of an app."""

    @reads(schema.AppWidgetsAnswer, 404, 409)
    def get(self, request: Request, app_id: str) -> Response:
        """The compiled config: side panel, tabs, modals and inline widgets."""
        return Response({"data": show_widgets(get_app(self.actor, app_id))})


@extend_schema(tags=["apps"])
class ValidateView(ApiView):
    """Check a document without installing it."""

    parser_classes = [StrictJSONParser, TextParser, YamlParser, OldYamlParser]

    @writes(schema.ValidityAnswer, 413, 422, body=schema.ValidateWish)
    def post(self, request: Request) -> Response:
        """Body: the text itself (text/*, application/yaml), `{source, files?}` or `{document}`."""
        checked = _checked(request.data)
        if checked is None and _is_text(request):
            checked = lint_text("")
        if checked is None:
            raise InvalidInput("Give either 'source' or 'document'.", path="source")
        return Response({"data": show_checked(checked)})


@extend_schema(tags=["apps"])
class AppValidateView(ApiView):
    """Check a document as a part of an app, or the app itself."""

    parser_classes = [StrictJSONParser, TextParser, YamlParser, OldYamlParser]

    @writes(schema.ValidityAnswer, 404, 409, 413, 422, body=schema.ValidateWish)
    def post(self, request: Request, app_id: str) -> Response:
        """As above; an empty body checks what is installed."""
        app = get_app(self.actor, app_id)
        return Response({"data": show_checked(_checked(request.data, app) or lint_app(app))})


def _is_text(request: Request) -> bool:
    """Whether the body is the document itself: an empty one is an empty document."""
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind in (YamlParser.media_type, OldYamlParser.media_type)


def _checked(data: Any, app: InstalledWidget | None = None) -> Checked | None:
    """What the body asks to be checked; None for an empty one."""
    only_fields(data, "source", "files", "document")
    source = field(data, "source", str, required=False)
    files = field(data, "files", dict, required=False, default={})
    if source is not None and "document" in data:
        raise InvalidInput("Give either 'source' or 'document'.", path="source")
    for name, text in files.items():
        if not isinstance(text, str):
            raise InvalidInput(f"files.{name}: must be a text", path=f"files.{name}")
    if source is not None:
        return lint_text(source, files=files, app=app)
    return lint_document(data["document"], app=app) if "document" in data else None
