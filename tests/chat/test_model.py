"""Turns answered by an OpenAI-compatible endpoint (a local server that speaks the protocol)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chat.conftest import Ask
from tests.llm.fake_openai import FakeOpenAI, calls, fails, says
from tests.people import Person
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.models import WidgetInstance

pytestmark = pytest.mark.django_db(transaction=True)


def configure(settings: Any, endpoint: FakeOpenAI) -> None:
    settings.LLM_BASE_URL, settings.LLM_API_KEY, settings.LLM_MODEL = endpoint.base_url, "key", "test-model"


def test_it_works(settings: Any, board: WidgetInstance, say: Ask) -> None:
    with FakeOpenAI(calls(board.panel_id, "add_task", {"title": "buy milk"})) as endpoint:
        configure(settings, endpoint)
        answer = say("we are out of milk")
    assert answer["payload"]["type"] == "result", answer
    assert PanelItem.objects.get(instance=board).title == "buy milk"


def test_plain_words(settings: Any, say: Ask) -> None:
    with FakeOpenAI(says("Forty-two, of course.")) as endpoint:
        configure(settings, endpoint)
        answer = say("what is the answer?")
    assert (answer["text"], answer["status"], answer["payload"]) == ("Forty-two, of course.", "complete", {})


@pytest.mark.parametrize(
    ("panel", "intent", "params", "code"),
    [
        ("task-board-ffffffffffff", "add_task", {"title": "x"}, "NOT_FOUND"),
        (None, "drop_database", {}, "UNKNOWN_INTENT"),
        (None, "add_task", {"title": ["x"]}, "INVALID_PARAMS"),
    ],
)
def test_what_the_model_makes_up_is_refused(
    settings: Any, board: WidgetInstance, say: Ask, panel: str | None, intent: str, params: dict[str, Any], code: str
) -> None:
    with FakeOpenAI(calls(panel or board.panel_id, intent, params)) as endpoint:
        configure(settings, endpoint)
        answer = say("please")
    assert (answer["payload"]["type"], answer["payload"]["code"]) == ("error", code)
    assert not PanelItem.objects.exists()


def test_the_panel_of_a_stranger_is_unknown(settings: Any, charlie: Person, board: WidgetInstance) -> None:
    from tests.chat.conftest import wait_for_answer

    client = charlie.client
    key = client.post("/api/conversations", {}).json()["conversation"]["id"]
    with FakeOpenAI(calls(board.panel_id, "add_task", {"title": "x"})) as endpoint:
        configure(settings, endpoint)
        answer = client.post(f"/api/conversations/{key}/messages", {"text": "go"}).json()["answer"]
        assert wait_for_answer(client, answer)["payload"]["code"] == "NOT_FOUND"
    assert not PanelItem.objects.exists()


def test_a_failing_endpoint_is_told_and_can_be_asked_again(
    settings: Any, alice: Person, conversation: str, say: Ask
) -> None:
    with FakeOpenAI(fails(401)) as endpoint:
        configure(settings, endpoint)
        answer = say("hello")
    assert answer["status"] == "failed"
    assert answer["payload"]["code"] == "LLM_FAILED"
    with FakeOpenAI(says("Hello again.")) as endpoint:
        configure(settings, endpoint)
        address = f"/api/conversations/{conversation}/messages/{answer['id']}/retry"
        from tests.chat.conftest import wait_for_answer

        fresh = wait_for_answer(alice.client, alice.client.post(address).json()["answer"])
    assert fresh["text"] == "Hello again."
