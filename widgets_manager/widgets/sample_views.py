"""Stage: views. The samples that come with the application, and what they fetch. Public: they hold nobody's data."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.views import APIView

from widgets_manager.core.exceptions import NotFound
from widgets_manager.core.schema import Error, described_by, reads
from widgets_manager.widgets.samples import (
    all_sample_names,
    sample_app_names,
    sample_data,
    sample_data_names,
    sample_names,
    sample_package,
    sample_plugin_names,
    sample_script,
)

_SAMPLE_NAME: Final = OpenApiParameter("name", str, description="One of `/api/widgets/samples`.")
_DATA_NAME: Final = OpenApiParameter("name", str, required=True, description="Such as `visitors`.")


class SamplesAnswer(serializers.Serializer[Any]):
    """Names of sample manifests, of sample apps and of sample plugins."""

    samples = serializers.ListField(child=serializers.CharField())
    apps = serializers.ListField(child=serializers.CharField())
    plugins = serializers.ListField(child=serializers.CharField())


class SampleDescription(APIView):
    """A sample."""

    authentication_classes = []

    @reads(OpenApiTypes.OBJECT, 404, tags=["widgets"], operation_id="sample_manifest", parameters=[_SAMPLE_NAME])
    def get(self) -> None:
        """A valid manifest to try an install with. Public; it holds nobody's data."""


class SamplesDescription(APIView):
    """The samples."""

    authentication_classes = []

    @reads(SamplesAnswer, tags=["widgets"], operation_id="samples")
    def get(self) -> None:
        """Their names. Public."""


class SampleScriptDescription(APIView):
    """A script of a sample."""

    authentication_classes = []

    @extend_schema(
        tags=["widgets"],
        operation_id="sample_script",
        responses={(200, "text/javascript"): OpenApiTypes.STR, 404: Error},
    )
    def get(self) -> None:
        """A script that a sample manifest names as its entrypoint. Public."""


class SampleDataDescription(APIView):
    """What a sample widget fetches."""

    authentication_classes = []

    @reads(OpenApiTypes.OBJECT, 404, tags=["widgets"], operation_id="sample_data", parameters=[_DATA_NAME])
    def get(self) -> None:
        """Made-up figures. Public."""


@described_by(SampleDescription)
def sample_manifest_view(request: HttpRequest) -> HttpResponse:
    """A valid package to try an install with: `?name=` one of the samples. Public; it holds nobody's data."""
    name = request.GET.get("name", sample_names()[0])
    found = sample_package(name)
    if found is None:
        raise NotFound(f"There is no sample '{name}' (there are: {', '.join(all_sample_names())}).", path="name")
    return HttpResponse(found[0], content_type=found[1])


@described_by(SamplesDescription)
def sample_list_view(request: HttpRequest) -> JsonResponse:
    """The names of the samples: manifests, apps, and plugins. Public."""
    return JsonResponse({"samples": sample_names(), "apps": sample_app_names(), "plugins": sample_plugin_names()})


@described_by(SampleScriptDescription)
def sample_script_view(request: HttpRequest, name: str, file: str) -> HttpResponse:
    """A script that a sample manifest names as its entrypoint. Public."""
    script = sample_script(name, file)
    if script is None:
        raise NotFound("There is no such sample script.")
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@described_by(SampleDataDescription)
def sample_data_view(request: HttpRequest) -> HttpResponse:
    """What a sample widget fetches: `?name=`. Public; made up."""
    data = sample_data(request.GET.get("name", ""))
    if data is None:
        raise NotFound(f"There is no such data (there are: {', '.join(sample_data_names())}).", path="name")
    return HttpResponse(data, content_type="application/json")
