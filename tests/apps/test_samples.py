"""The sample functions: real, one's own, and such that the seed's examples run."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from samples.functions.search import find, pages
from tests.people import Person
from widgets_manager.apps.functions import functions
from widgets_manager.apps.requests import send_request
from widgets_manager.apps.results import ToolResult
from widgets_manager.apps.tools import call_tool
from widgets_manager.core.exceptions import ApiError
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.django_db


def call(person: Person, name: str, /, **args: Any) -> ToolResult:
    return call_tool(actor=person.actor, app=None, name=name, args=args)


def test_it_works(alice: Person) -> None:
    assert call(alice, "greet", name="Alice", city="Paris").as_dict() == {
        "success": True, "data": {"message": "Hello Alice from Paris!"}, "error": None
    }  # fmt: skip
    made = call(alice, "create_meeting", topic="1:1 with Alice", duration=30, priority="high", notes="discuss Q3")
    assert made.success
    assert made.data["meeting_id"].startswith("m_")
    assert call(alice, "create_meeting", topic="test", duration="30", notes=None, priority="").success


def test_every_function_has_words_and_a_schema() -> None:
    ours = {"calendar", "demo", "files", "people", "rag", "tasks"}
    found = [function for function in functions() if function.module in ours]
    assert {function.module for function in found} == ours
    for function in found:
        assert function.description.endswith(".")
        assert function.schema()["type"] == "object"


def test_meetings_are_ones_own(alice: Person, bob: Person, charlie: Person) -> None:
    meeting = call(alice, "create_meeting", topic="Secret").data["meeting_id"]
    assert [row["topic"] for row in call(alice, "list_meetings").data] == ["Secret"]
    for other in (bob, charlie):
        assert call(other, "list_meetings").data == []
        assert not call(other, "cancel_meeting", meeting_id=meeting).success
    assert call(alice, "cancel_meeting", meeting_id=meeting).success
    assert call(alice, "list_meetings").data == []


def test_things_are_deleted_once_and_stay_so(alice: Person, charlie: Person) -> None:
    paths = [thing["path"] for thing in call(alice, "list_things").data]
    assert "/docs/spec.md" in paths
    for path in paths:
        assert call(alice, "delete_thing", path=path).data == {"deleted": path}
    again = call(alice, "delete_thing", path="/docs/spec.md")
    assert (again.success, again.error) == (False, "There is nothing at /docs/spec.md.")
    assert call(alice, "list_things").data == []
    assert call(alice, "add_thing", path="/new").success
    assert not call(alice, "add_thing", path="/new").success
    assert len(call(charlie, "list_things").data) == 3


def test_cards_move_and_stay(alice: Person, charlie: Person) -> None:
    ids = {card["title"]: card["id"] for card in call(alice, "tasks.list").data}
    new = call(alice, "tasks.add", title="Rest").data
    assert new["column"] == "todo"
    assert call(alice, "tasks.move", id=new["id"], column="todo", place=0).success
    assert call(alice, "tasks.move", id=ids["Write the tree"], column="todo", place=1).success
    todo = [card["title"] for card in call(alice, "tasks.list").data if card["column"] == "todo"]
    assert todo == ["Rest", "Write the tree", "Ship it"]
    assert not call(charlie, "tasks.move", id=new["id"], column="done").success


def test_a_viewer_only_looks(vera: Person) -> None:
    assert call(vera, "list_things").data == []
    with pytest.raises(ApiError, match="needs member or above"):
        call(vera, "delete_thing", path="/docs/spec.md")


def test_people(alice: Person, charlie: Person) -> None:
    assert call(alice, "save_user", name="Zoe", email="zoe@example.org").data == {"name": "Zoe", "created": True}
    assert call(alice, "save_user", name="Zoe", role="Pilot").data["created"] is False
    assert call(alice, "list_users").data == [{"name": "Zoe", "email": "", "role": "Pilot"}]
    assert call(charlie, "list_users").data == []


class TestSearch:
    @pytest.mark.parametrize(
        ("question", "page"),
        [
            ("how do I make a bearer token", "api"),
            ("paramsSchema of an intent", "manifest"),
            ("which rooms may import which", "architecture"),
            ("resume a stream after a reconnect", "live"),
        ],
    )
    def test_the_right_page_comes_first(self, question: str, page: str) -> None:
        assert page in [hit.section.page for hit in find(question)[:3]]

    def test_only_among_the_sources(self, alice: Person) -> None:
        data = call(alice, "rag.query", query="tokens", sources=["live", "panels"]).data
        assert {hit["source"] for hit in data["hits"]} <= {"live", "panels"}
        scores = [hit["score"] for hit in call(alice, "rag.query", query="tokens").data["hits"]]
        assert scores == sorted(scores, reverse=True)
        assert len(scores) == 5

    def test_nothing_found(self, alice: Person) -> None:
        assert call(alice, "rag.query", query="xylophone zebra").data["hits"] == []

    def test_several_questions(self, alice: Person) -> None:
        data = call(alice, "rag.multi_query", queries=["bearer token", "token scopes"], limit=3).data
        assert "api" in [hit["source"] for hit in data["hits"]]
        assert len(data["hits"]) == 3

    def test_knowledge_bases_are_the_pages(self, alice: Person) -> None:
        bases = call(alice, "rag.list_knowledge_bases").data
        assert {base["id"] for base in bases} == set(pages())
        assert all(base["doc_count"] > 0 for base in bases)

    def test_sources_can_be_added(self, alice: Person, charlie: Person) -> None:
        def send(person: Person, method: str, body: Any = None) -> Any:
            return send_request(actor=person.actor, app=None, method=method, url="/rag/sources", body=body)

        before = len(send(alice, "GET").value)
        assert send(alice, "POST", {"url": "https://example.org/a", "title": "A"}).value["title"] == "A"
        assert send(alice, "POST", {"url": "nonsense"}).value["error"]["path"] == "url"
        assert len(send(alice, "GET").value) == before + 1
        assert len(send(charlie, "GET").value) == before


def test_by_command(alice: Person, tmp_path: Any, settings: Any, capsys: Any) -> None:
    settings.FILES_ROOT = tmp_path
    call_command("install_widget", str(settings.BASE_DIR / "samples/apps/greeter/app.yaml"), "--user", "alice")
    assert InstalledWidget.objects.get().slug == "greeter"
    assert capsys.readouterr().err == ""
