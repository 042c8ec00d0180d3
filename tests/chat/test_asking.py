"""POST /api/conversations/<id>/messages and what follows, answered by the offline matcher."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chat.conftest import Ask
from tests.people import Person, assert_refused
from tests.widgets.conftest import place
from widgets_manager.core.models import AuditEntry, Tenant
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.models import WidgetInstance

pytestmark = pytest.mark.django_db(transaction=True)


def titles(panel: WidgetInstance | dict[str, Any]) -> list[str]:
    key = panel["id"] if isinstance(panel, dict) else panel.pk
    return list(PanelItem.objects.filter(instance=key).values_list("title", flat=True))


def test_it_works(alice: Person, board: WidgetInstance, say: Ask) -> None:
    """The main job: two boards, and a task for the one that is named."""
    second = place(alice, str(board.widget_id), board.workspace)
    answer = say("add buy milk to board B")
    assert answer["payload"]["type"] == "result", answer
    assert answer["payload"]["panel_id"] == second["panel_id"]
    assert "buy milk" in answer["text"]
    assert (titles(board), titles(second)) == ([], ["buy milk"])


def test_a_disabled_widget_is_unknown_to_the_very_next_message(alice: Person, board: WidgetInstance, say: Ask) -> None:
    assert say("add buy milk to board A")["payload"]["type"] == "result"
    alice.client.post("/api/widgets/enable", {"id": str(board.widget_id), "enabled": False})
    answer = say("add oat milk to board A")
    assert answer["payload"].get("type") != "result"
    assert titles(board) == ["buy milk"]


def test_only_visible_panels_are_used(board: WidgetInstance, say: Ask) -> None:
    assert say("add buy milk to board A", visiblePanelIds=["recent"])["payload"].get("type") != "result"
    assert titles(board) == []


def test_asking_back_and_choosing(alice: Person, board: WidgetInstance, conversation: str, say: Ask) -> None:
    second = place(alice, str(board.widget_id), board.workspace)
    asked = say("add buy milk to the task board")
    assert asked["payload"]["type"] == "choices", asked
    index = next(i for i, c in enumerate(asked["payload"]["choices"]) if c["panelId"] == second["panel_id"])
    address = f"/api/conversations/{conversation}/messages/{asked['id']}/choose"
    assert_refused(alice.client.post(address, {"index": 99}), 422, "INVALID_INPUT")
    answer = alice.client.post(address, {"index": index})
    assert answer.status_code == 201, answer.content
    assert (titles(board), titles(second)) == ([], ["buy milk"])
    assert_refused(alice.client.post(address, {"index": index}), 409, "ALREADY_ANSWERED")
    assert titles(second) == ["buy milk"]


def test_why(alice: Person, board: WidgetInstance, conversation: str, say: Ask) -> None:
    answer = say("add buy milk to board A", focusedPanelId=board.panel_id)
    why = alice.client.get(f"/api/conversations/{conversation}/messages/{answer['id']}/why").json()["why"]
    assert board.panel_id in why["prompt_section"]
    assert "[FOCUSED]" in why["prompt_section"]
    assert why["steps"][0]["panelId"] == board.panel_id
    assert why["steps"][0]["params"]["title"] == "buy milk"
    assert "offline" in why["provider"]


def test_small_talk_changes_nothing(board: WidgetInstance, say: Ask) -> None:
    before = AuditEntry.objects.filter(action="intent.execute").count()
    answer = say("what is the meaning of life?")
    assert answer["text"]
    assert AuditEntry.objects.filter(action="intent.execute").count() == before


class TestConfirmation:
    @pytest.fixture(autouse=True)
    def _asks(self, acme: Tenant) -> None:
        Tenant.objects.filter(pk=acme.pk).update(confirm_writes=True)

    def test_yes(self, alice: Person, board: WidgetInstance, conversation: str, say: Ask) -> None:
        asked = say("add buy milk to board A")
        assert asked["payload"]["type"] == "confirmation"
        assert asked["payload"]["args"]["params"]["title"] == "buy milk"
        assert titles(board) == []
        address = f"/api/conversations/{conversation}/messages/{asked['id']}/confirm"
        assert alice.client.post(address, {"accept": True}).json()["answer"]["payload"]["type"] == "result"
        assert titles(board) == ["buy milk"]
        assert_refused(alice.client.post(address, {"accept": True}), 409, "CONFIRMATION_USED")
        assert titles(board) == ["buy milk"]

    def test_no(self, alice: Person, board: WidgetInstance, conversation: str, say: Ask) -> None:
        asked = say("add buy milk to board A")
        address = f"/api/conversations/{conversation}/messages/{asked['id']}/confirm"
        assert alice.client.post(address, {"accept": False}).status_code == 201
        assert_refused(alice.client.post(address, {"accept": True}), 409, "CONFIRMATION_USED")
        assert titles(board) == []


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "  "}, {"text": 7}, {"text": "x" * 20_001}, {"txt": "x"}])
def test_bad_bodies(alice: Person, conversation: str, body: dict[str, Any]) -> None:
    assert_refused(alice.client.post(f"/api/conversations/{conversation}/messages", body), 422, "INVALID_INPUT")


def test_charlie_and_bob_find_nothing(
    alice: Person, bob: Person, charlie: Person, board: WidgetInstance, conversation: str, say: Ask
) -> None:
    message = say("show tasks on board A")["id"]
    base = f"/api/conversations/{conversation}"
    for stranger in (bob, charlie):
        client = stranger.client
        assert client.get("/api/conversations").json()["conversations"] == []
        for response in (
            client.patch(base, {"title": "x"}),
            client.delete(base),
            client.get(f"{base}/messages"),
            client.post(f"{base}/messages", {"text": "hi"}),
            client.get(f"{base}/messages/{message}"),
            client.get(f"{base}/messages/{message}/why"),
            client.post(f"{base}/messages/{message}/stop"),
            client.post(f"{base}/messages/{message}/retry"),
            client.post(f"{base}/messages/{message}/choose", {"index": 0}),
            client.post(f"{base}/messages/{message}/confirm", {"accept": True}),
        ):
            assert_refused(response, 404, "NOT_FOUND")
        assert client.get(f"/chat/{conversation}/").status_code == 404


def test_history_pages_backwards(alice: Person, conversation: str, say: Ask) -> None:
    for number in range(3):
        say(f"hello {number}")
    page = alice.client.get(f"/api/conversations/{conversation}/messages?before=5").json()
    assert [message["number"] for message in page["messages"]] == [1, 2, 3, 4]
    assert page["has_more"] is False
    bad = alice.client.get(f"/api/conversations/{conversation}/messages?before=x")
    assert_refused(bad, 422, "INVALID_INPUT", "before")
