"""Stage: views. The shapes of this room in the OpenAPI document (docs/apps.md tells the story)."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from widgets_manager.core.schema import Problem

ALL: Final = OpenApiParameter("all", str, description="`1`: disabled ones, too.")


class AppSide(serializers.Serializer[Any]):
    """The head of the side panel."""

    title = serializers.CharField(allow_null=True)
    icon = serializers.CharField(allow_null=True)
    accent = serializers.CharField(allow_null=True)
    width = serializers.FloatField(allow_null=True)


class AppTab(serializers.Serializer[Any]):
    """The head of a tab."""

    id = serializers.CharField()
    title = serializers.CharField(allow_null=True)
    icon = serializers.CharField(allow_null=True)
    accent = serializers.CharField(allow_null=True)


class AppAgent(serializers.Serializer[Any]):
    """An agent, without what it is told."""

    id = serializers.CharField()
    role = serializers.CharField(allow_blank=True)


class App(serializers.Serializer[Any]):
    """An installed app, without its trees."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    version = serializers.CharField()
    icon = serializers.CharField(allow_null=True)
    accent = serializers.CharField(allow_null=True)
    chat_side = AppSide(allow_null=True)
    tabs = AppTab(many=True)
    modals = serializers.ListField(child=serializers.CharField())
    inline = serializers.ListField(child=serializers.CharField())
    agents = AppAgent(many=True)
    network = serializers.ListField(child=serializers.CharField(), help_text="Hosts it may ask and show pictures of.")
    enabled = serializers.BooleanField()


class Apps(serializers.Serializer[Any]):
    """Apps by name."""

    apps = App(many=True)


class AppsAnswer(serializers.Serializer[Any]):
    """The apps that the caller sees."""

    data = Apps()  # type: ignore[assignment]  # DRF keeps fields apart from attributes


class AppName(serializers.Serializer[Any]):
    """Whose widgets they are."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    version = serializers.CharField()


class AppWidgets(serializers.Serializer[Any]):
    """A compiled block `widgets`: every entry is `{tree, data, title?, …}`."""

    version = serializers.IntegerField()
    chat_side = serializers.DictField(allow_null=True)
    workspace_tabs = serializers.ListField(child=serializers.DictField())
    modals = serializers.DictField()
    inline = serializers.DictField()
    app = AppName()


class AppWidgetsAnswer(serializers.Serializer[Any]):
    """The widgets of an app."""

    data = AppWidgets()  # type: ignore[assignment]  # DRF keeps fields apart from attributes


class ValidateWish(serializers.Serializer[Any]):
    """Either a text, with the contents of widgets/ by name, or a JSON document; or the text itself as the body."""

    source = serializers.CharField(required=False, help_text="YAML or JSON.")  # type: ignore[assignment]  # DRF keeps fields apart from attributes
    files = serializers.DictField(child=serializers.CharField(), required=False)
    document = serializers.JSONField(required=False)


class Validity(serializers.Serializer[Any]):
    """What a check found."""

    valid = serializers.BooleanField()
    errors = Problem(many=True)  # type: ignore[assignment]  # DRF keeps fields apart from attributes
    warnings = Problem(many=True)
    kind = serializers.ChoiceField(["app", "widgets", "tree", "adaptive_card", "a2ui"])
    config = serializers.DictField(required=False, help_text="The compiled form, where there is no error.")
    fallbacks = serializers.ListField(child=serializers.DictField(), help_text="What an import has no equivalent for.")


class ValidityAnswer(serializers.Serializer[Any]):
    """What a check found."""

    data = Validity()  # type: ignore[assignment]  # DRF keeps fields apart from attributes
