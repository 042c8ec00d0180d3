"""Stage: views. The HTTP API of installs and of previews (docs/api.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.exceptions import InvalidInput, Problem
from widgets_manager.core.schema import reads, writes
from widgets_manager.core.strict_json import parse_json
from widgets_manager.widgets import preview_schema, schema
from widgets_manager.widgets.access import get_version, get_widget, versions_of
from widgets_manager.widgets.actions import installs, versions
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.previews import show_preview
from widgets_manager.widgets.serializers import show_version, show_widget

MAX_CHOICES: Final = 100_000


@extend_schema(tags=["widgets"])
class InstallView(ApiView):
    """Install a widget from a URL or from pasted JSON or YAML."""

    @writes(schema.InstallAnswer, 404, 409, 413, 422, 502, status=201, body=schema.InstallWish)
    def post(self, request: Request) -> Response:
        """Body `{url}` or `{file}` (JSON or YAML text); `tenantWide: true` installs for everybody (admins).

        `contentHash` of a preview makes sure that what was previewed is installed; `choices` is what the person
        decided about blocks of the package, such as `{"plugin": {"hosts": ["api.example.com"]}}`.
        """
        only_fields(request.data, "url", "file", "tenantWide", "contentHash", "choices")
        return _installed(
            self,
            _source(request.data),
            field(request.data, "tenantWide", bool, required=False, default=False),
            field(request.data, "contentHash", str, required=False),
            _choices(field(request.data, "choices", dict, required=False, default={})),
        )


@extend_schema(tags=["widgets"])
class InstallFileView(ApiView):
    """Install a widget from an uploaded file."""

    parser_classes = [MultiPartParser]

    @writes(schema.InstallAnswer, 409, 413, 422, status=201, body=schema.UploadWish)
    def post(self, request: Request) -> Response:
        """Multipart with one `file`; `tenantWide=true` installs for everybody (admins), `contentHash` as above, and
        `choices` as JSON."""
        tenant_wide = request.POST.get("tenantWide", "").lower() == "true"
        chosen = parse_json(request.POST.get("choices", "{}").encode("utf-8", "surrogatepass"), max_bytes=MAX_CHOICES)
        choices = _choices(chosen)
        return _installed(self, _upload(request), tenant_wide, request.POST.get("contentHash"), choices)


@extend_schema(tags=["widgets"])
class PreviewView(ApiView):
    """What a package would bring; nothing is installed."""

    @writes(preview_schema.PreviewAnswer, 404, 413, 422, 502, body=preview_schema.PreviewWish)
    def post(self, request: Request) -> Response:
        """Body `{url}` or `{file}` (JSON or YAML text)."""
        only_fields(request.data, "url", "file")
        return _previewed(self, _source(request.data))


@extend_schema(tags=["widgets"])
class PreviewFileView(ApiView):
    """What an uploaded package would bring."""

    parser_classes = [MultiPartParser]

    @writes(preview_schema.PreviewAnswer, 413, 422, body=preview_schema.PreviewUpload)
    def post(self, request: Request) -> Response:
        """Multipart with one `file`."""
        return _previewed(self, _upload(request))


@extend_schema(tags=["widgets"])
class UpdateView(ApiView):
    """Another version of an installed widget."""

    @writes(schema.InstallAnswer, 404, 409, 413, 422, 502, body=schema.NewVersionWish)
    def post(self, request: Request, widget_id: str) -> Response:
        """Body `{url}` or `{file}` (JSON or YAML text), `contentHash?`; its places and what they keep stay."""
        only_fields(request.data, "url", "file", "contentHash")
        content_hash = field(request.data, "contentHash", str, required=False)
        widget = get_widget(self.actor, widget_id)
        return _updated(self, widget, _source(request.data), content_hash)


@extend_schema(tags=["widgets"])
class UpdateFileView(ApiView):
    """Another version of an installed widget, as a file."""

    parser_classes = [MultiPartParser]

    @writes(schema.InstallAnswer, 404, 409, 413, 422, body=schema.NewVersionUpload)
    def post(self, request: Request, widget_id: str) -> Response:
        """Multipart with one `file`, `contentHash?`."""
        widget = get_widget(self.actor, widget_id)
        return _updated(self, widget, _upload(request), request.POST.get("contentHash"))


@extend_schema(tags=["widgets"])
class VersionsView(ApiView):
    """The versions that a widget has been."""

    @reads(schema.VersionsAnswer, 404)
    def get(self, request: Request, widget_id: str) -> Response:
        """Newest first; one of them is the current one."""
        widget = get_widget(self.actor, widget_id)
        return Response({"versions": [show_version(widget, row) for row in versions_of(widget)]})

    @writes(schema.WidgetAnswer, 404, 409, 422, body=schema.VersionChoice)
    def post(self, request: Request, widget_id: str) -> Response:
        """Go to one of them: `{version}`, its id."""
        only_fields(request.data, "version")
        widget = get_widget(self.actor, widget_id)
        version = get_version(widget, field(request.data, "version", str))
        return Response(
            {"widget": show_widget(versions.go_to_version(actor=self.actor, widget=widget, version=version))}
        )


def _updated(view: ApiView, widget: InstalledWidget, source: installs.Source, content_hash: str | None) -> Response:
    moved, warnings = versions.update_widget(actor=view.actor, widget=widget, source=source, content_hash=content_hash)
    return Response(_shown(moved, warnings))


def _source(data: Any) -> installs.Source:
    url = field(data, "url", str, required=False)
    text = field(data, "file", str, required=False)
    if (url is None) == (text is None):
        raise InvalidInput("Give either 'url' or 'file'.", path="url")
    return installs.from_url(url) if url is not None else installs.from_text(text)


def _upload(request: Request) -> installs.Source:
    upload = request.FILES.get("file")
    if upload is None:
        raise InvalidInput("file: required (multipart/form-data)", path="file")
    return installs.from_upload(upload.name or "", upload.size or 0, upload.read)


def _choices(data: Any) -> dict[str, dict[str, Any]]:
    """What the person decided, by block. Raises InvalidInput."""
    if not isinstance(data, dict) or not all(isinstance(chosen, dict) for chosen in data.values()):
        raise InvalidInput("choices: must be an object of objects, by block", path="choices")
    return data


def _previewed(view: ApiView, source: installs.Source) -> Response:
    package, warnings = installs.read_package(actor=view.actor, source=source)
    return Response({"preview": show_preview(package, warnings)})


def _installed(
    view: ApiView,
    source: installs.Source,
    tenant_wide: bool,
    content_hash: str | None,
    choices: dict[str, dict[str, Any]],
) -> Response:
    widget, warnings = installs.install_widget(
        actor=view.actor, source=source, tenant_wide=tenant_wide, content_hash=content_hash, choices=choices
    )
    return Response(_shown(widget, warnings), status=201)


def _shown(widget: InstalledWidget, warnings: Iterable[Problem]) -> dict[str, Any]:
    told = [warning.as_dict() for warning in warnings]
    return {"widget": show_widget(widget)} | ({"warnings": told} if told else {})
