"""The walk through a tree: everything that a schema cannot say, and what the tree refers to.

Unknown primitives and actions, unknown properties, expressions, inputs that share a name in a form, ids, declared
names. The schema's findings come from `messages`; both together are a compile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from widgets_manager.declarative.addresses import address_fault
from widgets_manager.declarative.icons import icon_fault
from widgets_manager.declarative.patterns import slow_part
from widgets_manager.declarative.problems import Problem, hint, quoted, step, unknown
from widgets_manager.declarative.readings import read_text
from widgets_manager.declarative.registry import load_catalog
from widgets_manager.declarative.shapes import Field, Holds, Shape, shapes

_SUGGESTED: Final = 20  # icons whose closest name is looked for: there are thousands of names to compare with
_ALWAYS: Final = frozenset({"form", "state", "ctx", "error"})
_ONE: Final[Mapping[Holds, Holds]] = {"nodes": "node", "actions": "action", "objects": "object"}


@dataclass(frozen=True, slots=True)
class Within:
    """Where a value stands: the names its expressions read besides, and the places of the names in its form."""

    scope: frozenset[str] = frozenset()
    form: dict[str, str] | None = None


_NOWHERE: Final = Within()


@dataclass(slots=True)
class Walk:
    """One pass over one tree or several trees of a document; findings gather in its lists."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    primitives: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    tools: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    references: list[tuple[str, str, str]] = field(default_factory=list)
    nodes: int = 0
    lost_icons: int = 0
    bindings: frozenset[str] | None = None
    ids: dict[str, str] = field(default_factory=dict)

    def enter(self, bindings: frozenset[str] | None) -> None:
        """Begin another tree, with the names of its bindings; None where they are not known."""
        self.bindings = bindings
        self.ids = {}

    def node(self, node: Any, path: str, within: Within = _NOWHERE) -> None:
        """Walk a node and all below it."""
        if not isinstance(node, dict):
            return
        self.nodes += 1
        name = node.get("type")
        shape = shapes()["primitives"].get(name) if isinstance(name, str) else None
        if shape is None:
            self._unknown_primitive(name, path)
            shape = _ANY_NODE
        else:
            self.primitives.add(str(name))
        self._check_id(node, path)
        if name == "form":
            within = Within(within.scope, {})
        elif within.form is not None and name in load_catalog().inputs:
            self._check_input(node, path, within.form)
        self._object(node, path, shape, within, known=shape is not _ANY_NODE)

    def action(self, action: Any, path: str, within: Within = _NOWHERE) -> None:
        """Walk an action and those that follow it."""
        if not isinstance(action, dict):
            return
        name = action.get("action")
        shape = shapes()["actions"].get(name) if isinstance(name, str) else None
        if shape is None:
            if isinstance(name, str):
                self.errors.append(Problem(step(path, "action"), unknown("action", name, shapes()["actions"])))
            return
        self.actions.add(str(name))
        self._note(action, path)
        self._refer(str(name), action, path)
        if not isinstance(action.get("kind", ""), str) and "kind" not in shape.fields:
            self.errors.append(Problem(step(path, "kind"), f"must be a text, not {quoted(action['kind'])}"))
            action = {key: item for key, item in action.items() if key != "kind"}
        self._object(action, path, shape, within)

    def source(self, source: Any, path: str) -> None:
        """Walk a data source; its expressions read the state and what the widget was opened with."""
        if not isinstance(source, dict):
            return
        name = source.get("type")
        shape = shapes()["sources"].get(name) if isinstance(name, str) else None
        if shape is not None:
            self._note(source, path)
            self._object(source, path, shape, _NOWHERE)
        elif isinstance(name, str):
            self.errors.append(Problem(step(path, "type"), unknown("source", name, shapes()["sources"])))

    def object(self, value: Any, path: str, shape: Shape) -> None:
        """Warn of properties of an object that are not known, and walk the others."""
        if isinstance(value, dict):
            self._object(value, path, shape, _NOWHERE)

    def _object(self, value: dict[str, Any], path: str, shape: Shape, within: Within, known: bool = True) -> None:
        for key, item in value.items():
            held = shape.fields.get(key)
            if isinstance(item, str) and held is not None and held.is_checked:
                self._check_text(item, step(path, key), held)
            if held is None:
                if known:
                    self._unknown_property(key, item, path, shape)
            elif held.holds != "value":
                self._held(item, step(path, key), held, held.holds, Within(within.scope | held.scope, within.form))
            elif held.expression:
                self._texts(item, step(path, key), within.scope | held.scope)
            elif isinstance(item, str) and "{{" in item and key not in ("type", "action"):
                self.warnings.append(Problem(step(path, key), "takes no expression: {{…}} is used as it is written"))

    def _held(self, item: Any, path: str, held: Field, holds: Holds, within: Within) -> None:
        if holds in _ONE and isinstance(item, list):
            for place, entry in enumerate(item):
                self._held(entry, step(path, place), held, _ONE[holds], within)
        elif holds == "node":
            self.node(item, path, within)
        elif holds == "action":
            self.action(item, path, within)
        elif holds == "sources" and isinstance(item, dict):
            for name, source in item.items():
                self.source(source, step(path, name))
        elif holds == "object" and isinstance(item, dict) and held.shape is not None:
            self._object(item, path, held.shape, within)
        elif held.expression and isinstance(item, str):
            self._texts(item, path, within.scope)

    def _texts(self, value: Any, path: str, scope: frozenset[str]) -> None:
        """Read the expressions of a property, at any depth."""
        if isinstance(value, str):
            if "{{" in value:
                self._text(value, path, scope)
        elif isinstance(value, dict):
            for key, item in value.items():
                self._texts(item, step(path, key), scope)
        elif isinstance(value, list):
            for place, item in enumerate(value):
                self._texts(item, step(path, place), scope)

    def _text(self, text: str, path: str, scope: frozenset[str]) -> None:
        reading = read_text(text)
        self.errors.extend(Problem(path, fault) for fault in reading.errors)
        self.names |= reading.names
        if self.bindings is None:
            return
        known = _ALWAYS | scope | self.bindings
        for name in sorted(reading.names - known):
            self.warnings.append(
                Problem(path, f"nothing is called {name!r} here (known: {sorted(known)}){hint(name, known)}")
            )

    def _unknown_primitive(self, name: Any, path: str) -> None:
        if not isinstance(name, str):
            return  # the schema says so
        self.errors.append(Problem(step(path, "type"), unknown("primitive", name, shapes()["primitives"])))

    def _unknown_property(self, key: str, value: Any, path: str, shape: Shape) -> None:
        accents = load_catalog().index["accents"]
        if key == "accent" and value not in accents and not (isinstance(value, str) and "{{" in value):
            self.errors.append(Problem(step(path, key), unknown("accent", value, accents)))
        self.warnings.append(Problem(step(path, key), f"unknown property {quoted(key)}{hint(key, shape.fields)}"))

    def _check_text(self, text: str, path: str, held: Field) -> None:
        """What is wrong with an address, what is slow in a pattern, and icons that there are not."""
        if held.schemes and (fault := address_fault(text, held.schemes)):
            self.errors.append(Problem(path, fault))
        if held.pattern and (part := slow_part(text)):
            message = f"{quoted(part)} repeats what repeats already: a browser may take very long for some texts"
            self.warnings.append(Problem(path, message))
        if held.icon and "{{" not in text and (fault := icon_fault(text, suggest=self.lost_icons < _SUGGESTED)):
            self.lost_icons += 1
            self.warnings.append(Problem(path, fault))

    def _check_id(self, node: dict[str, Any], path: str) -> None:
        name = node.get("id")
        if not isinstance(name, str):
            return
        first = self.ids.setdefault(name, path)
        if first != path:
            self.warnings.append(Problem(step(path, "id"), f"{quoted(name)} is also the id of {first}"))

    def _check_input(self, node: dict[str, Any], path: str, form: dict[str, str]) -> None:
        name = node.get("name")
        if not isinstance(name, str):
            return
        first = form.setdefault(name, path)
        if first != path:
            message = f"{quoted(name)} is already the name of {first}; the inputs of a form need names of their own"
            self.errors.append(Problem(step(path, "name"), message))

    def _note(self, value: dict[str, Any], path: str) -> None:
        """Remember the tool that an action or source runs."""
        if isinstance(value.get("tool"), str):
            self.tools.add(value["tool"])

    def _refer(self, name: str, action: dict[str, Any], path: str) -> None:
        """Remember the dialogs, tabs and bindings that an action names; `references` are (kind, path, name)."""
        if name == "refresh" and isinstance(action.get("bindings"), list):
            place = step(path, "bindings")
            self._refer_to("binding", [(step(place, at), named) for at, named in enumerate(action["bindings"])])
        elif name == "open_modal":
            self._refer_to("modal", [(step(path, "modal"), action.get("modal"))])
        elif name == "open_workspace" or (name == "navigate" and "app" not in action):
            self._refer_to("tab", [(step(path, "tab"), action.get("tab"))])

    def _refer_to(self, kind: str, named: list[tuple[str, Any]]) -> None:
        self.references += [(kind, path, name) for path, name in named if isinstance(name, str) and "{{" not in name]


def _any_node() -> Shape:
    """The properties in which an unknown primitive's nodes and actions are looked for."""
    fields: dict[str, Field] = {}
    for shape in shapes()["primitives"].values():
        fields.update({key: held for key, held in shape.fields.items() if held.holds in ("node", "nodes", "action")})
    return Shape(fields)


_ANY_NODE: Final = _any_node()
