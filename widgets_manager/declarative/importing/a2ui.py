"""A2UI v0.9: the messages of surfaces become trees (https://a2ui.org, server_to_client.json of v0.9).

The messages are played to their end: what a surface is then is what is shown. Inputs belong to one form; a path that an
input writes is read from that form everywhere, so that texts follow what is typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from widgets_manager.declarative.importing.a2ui_components import INPUTS, Surface
from widgets_manager.declarative.importing.a2ui_values import Values, steps_of
from widgets_manager.declarative.importing.result import Imported, Node, Notes, stacked
from widgets_manager.declarative.importing.texts import plain

_MESSAGES: Final = ("createSurface", "updateComponents", "updateDataModel", "deleteSurface")
_VERSIONS: Final = ("v0.9", "v0.9.1")
MAX_MESSAGES: Final = 500


@dataclass(slots=True)
class _Played:
    """A surface after the messages: components by id, where these came last, and its data model."""

    components: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    model: Any = field(default_factory=dict)


def is_a2ui(value: Any) -> bool:
    """Whether the value is a message of A2UI, a list of them, or an object with `messages`."""
    messages = _messages(value)
    return bool(messages) and all(
        isinstance(message, dict) and any(name in message for name in _MESSAGES) for message in messages
    )


def import_a2ui(value: Any) -> Imported:
    """The surfaces that are there after all messages, one under the other."""
    notes = Notes(lambda path: _of_message(value, path))
    surfaces = _play(_messages(value), notes)
    trees: list[Node] = []
    ctx: dict[str, Any] = {}
    for position, played in enumerate(surfaces.values()):
        tree, model = _surface(played, notes, "" if len(surfaces) == 1 else f"s{position}_")
        trees.append(tree)
        ctx |= model
    if not trees:
        trees = [notes.notice("", "A2UI", "the messages leave no surface to show")]
    return notes.imported("a2ui", stacked(trees), ctx=ctx)


def _of_message(value: Any, path: str) -> str:
    """The place of `messages[0].…` in the payload, which may be their list, or a single one."""
    if isinstance(value, dict) and not isinstance(value.get("messages"), list):
        return path.removeprefix("messages[0]").removeprefix(".")
    return path if isinstance(value, dict) else path.removeprefix("messages")


def _of_component(places: Mapping[str, str], path: str) -> str:
    """The place of what a note calls by its component's id: `id`, `parent.id`, `id.checks[0]`."""
    parent, _, key = path.partition(".")
    for name in (path, key):
        if name in places:
            return places[name]
    name = parent.partition("[")[0]
    return places[name] + path.removeprefix(name) if name in places else ""


def _messages(value: Any) -> list[Any]:
    if isinstance(value, dict) and isinstance(value.get("messages"), list):
        value = value["messages"]
    return value if isinstance(value, list) else [value]


def _surface(played: _Played, notes: Notes, prefix: str) -> tuple[Node, dict[str, Any]]:
    """The tree of a surface; with several, each has its values under a name of its own."""
    bound = frozenset(_bound(played.components, prefix))
    model = played.model if isinstance(played.model, dict) else {"value": played.model}
    values = Values(notes, prefix=prefix.rstrip("_"), bound=bound)
    notes.locate = partial(_of_component, played.places)
    tree = Surface(played.components, values, notes).node("root", "root")
    return tree, {prefix.rstrip("_"): model} if prefix else model


def _bound(components: Mapping[str, Mapping[str, Any]], prefix: str) -> Iterator[str]:
    """The absolute paths that inputs write."""
    for component in components.values():
        value = component.get("value")
        pointer = value.get("path") if isinstance(value, dict) else None
        if plain(component.get("component")) in INPUTS and isinstance(pointer, str):
            yield "/".join(steps_of(pointer))


def _play(messages: list[Any], notes: Notes) -> dict[str, _Played]:
    surfaces: dict[str, _Played] = {}
    for position, message in enumerate(messages[:MAX_MESSAGES]):
        place = f"messages[{position}]"
        version = message.get("version")
        if version is not None and version not in _VERSIONS:
            notes.note(f"{place}.version", "A2UI", f"is {plain(version)[:20]!r}; it is read as v0.9")
        for name in _MESSAGES:
            if name in message:
                _take(surfaces, name, message[name], f"{place}.{name}", notes)
    if len(messages) > MAX_MESSAGES:
        notes.note("messages", "A2UI", f"only the first {MAX_MESSAGES} messages are read")
    return surfaces


def _take(surfaces: dict[str, _Played], name: str, body: Any, place: str, notes: Notes) -> None:
    if not isinstance(body, dict):
        notes.note(place, name, "must be an object")
        return
    key = plain(body.get("surfaceId", ""))
    if name == "deleteSurface":
        surfaces.pop(key, None)
        return
    surface = surfaces.setdefault(key, _Played())
    if name == "updateComponents":
        _take_components(surface, body.get("components"), place, notes)
    elif name == "updateDataModel":
        _set(surface, plain(body.get("path", "/")), body, place, notes)


def _take_components(surface: _Played, listed: Any, place: str, notes: Notes) -> None:
    for position, component in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(component, dict) and isinstance(component.get("id"), str):
            surface.components[component["id"]] = component
            surface.places[component["id"]] = notes.locate(f"{place}.components[{position}]")
        else:
            notes.note(f"{place}.components[{position}]", "component", "must be an object with an id")


def _set(surface: _Played, pointer: str, body: Mapping[str, Any], place: str, notes: Notes) -> None:
    """Put a value into the model, or take one out where the message has none."""
    steps = steps_of(pointer)
    if not steps:
        surface.model = body.get("value", {})
        return
    if not isinstance(surface.model, dict):
        surface.model = {}
    target: Any = surface.model
    for step in steps[:-1]:
        below = _below(target, step)
        if not isinstance(below, dict | list):
            below = {}
            if not _put(target, step, below):
                notes.note(place, "updateDataModel", f"there is no place {pointer[:100]!r} in the data model")
                return
        target = below
    if "value" in body:
        done = _put(target, steps[-1], body["value"])
    else:
        done = isinstance(target, dict)
        target.pop(steps[-1], None) if isinstance(target, dict) else None
    if not done:
        notes.note(place, "updateDataModel", f"there is no place {pointer[:100]!r} in the data model")


def _below(target: Any, step: str) -> Any:
    if isinstance(target, dict):
        return target.get(step)
    index = _index(step)
    return target[index] if isinstance(target, list) and index is not None and index < len(target) else None


def _put(target: Any, step: str, value: Any) -> bool:
    if isinstance(target, dict):
        target[step] = value
        return True
    index = _index(step)
    if not isinstance(target, list) or index is None or index > len(target):
        return False
    target[index : index + 1] = [value]
    return True


def _index(step: str) -> int | None:
    return int(step) if step.isdecimal() and step.isascii() and len(step) < 7 else None
