"""The trees of the templates: valid in the catalog, whole in what they call, and read-only for viewers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.panels.conftest import Desk, Make
from tests.people import Person
from widgets_manager.core.access import session_actor
from widgets_manager.declarative.compiler import compile_tree
from widgets_manager.panels.tree_files import load_tree, tree_names
from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.panels_of import builtin_panel
from widgets_manager.widgets.registry import PanelTemplate, intent_handlers

TYPES = ["taskboard", "list", "notes", "links", "metric", "anything else"]
FIELDS = {
    "title": {"type": "string"},
    "author": {"type": "string"},
    "pages": {"type": "number"},
    "new": {"type": "boolean"},
}


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a tree."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from nodes(part)


def tools(tree: Any) -> list[dict[str, Any]]:
    return [node for node in nodes(tree) if node.get("action") == "tool"]


@pytest.fixture(params=[*TYPES, "recent", "demo", "quick-links-q"])
def shown(request: pytest.FixtureRequest, make: Make, alice: Person) -> tuple[Person, Panel, PanelTemplate]:
    kind: str = request.param
    panel = make(kind, **FIELDS).panel if kind in TYPES else builtin_panel(kind)
    return alice, panel, intent_handlers.template_for(panel)


def test_it_works() -> None:
    assert tree_names() == ["collection", "demo", "links", "list", "metric", "notes", "recent", "taskboard"]
    for name in tree_names():
        assert compile_tree(load_tree(name)).errors == ()


def test_every_view_compiles_without_a_warning(shown: tuple[Person, Panel, PanelTemplate]) -> None:
    person, panel, template = shown
    view = template.view(person.actor, panel)
    compiled = compile_tree(view["tree"], bindings=view["data"])
    assert (compiled.errors, compiled.warnings) == ((), ())


def test_controls_call_what_the_template_understands(shown: tuple[Person, Panel, PanelTemplate]) -> None:
    person, panel, template = shown
    called = tools(template.view(person.actor, panel)["tree"])
    assert called
    for tool in called:
        assert tool["tool"] in template.operations
        assert set(tool["args"]) <= set(template.operations[tool["tool"]].params)


def test_form_fields_fit_the_operations_that_they_join(shown: tuple[Person, Panel, PanelTemplate]) -> None:
    person, panel, template = shown
    declared = {field["name"] for field in template.view(person.actor, panel)["data"].get("fields", ())}
    for form in nodes(template.view(person.actor, panel)["tree"]):
        if form.get("type") != "form":
            continue
        names = {node["name"] for node in nodes(form["children"]) if "name" in node and node.get("type") != "icon"}
        for tool in tools(form):
            assert names <= set(template.operations[tool["tool"]].params) | declared


def test_viewers_get_no_control_that_writes(shown: tuple[Person, Panel, PanelTemplate], vera: Person) -> None:
    _, panel, template = shown
    view = template.view(session_actor(vera.user, vera.tenant.pk), panel)
    assert view["data"]["can_write"] is False
    for path in _paths_to_writes(view["tree"], template):
        guards = "".join(str(node.get(guard, "")) for node in path for guard in ("visible_if", "disabled"))
        assert "can_write" in guards, path[-1]


def _paths_to_writes(node: Any, template: PanelTemplate, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, list):
        for part in node:
            yield from _paths_to_writes(part, template, above)
    elif isinstance(node, dict):
        path = (*above, node)
        if node.get("action") == "tool" and template.operations[node["tool"]].effect == "write":
            yield path
        yield from _paths_to_writes(list(node.values()), template, path)


def test_empty_states_say_what_to_say(make: Make, board: Desk) -> None:
    template = intent_handlers.template_for(board.panel)
    hint = template.view(board.person.actor, board.panel)["data"]["hint"]
    assert hint == 'Use the field above, or say "add buy milk to Board A" in the chat.'
