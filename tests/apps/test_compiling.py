"""Stored packages are compiled anew by a newer compiler, and zones keep the order in which they were written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.apps.conftest import GREETER, install_app, my_app
from tests.people import Person
from tests.widgets.conftest import manifest
from widgets_manager.apps import compiling
from widgets_manager.declarative import compiler
from widgets_manager.declarative.documents import Checked
from widgets_manager.packages.models import PackageVersion

MARK = {"type": "divider"}


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An earlier compiler, which put a mark into every inline widget; undone, it is today's again."""
    config = compiler._config

    def marked(document: dict[str, Any]) -> dict[str, Any]:
        made = config(document)
        return {**made, "inline": {**made["inline"], "mark": {"tree": MARK, "data": {}}}}

    monkeypatch.setattr(compiler, "_config", marked)
    monkeypatch.setattr(compiler, "COMPILER", 0)
    return monkeypatch


def inline(person: Person, app_id: object) -> list[str]:
    return list(person.client.get(f"/api/apps/{app_id}/widgets").json()["data"]["inline"])


def test_it_works(alice: Person, older: pytest.MonkeyPatch) -> None:
    app = install_app(alice, my_app(), "my-app.zip")
    assert "mark" in inline(alice, app.pk)
    older.undo()
    assert inline(alice, app.pk) == ["booking_modal", "confirm_delete", "source_card", "source_search", "hello"]
    assert "mark" in app.package_version.blocks["widgets"]["inline"]  # a version never changes


def test_an_install_of_the_same_package_is_compiled_by_todays(alice: Person, older: pytest.MonkeyPatch) -> None:
    first = install_app(alice)
    alice.client.delete(f"/api/widgets/{first.pk}")
    older.undo()
    second = install_app(alice)
    assert PackageVersion.objects.count() == 1
    assert inline(alice, second.pk) == []


def test_manifests_with_widgets_are_compiled_from_themselves(alice: Person, older: pytest.MonkeyPatch) -> None:
    text = json.dumps(manifest(widgets={"version": 1, "inline": {"note": {"type": "text", "text": "a"}}}))
    made = alice.client.post("/api/widgets/install", {"file": text}).json()["widget"]["id"]
    older.undo()
    assert inline(alice, made) == ["note"]


def test_what_todays_compiler_refuses_stays_as_it_was(
    alice: Person, older: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = install_app(alice)
    older.undo()
    monkeypatch.setattr(compiling, "check_stored", lambda version: Checked("app"))
    assert inline(alice, app.pk) == ["mark"]


def test_it_is_compiled_once(alice: Person, older: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch) -> None:
    app = install_app(alice)
    older.undo()
    inline(alice, app.pk)
    monkeypatch.setattr(compiling, "check_stored", lambda version: pytest.fail("compiled twice"))
    inline(alice, app.pk)


def test_what_is_up_to_date_is_not_compiled(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    app = install_app(alice)
    monkeypatch.setattr(compiling, "check_stored", lambda version: pytest.fail("compiled again"))
    inline(alice, app.pk)


def test_zones_are_in_the_order_in_which_they_were_written(alice: Person) -> None:
    """A database keeps short names before long ones."""
    names = ["the_longest_name", "b", "middling", "a"]
    entries = "".join(f"\n    {name}: {{ tree: {{ type: divider }} }}" for name in names)
    app = install_app(alice, GREETER + f"  modals:{entries}\n  inline:{entries}\n")
    data = alice.client.get(f"/api/apps/{app.pk}/widgets").json()["data"]
    assert (list(data["modals"]), list(data["inline"])) == (names, names)
    assert "order" not in data
    [listed] = alice.client.get("/api/apps").json()["data"]["apps"]
    assert (listed["modals"], listed["inline"]) == (names, names)
