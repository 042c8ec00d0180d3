"""Data sources: their four kinds, and expressions in them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Person
from widgets_manager.apps import routes as registry
from widgets_manager.apps.results import Resolved
from widgets_manager.apps.routes import register_route
from widgets_manager.apps.sources import Asking, resolve_source
from widgets_manager.core.exceptions import ApiError
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.django_db
STATE = {"filter": "open", "deep": {"list": [{"x": 1}]}, "nothing": None}


@pytest.fixture(autouse=True)
def probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_routes", dict(registry._routes))
    register_route(
        "/probe/{id}",
        lambda call: {**call.path, **call.query, "body": call.body},
        methods=("GET", "POST"),
        effect="read",
    )


def resolve(person: Person, source: dict[str, Any], ctx: dict[str, Any] | None = None, **more: Any) -> Resolved:
    return resolve_source(Asking(actor=person.actor, app=more.get("app"), state=STATE, ctx=ctx or {}), source)


def refusal(person: Person, source: dict[str, Any], **more: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        resolve(person, source, **more)
    return caught.value


def test_it_works(alice: Person) -> None:
    assert resolve(alice, {"type": "static", "value": ["{{state.filter}}"]}).value == ["{{state.filter}}"]
    bases = resolve(alice, {"type": "tool", "tool": "rag.list_knowledge_bases"})
    assert {"id", "name", "doc_count"} == set(bases.value[0])
    sources = resolve(alice, {"type": "http", "url": "/rag/sources"})
    assert (sources.status, {"id", "title", "url"}) == (200, set(sources.value[0]))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("filter", "open"),
        ("deep.list.0.x", 1),
        ("a.b", "d"),
        ("nothing", "d"),
        ("deep.none", "d"),
        ("deep.list.9", "d"),
    ],
)
def test_state(alice: Person, key: str, value: Any) -> None:
    assert resolve(alice, {"type": "state", "key": key, "default": "d"}).value == value


def test_expressions_are_evaluated(alice: Person) -> None:
    source = {
        "type": "http",
        "url": "/probe/{{ctx.id}}",
        "method": "POST",
        "query": {"state": "{{state.filter | upper}}", "fixed": 1},
        "body": {"rows": "{{state.deep.list}}", "text": "is {{ctx.id}}"},
    }
    assert resolve(alice, source, {"id": 7}).value == {
        "id": "7", "state": "OPEN", "fixed": 1, "body": {"rows": [{"x": 1}], "text": "is 7"}
    }  # fmt: skip
    found = resolve(
        alice, {"type": "tool", "tool": "rag.query", "args": {"query": "{{ctx.q}}", "limit": 1}}, {"q": "manifest"}
    )
    assert len(found.value["hits"]) == 1


def test_ctx_fills_arguments(alice: Person) -> None:
    assert resolve(alice, {"type": "tool", "tool": "greet"}, {"name": "A", "city": "B", "x": 1}).value == {
        "message": "Hello A from B!"
    }


def test_a_tool_that_says_no(alice: Person) -> None:
    got = resolve(alice, {"type": "tool", "tool": "rag.query", "args": {"query": "x", "sources": ["nope"]}})
    assert (got.status, got.value["error"]["code"]) == (502, "TOOL_FAILED")
    assert "There is no source 'nope'" in (got.error or "")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ({"type": "tool", "tool": "create_meeting", "args": {"topic": "x"}}, "WRITE_IN_SOURCE"),
        ({"type": "tool", "tool": "nothing"}, "UNKNOWN_TOOL"),
        ({"type": "http", "url": "/nothing"}, "UNKNOWN_ROUTE"),
        ({"type": "sql"}, "INVALID_INPUT"),
        ({"type": "http", "url": "/probe/{{ctx.}}"}, "INVALID_INPUT"),
    ],
)
def test_what_cannot_be_asked(alice: Person, source: dict[str, Any], code: str) -> None:
    assert refusal(alice, source).code == code


def test_an_intent_that_writes_is_no_source(alice: Person, both: InstalledWidget) -> None:
    assert refusal(alice, {"type": "tool", "tool": "add_task"}, app=both).code == "WRITE_IN_SOURCE"
    assert refusal(alice, {"type": "tool", "tool": "show_tasks"}, app=both).code == "NOT_PLACED"
