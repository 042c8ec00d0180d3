"""The seven kinds of widgets: what each takes, and the payload that carries it.

Not `from __future__ import annotations`: the keys that are required are read from the classes at run time.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NotRequired, TypedDict

ResponseMode = Literal["individual", "collective"]


class Target(TypedDict):
    """Where a widget goes. `to` is a person's id, or `group:<conversation id>`.

    `widget_id` is what the answer's `ref` will say; a stable one makes answers easy to tell apart, and a widget sent
    under an id used before replaces the older one. `expires_at` is a moment with a time zone, or ISO 8601 text.
    `response_mode="collective"` makes it a vote of a group.
    """

    conversation_id: str
    to: str
    widget_id: NotRequired[str | None]
    expires_at: NotRequired[str | datetime | None]
    response_mode: NotRequired[ResponseMode | None]


class Prompt(Target):
    """What every kind shows."""

    title: str
    body: NotRequired[str | None]


class Labels(TypedDict, total=False):
    """The words on the two buttons of a confirmation."""

    yes: str
    no: str


class Option(TypedDict):
    """One of several; `id` is what the answer says."""

    id: str
    label: str
    description: NotRequired[str]


class Field(TypedDict):
    """A field of a form."""

    name: str
    label: str
    type: Literal[
        "text",
        "textarea",
        "number",
        "email",
        "url",
        "tel",
        "password",
        "checkbox",
        "select",
        "radio",
        "date",
        "time",
        "datetime",
    ]
    required: NotRequired[bool]
    min: NotRequired[float | str]
    max: NotRequired[float | str]
    pattern: NotRequired[str]
    options: NotRequired[Sequence[Option]]
    placeholder: NotRequired[str]
    default: NotRequired[Any]


class Confirm(Prompt):
    """Answer: True or False."""

    danger: NotRequired[bool | None]
    labels: NotRequired[Labels | None]


class Choice(Prompt):
    """Answer: the id of an option, or with `multi` a list of ids."""

    options: Sequence[Option]


class MultiChoice(Choice):
    """A choice that may allow several."""

    multi: NotRequired[bool | None]


class Permission(Prompt):
    """Answer: `{"granted": bool, "scope": the one picked}`."""

    scopes: NotRequired[Sequence[str] | None]
    authorization: NotRequired[Mapping[str, Any] | None]


class Form(Prompt):
    """Answer: an object by field name."""

    fields: Sequence[Field]
    submitLabel: NotRequired[str | None]


class Progress(Prompt):
    """Answer: only when the person cancels it. `value` is 0 in the beginning, unless given."""

    value: NotRequired[float]
    max: NotRequired[float | None]
    cancellable: NotRequired[bool | None]


class FilePicker(Prompt):
    """Answer: `{"files": […]}`; the files are attachments of the message. `accept` has MIME types and `.endings`."""

    multiple: NotRequired[bool | None]
    accept: NotRequired[Sequence[str] | None]
    max_files: NotRequired[int | None]


class DateTime(Prompt):
    """Answer: `{"mode", "value"}`, the value in ISO 8601."""

    mode: Literal["date", "time", "datetime"]
    min: NotRequired[str | None]
    max: NotRequired[str | None]


_KINDS: dict[str, type[Any]] = {
    "confirm": Confirm,
    "choice": MultiChoice,
    "permission": Permission,
    "form": Form,
    "progress": Progress,
    "file-picker": FilePicker,
    "datetime": DateTime,
}
_OUTSIDE_SPEC = frozenset(Target.__annotations__)
_WIRE_NAMES = {"max_files": "maxFiles"}


def standard(kind: str, arguments: Mapping[str, Any]) -> tuple[str, str]:
    """The id and the payload text of a new widget. Raises TypeError for arguments that the kind does not have."""
    _check_arguments(kind, arguments)
    widget_id = arguments.get("widget_id") or str(uuid.uuid4())
    spec = {
        _WIRE_NAMES.get(name, name): value
        for name, value in arguments.items()
        if name not in _OUTSIDE_SPEC and value is not None
    }
    payload: dict[str, Any] = {"type": "widget.standard", "id": widget_id, "v": 1, "kind": kind, "spec": spec}
    if arguments.get("expires_at"):
        payload["expires_at"] = moment(arguments["expires_at"])
    if arguments.get("response_mode"):
        payload["response_mode"] = arguments["response_mode"]
    return widget_id, json.dumps(payload)


def update(ref: str, spec: Mapping[str, Any] | None, expires_at: str | datetime | None) -> tuple[str, str]:
    """The id and the payload text of a change of a widget."""
    update_id = str(uuid.uuid4())
    patch: dict[str, Any] = {}
    if spec is not None:
        patch["spec"] = dict(spec)
    if expires_at is not None:
        patch["expires_at"] = moment(expires_at)
    return update_id, json.dumps({"type": "widget.update", "id": update_id, "v": 1, "ref": ref, "patch": patch})


def moment(value: str | datetime) -> str:
    """ISO 8601 in UTC. Raises ValueError for a datetime without a time zone: nobody could know what it means."""
    if isinstance(value, str):
        return value
    if value.tzinfo is None:
        raise ValueError("expires_at: a datetime needs a time zone, as datetime.now(UTC) has")
    return value.astimezone(UTC).isoformat()


def _check_arguments(kind: str, arguments: Mapping[str, Any]) -> None:
    shape = _KINDS[kind]
    missing = sorted(shape.__required_keys__ - arguments.keys())
    if missing:
        raise TypeError(f"a {kind} widget needs {', '.join(missing)}")
    unknown = sorted(arguments.keys() - shape.__required_keys__ - shape.__optional_keys__)
    if unknown:
        raise TypeError(f"a {kind} widget has no {', '.join(unknown)}")
