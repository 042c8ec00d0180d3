"""`list`, and the collection that serves every other panelType."""

from __future__ import annotations

from typing import Any

import pytest

from tests.panels.conftest import Desk, Make
from widgets_manager.core.exceptions import ApiError
from widgets_manager.panels.templates import collection, lists

AUTHOR = {"title": {"type": "string", "required": True}, "author": {"type": "string"}, "pages": {"type": "number"}}


@pytest.fixture(params=["list", "weather-station"])
def shelf(make: Make, request: pytest.FixtureRequest) -> Desk:
    return make(request.param, slug="shelf", **AUTHOR)


def rows(desk: Desk) -> list[dict[str, Any]]:
    return [row.data | {"title": row.title} for row in desk.run("list").items or ()]


def test_it_works(shelf: Desk) -> None:
    assert shelf.run("add", title="Kindred", author="Octavia Butler", pages=264).message == (
        "Added 'Kindred' to Shelf A."
    )
    [row] = shelf.run("list").items or ()
    assert (row.title, row.subtitle) == ("Kindred", "Author: Octavia Butler · Pages: 264")
    assert shelf.run("list").message == "Shelf A has 1 entry."


def test_update_by_title_renames_by_new_title(shelf: Desk) -> None:
    shelf.run("add", title="Kindred")
    shelf.run("update", title="kindred", newTitle="Kindred (1979)", done=True)
    assert [(row["title"], row["done"]) for row in rows(shelf)] == [("Kindred (1979)", True)]


def test_update_by_position_takes_the_title_as_the_new_one(shelf: Desk) -> None:
    shelf.run("add", title="Kindred")
    shelf.run("update", position=1, title="Wild Seed")
    assert [row["title"] for row in rows(shelf)] == ["Wild Seed"]


def test_update_by_nothing_or_with_nothing_is_refused(shelf: Desk) -> None:
    shelf.run("add", title="Kindred")
    given: list[dict[str, Any]] = [{}, {"title": "Kindred"}, {"newTitle": "x"}]
    for params in given:
        with pytest.raises(ApiError) as caught:
            shelf.run("update", **params)
        assert caught.value.status == 422
    assert [row["title"] for row in rows(shelf)] == ["Kindred"]


def test_remove_and_clear(shelf: Desk) -> None:
    for title in ("one", "two", "three"):
        shelf.run("add", title=title)
    shelf.run("update", title="two", done=True)
    assert shelf.run("clear", done=True).message == "Removed 1 done entry from Shelf A."
    assert shelf.run("remove", position=-1).message == "Removed 'three' from Shelf A."
    assert shelf.titles() == ["one"]
    assert shelf.run("clear").message == "Removed 1 entry from Shelf A."


def test_fields_that_are_the_panels_own_are_refused(make: Make) -> None:
    desk = make("list", title={"type": "string"}, created_at={"type": "string"})
    with pytest.raises(ApiError) as caught:
        desk.run("add", title="x", created_at="1999")
    assert caught.value.path == "params.created_at"


def test_fields_are_bounded(make: Make) -> None:
    desk = make("collection", title={"type": "string"}, blob={"type": "object"})
    for blob in ({"x": "y" * 9_000}, {"x": float("nan")}):
        with pytest.raises(ApiError) as caught:
            desk.run("add", title="x", blob=blob)
        assert (caught.value.status, caught.value.path) == (422, "params")
    assert desk.titles() == []


def test_the_view_has_an_input_and_an_output_for_each_field(make: Make) -> None:
    odd = {"title": {"type": "string"}, "dueDate": {"type": "string", "required": True}, "is_new": {"type": "boolean"}}
    hidden = {"__proto__": {"type": "string"}, "two words": {"type": "string"}, "tags": {"type": "array"}}
    desk = make("list", **odd, **hidden)
    shown = lists.view(desk.person.actor, desk.panel)
    assert shown["data"]["fields"] == [
        {"name": "dueDate", "label": "Due date", "type": "string", "required": True},
        {"name": "is_new", "label": "Is new", "type": "boolean", "required": False},
    ]
    assert "{{fields[0].label}}" in str(shown["tree"])
    assert "item.dueDate" in str(shown["tree"])


def test_a_manifests_words_never_become_expressions(make: Make) -> None:
    desk = make("gallery", title={"type": "string"}, price={"type": "number", "description": "{{ctx.secret}}"})
    shown = collection.view(desk.person.actor, desk.panel)
    assert "secret" not in str(shown["tree"])
    assert [column["key"] for column in _table(shown["tree"])["columns"]] == ["title", "price"]


def _table(tree: dict[str, Any]) -> dict[str, Any]:
    return next(node for node in tree["children"] if node["type"] == "table")
