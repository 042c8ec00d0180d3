"""Compile: a tree, or a block `widgets`, is checked as a whole and every fault reported at once.

Order: limits, then the catalog's schema, then the walk. A compiled tree is the tree as it was written: the browser
evaluates it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from widgets_manager.declarative.fields import field_names
from widgets_manager.declarative.limits import check_limits
from widgets_manager.declarative.messages import schema_problems
from widgets_manager.declarative.problems import InvalidTree, Problem, quoted, step, unknown
from widgets_manager.declarative.registry import load_catalog
from widgets_manager.declarative.shapes import shapes
from widgets_manager.declarative.walk import Walk

ALIAS: Final = "workspace"
# Raise it by hand with every change of what is made of a document: installed apps are then compiled anew when they are
# read, from the files that came with them.
COMPILER: Final = 1

Around: TypeAlias = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class CompiledTree:
    """The outcome for one tree. `names` are the first steps of all paths its expressions read."""

    tree: Any
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    nodes: int = 0
    primitives: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @property
    def valid(self) -> bool:
        """Whether it can be served."""
        return not self.errors

    def require(self) -> CompiledTree:
        """Itself. Raises InvalidTree with every error if there is one."""
        if self.errors:
            raise InvalidTree(self.errors)
        return self


@dataclass(frozen=True, slots=True)
class CompiledWidgets:
    """The outcome for a block `widgets`.

    `config` is `{version, chat_side: {…}|None, workspace_tabs: [{id, …}], modals: {name: {…}}, inline: {name: {…}}}`,
    each entry `{tree, data, title?, …}`: files are merged, refs resolved, the alias of a zone is gone; None where there
    are errors. `order` has what a database does not keep, the names in the order in which they were written:
    `{modals, inline, fields}`, fields being the inputs of all trees; `compiler` is the number of the one that made it.
    """

    config: dict[str, Any] | None
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    nodes: int = 0
    primitives: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()

    @property
    def valid(self) -> bool:
        """Whether it can be served."""
        return not self.errors

    def require(self) -> CompiledWidgets:
        """Itself. Raises InvalidTree with every error if there is one."""
        if self.errors:
            raise InvalidTree(self.errors)
        return self


def compile_tree(tree: Any, *, path: str = "tree", bindings: Iterable[str] | None = None) -> CompiledTree:
    """Check one tree of plain JSON values; `path` is what places in messages begin with.

    With `bindings`, the names of the tree's data, a name in an expression that is none of them gives a warning.
    Never raises for what the tree holds: the faults are in `errors`.
    """
    if limit := check_limits(tree, path):
        return CompiledTree(tree, (limit,), ())
    catalog = load_catalog()
    found = schema_problems(catalog.node_validator.iter_errors(tree), catalog.definitions, path)
    walk = Walk()
    walk.enter(None if bindings is None else frozenset(bindings))
    walk.node(tree, path)
    if walk.bindings is not None:
        _warn_of_unknown(walk, {"binding": set(walk.bindings)})
    return CompiledTree(
        tree,
        _in_order(found + walk.errors),
        _in_order(walk.warnings),
        walk.nodes,
        frozenset(walk.primitives),
        frozenset(walk.actions),
        frozenset(walk.tools),
        frozenset(walk.names),
    )


def compile_widgets(
    document: Any, *, files: Mapping[str, Any] | None = None, path: str = "widgets", around: Around | None = None
) -> CompiledWidgets:
    """Check a block `widgets` and the contents of widgets/*.yaml by file stem, which join `inline`.

    With `around` the document is a part of an app, which has dialogs (`modal`) and tabs (`tab`) by these names; of a
    kind that it does not tell of, any name may be there. Never raises for what the document holds. A stem that
    `inline` declares too is an error.
    """
    collisions: list[Problem] = []
    if files and isinstance(document, dict):
        document, collisions = _with_files(document, files, path)
    if limit := check_limits(document, path):
        return CompiledWidgets(None, (limit,), ())
    catalog = load_catalog()
    found = schema_problems(catalog.document_validator.iter_errors(document), catalog.definitions, path)
    walk = Walk()
    if isinstance(document, dict):
        _walk_document(document, walk, path, around)
    errors = _in_order(collisions + found + walk.errors)
    return CompiledWidgets(
        None if errors else _config(document),
        errors,
        _in_order(walk.warnings),
        walk.nodes,
        frozenset(walk.primitives),
        frozenset(walk.actions),
        frozenset(walk.tools),
    )


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))


def _with_files(document: dict[str, Any], files: Mapping[str, Any], path: str) -> tuple[dict[str, Any], list[Problem]]:
    inline = document.get("inline", {})
    if not isinstance(inline, dict):
        return document, []
    place = step(path, "inline")
    twice = [Problem(step(place, name), f"is also declared by widgets/{name}.yaml") for name in files if name in inline]
    return {**document, "inline": {**files, **inline}}, twice


def _zones(document: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every widget of the document: the name of its shape, itself, its path."""
    if isinstance(side := document.get("chat_side"), dict):
        yield "chat_side", side, step(path, "chat_side")
    for zone in ("workspace_tabs", ALIAS):
        tabs = document.get(zone)
        for place, tab in enumerate(tabs if isinstance(tabs, list) else ()):
            if isinstance(tab, dict):
                yield "tab", tab, step(step(path, zone), place)
    for zone, shape in (("modals", "modal"), ("inline", "inline_widget")):
        entries = document.get(zone)
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            if isinstance(entry, dict):
                yield shape, entry, step(step(path, zone), name)


def _walk_document(document: dict[str, Any], walk: Walk, path: str, around: Around | None) -> None:
    known = (*load_catalog().index["zones"], ALIAS, "version")
    for key in document:
        if key not in known:
            walk.warnings.append(Problem(step(path, key), unknown("block", key, known)))
    for shape, widget, place in _zones(document, path):
        data = widget.get("data")
        walk.enter(frozenset(data) if isinstance(data, dict) else frozenset())
        if shape == "inline_widget" and "tree" not in widget:
            walk.node(widget, place)
        else:
            walk.object(widget, place, shapes()["zones"][shape])
    if isinstance(document.get("version"), float) and document["version"] == 1:  # which is 1 to JSON Schema
        walk.errors.append(Problem(step(path, "version"), f"must be 1, a whole number, not {document['version']}"))
    _check_tabs(document, walk, path)
    _check_refs(document, walk, path)
    _check_references(document, walk, around)


def _check_tabs(document: dict[str, Any], walk: Walk, path: str) -> None:
    first: dict[str, str] = {}
    for shape, tab, place in _zones(document, path):
        name = tab.get("id")
        if shape == "tab" and isinstance(name, str) and first.setdefault(name, place) != place:
            walk.errors.append(Problem(step(place, "id"), f"{quoted(name)} is already the id of {first[name]}"))


def _check_refs(document: dict[str, Any], walk: Walk, path: str) -> None:
    """A widget of another zone may name an inline widget, or file, that it shows: it has to be there."""
    inline = document.get("inline")
    declared = inline if isinstance(inline, dict) else {}
    for shape, widget, place in _zones(document, path):
        name = widget.get("ref")
        if shape == "inline_widget" or not isinstance(name, str):
            continue
        if "tree" in widget:
            walk.errors.append(Problem(step(place, "ref"), "takes the place of 'tree': only one of them is allowed"))
        if name not in declared:
            walk.errors.append(Problem(step(place, "ref"), unknown("inline widget", name, declared)))


def _check_references(document: dict[str, Any], walk: Walk, around: Around | None) -> None:
    """Warn of dialogs, tabs and bindings that actions name and nothing in the document, or around it, declares."""
    widgets = list(_zones(document, ""))
    modals = document.get("modals")
    declared = {
        "modal": set(modals) if isinstance(modals, dict) else set(),
        "tab": {tab.get("id") for shape, tab, _ in widgets if shape == "tab" and isinstance(tab.get("id"), str)},
        "binding": {name for _, widget, _ in widgets for name in _names(widget.get("data"))},
    }
    if around is not None:
        declared = {kind: names for kind, names in declared.items() if kind in ("binding", *around)}
        for kind, names in around.items():
            declared[kind] |= set(names)
    _warn_of_unknown(walk, declared)


def _warn_of_unknown(walk: Walk, declared: Mapping[str, set[Any]]) -> None:
    for kind, place, name in walk.references:
        if kind in declared and name not in declared[kind]:
            walk.warnings.append(Problem(place, unknown(kind, name, declared[kind])))


def _names(data: Any) -> Iterable[str]:
    return data if isinstance(data, dict) else ()


def _config(document: dict[str, Any]) -> dict[str, Any]:
    inline = {name: _whole(entry) for name, entry in document.get("inline", {}).items()}

    def widget(entry: dict[str, Any]) -> dict[str, Any]:
        if "ref" not in entry:
            return _whole(entry)
        shown = inline[entry["ref"]]
        data = {**shown["data"], **entry.get("data", {})}
        return {**shown, **{key: value for key, value in entry.items() if key != "ref"}, "data": data}

    side = document.get("chat_side")
    modals = {name: widget(entry) for name, entry in document.get("modals", {}).items()}
    zones = {
        "chat_side": widget(side) if side else None,
        "workspace_tabs": [widget(tab) for zone in ("workspace_tabs", ALIAS) for tab in document.get(zone, ())],
        "modals": modals,
        "inline": inline,
    }
    order = {"modals": list(modals), "inline": list(inline), "fields": field_names(zones)}
    return {"version": document["version"], **zones, "order": order, "compiler": COMPILER}


def in_order(config: Mapping[str, Any]) -> dict[str, Any]:
    """A compiled config that a database gave back: its zones alone, in the order in which they were written."""
    order = config.get("order", {})
    zones = {name: value for name, value in config.items() if name not in ("order", "compiler")}
    for name in ("modals", "inline"):
        entries = zones.get(name, {})
        zones[name] = {key: entries[key] for key in order.get(name, ()) if key in entries} | entries
    return zones


def _whole(entry: dict[str, Any]) -> dict[str, Any]:
    """A widget {tree, data, …}, where the entry may be only its tree."""
    return {**entry, "data": entry.get("data", {})} if "tree" in entry else {"tree": entry, "data": {}}
