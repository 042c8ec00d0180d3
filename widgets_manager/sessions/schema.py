"""Stage: views. The shapes of sessions in the OpenAPI document (docs/sessions.md tells the story)."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from widgets_manager.sessions.models import MountedWidget

SESSION: Final = OpenApiParameter("session_id", str, description="The conversation's id.")
WIDGET: Final = OpenApiParameter("widget", str, description="A widget's key, or the id of a mounted one.")
CTX: Final = OpenApiParameter("ctx", str, description="JSON object that expressions read as ctx.")
WIDGET_ID: Final = OpenApiParameter("widget_id", str, description="A mounted widget.")
APP: Final = OpenApiParameter("app", str, description="Whose state; without it, the chat's own.")
KEY: Final = OpenApiParameter("key", str, description="Key or dotted path; without it, the whole state.")


class Mounted(serializers.Serializer[Any]):
    """A mounted widget."""

    widget_id = serializers.CharField()
    zone = serializers.ChoiceField(MountedWidget.Zone.choices)
    app = serializers.UUIDField(allow_null=True)
    ref = serializers.CharField(allow_null=True)
    title = serializers.CharField(allow_blank=True)
    tree = serializers.DictField()
    data = serializers.DictField()  # type: ignore[assignment]  # DRF keeps fields apart from attributes
    ctx = serializers.DictField()
    values = serializers.DictField()
    errors = serializers.DictField()  # type: ignore[assignment]  # likewise
    answered = serializers.DictField(allow_null=True)
    answers = serializers.DictField()
    created_at = serializers.DateTimeField()


class SessionFields(serializers.Serializer[Any]):
    """State by app id ("" for the chat's own), and what is mounted, oldest first."""

    state = serializers.DictField()
    widgets = Mounted(many=True)


class SessionAnswer(serializers.Serializer[Any]):
    """What the stream `session:<id>` shows at first."""

    data = SessionFields()  # type: ignore[assignment]  # likewise


class RenderWish(serializers.Serializer[Any]):
    """A widget to show: one of ref, tree and payload."""

    app = serializers.UUIDField(required=False)
    zone = serializers.ChoiceField([*MountedWidget.Zone.values, "workspace"])
    ref = serializers.CharField(required=False)
    tree = serializers.DictField(required=False)
    payload = serializers.JSONField(required=False)
    data = serializers.DictField(required=False)  # type: ignore[assignment]  # likewise
    ctx = serializers.DictField(required=False)
    title = serializers.CharField(required=False)


class RenderedFields(serializers.Serializer[Any]):
    """What was mounted, and what of it could not be shown as it was meant."""

    widget_id = serializers.CharField()
    widget = Mounted()
    fallbacks = serializers.ListField(child=serializers.DictField())
    warnings = serializers.ListField(child=serializers.DictField())


class RenderedAnswer(serializers.Serializer[Any]):
    """A mounted widget."""

    data = RenderedFields()  # type: ignore[assignment]  # likewise


class MountedFields(serializers.Serializer[Any]):
    """The widget as it is now."""

    widget = Mounted()


class MountedAnswer(serializers.Serializer[Any]):
    """The widget as it is now."""

    data = MountedFields()  # type: ignore[assignment]  # likewise


class UpdateWish(serializers.Serializer[Any]):
    """Values by dotted path."""

    widget_id = serializers.CharField()
    patch = serializers.DictField()
    app = serializers.UUIDField(required=False)


class CloseWish(serializers.Serializer[Any]):
    """Which widget."""

    widget_id = serializers.CharField()
    app = serializers.UUIDField(required=False)


class ErrorWish(serializers.Serializer[Any]):
    """What to say, and beside which binding."""

    widget_id = serializers.CharField()
    message = serializers.CharField(allow_blank=True)
    binding = serializers.CharField(required=False)
    app = serializers.UUIDField(required=False)


class ClosedFields(serializers.Serializer[Any]):
    """Which was closed; False where it was closed before."""

    widget_id = serializers.CharField()
    closed = serializers.BooleanField()


class ClosedAnswer(serializers.Serializer[Any]):
    """It is closed."""

    data = ClosedFields()  # type: ignore[assignment]  # likewise


class ValueFields(serializers.Serializer[Any]):
    """Whether there is a value, and it."""

    found = serializers.BooleanField()
    value = serializers.JSONField(allow_null=True)


class ValueAnswer(serializers.Serializer[Any]):
    """A value of the state."""

    data = ValueFields()  # type: ignore[assignment]  # likewise


class StateWish(serializers.Serializer[Any]):
    """Values by key, dotted path, or path with an operation."""

    set = serializers.DictField()
    app = serializers.UUIDField(required=False)


class StateFields(serializers.Serializer[Any]):
    """The whole state of the app."""

    state = serializers.DictField()


class StateAnswer(serializers.Serializer[Any]):
    """The state after the change."""

    data = StateFields()  # type: ignore[assignment]  # likewise


class PromptFields(serializers.Serializer[Any]):
    """Empty where there is nothing to say."""

    prompt_section = serializers.CharField(allow_blank=True)


class PromptAnswer(serializers.Serializer[Any]):
    """What the next turn's prompt says of the widgets."""

    data = PromptFields()  # type: ignore[assignment]  # likewise


class ActionWish(serializers.Serializer[Any]):
    """An action with its expressions replaced by values."""

    widget_id = serializers.CharField()
    type = serializers.CharField()
    payload = serializers.DictField(required=False)
    action_id = serializers.CharField(required=False)
    form = serializers.DictField(required=False)
    state = serializers.DictField(required=False)
    session_id = serializers.UUIDField(required=False)
    idempotency_key = serializers.CharField(required=False)


class EffectFields(serializers.Serializer[Any]):
    """What came of it: `{action, …}`."""

    ok = serializers.BooleanField()
    effect = serializers.DictField()


class EffectAnswer(serializers.Serializer[Any]):
    """The effect of an action."""

    data = EffectFields()  # type: ignore[assignment]  # likewise


class BindingFields(serializers.Serializer[Any]):
    """A binding's value and the HTTP status it came with."""

    value = serializers.JSONField(allow_null=True)
    status = serializers.IntegerField()


class BindingAnswer(serializers.Serializer[Any]):
    """The value of a binding."""

    data = BindingFields()  # type: ignore[assignment]  # likewise


class GivenFile(serializers.Serializer[Any]):
    """One file."""

    file = serializers.FileField()


class GivenFileFields(serializers.Serializer[Any]):
    """A stored file; `url` downloads it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    media_type = serializers.CharField()
    url = serializers.CharField()


class GivenFileAnswer(serializers.Serializer[Any]):
    """A stored file."""

    data = GivenFileFields()  # type: ignore[assignment]  # likewise
