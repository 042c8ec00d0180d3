"""Turns while other things happen: what pages hear, stopping, leaving, deleting, dying, and asking twice at once."""

from __future__ import annotations

import io
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from chat.conversations.answers import interrupt_stale_answers
from chat.conversations.models import Message
from chat.turns import answering, runner
from chat.turns.models import Turn
from tests.chat.conftest import Ask, wait_for_answer
from tests.llm.fake_openai import FakeOpenAI, Reply, calls, calls_raw, chunk
from tests.people import Person, assert_refused
from tests.widgets.conftest import place
from widgets_manager.core.logs import JSONFormatter
from widgets_manager.core.models import Membership, Role, Tenant
from widgets_manager.live.models import Event
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.models import WidgetInstance

pytestmark = pytest.mark.django_db(transaction=True)


class Model(FakeOpenAI):
    """An endpoint that waits, once it has been asked, until the test lets it answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply)
        self.asked, self.go = threading.Event(), threading.Event()
        self.answer = self._wait

    def _wait(self, request: dict[str, Any]) -> Reply:
        self.asked.set()
        assert self.go.wait(20)
        return self.replies[0]


@pytest.fixture
def model(settings: Any, monkeypatch: pytest.MonkeyPatch, board: WidgetInstance) -> Iterator[Model]:
    """A model that will add milk to the board."""
    monkeypatch.setattr(answering, "SAVE_EVERY", 0.05)
    with Model(calls(board.panel_id, "add_task", {"title": "buy milk"})) as endpoint:
        settings.LLM_BASE_URL, settings.LLM_API_KEY, settings.LLM_MODEL = endpoint.base_url, "key", "test-model"
        yield endpoint
        endpoint.go.set()


@pytest.fixture
def ask(alice: Person, conversation: str, model: Model) -> Callable[[], dict[str, Any]]:
    """Ask as alice and come back once the model is thinking."""

    def ask(**body: Any) -> dict[str, Any]:
        response = alice.client.post(f"/api/conversations/{conversation}/messages", {"text": "milk", **body})
        assert response.status_code == 202, response.content
        assert model.asked.wait(20)
        answer: dict[str, Any] = response.json()["answer"]
        return answer

    return ask


def events(kind: str) -> list[dict[str, Any]]:
    return list(Event.objects.filter(type=kind).order_by("id").values_list("data", flat=True))


def eventually(true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def turns_end() -> None:
    """Whatever this process was writing is written: what has not happened by now does not happen."""
    eventually(lambda: runner.running() == 0)


def test_it_works(alice: Person, model: Model, ask: Any, board: WidgetInstance) -> None:
    """What a chat does is heard by every open page: the task on the board, and the end of the answer."""
    answer = ask()
    model.go.set()
    wait_for_answer(alice.client, answer)
    assert [event["item"]["title"] for event in events("item.put")] == ["buy milk"]
    assert [(event["message"]["id"], event["message"]["status"]) for event in events("message.put")][-2:] == [
        (answer["id"], "streaming"),
        (answer["id"], "complete"),
    ]


def test_a_stopped_answer_changes_nothing(alice: Person, model: Model, ask: Any, conversation: str) -> None:
    answer = ask()
    stopped = alice.client.post(f"/api/conversations/{conversation}/messages/{answer['id']}/stop").json()["message"]
    assert stopped["status"] == "interrupted"
    model.go.set()
    turns_end()
    assert not PanelItem.objects.exists()
    assert wait_for_answer(alice.client, answer)["payload"] == {}


def test_a_model_that_thinks_long_is_not_taken_for_dead(alice: Person, model: Model, ask: Any) -> None:
    answer = ask()
    Message.objects.filter(pk=answer["id"]).update(updated_at=timezone.now() - timedelta(minutes=1))
    eventually(Message.objects.filter(pk=answer["id"], updated_at__gt=timezone.now() - timedelta(seconds=20)).exists)
    assert interrupt_stale_answers() == 0
    model.go.set()
    assert wait_for_answer(alice.client, answer)["payload"]["type"] == "result"


@pytest.mark.parametrize("change", ["left", "viewer", "disabled"])
def test_the_choice_is_run_as_who_one_is_by_then(
    alice: Person, model: Model, ask: Any, board: WidgetInstance, change: str
) -> None:
    answer = ask()
    if change == "left":
        Membership.objects.filter(user=alice.user).delete()
    elif change == "viewer":
        Membership.objects.filter(user=alice.user).update(role=Role.VIEWER)
    else:
        alice.client.post("/api/widgets/enable", {"id": str(board.widget_id), "enabled": False})
    model.go.set()
    eventually(Message.objects.filter(pk=answer["id"]).exclude(status="streaming").exists)
    code = {"left": "NO_TENANT", "viewer": "PERMISSION_DENIED", "disabled": "WIDGET_DISABLED"}[change]
    assert Message.objects.get(pk=answer["id"]).payload["code"] == code
    assert not PanelItem.objects.exists()


def test_a_confirmation_that_is_wanted_by_then_is_asked_for(alice: Person, model: Model, ask: Any) -> None:
    answer = ask()
    Tenant.objects.update(confirm_writes=True)
    model.go.set()
    assert wait_for_answer(alice.client, answer)["payload"]["type"] == "confirmation"
    assert not PanelItem.objects.exists()


def test_a_conversation_deleted_meanwhile_takes_its_turn_with_it(
    alice: Person, model: Model, ask: Any, conversation: str, caplog: pytest.LogCaptureFixture
) -> None:
    ask()
    assert alice.client.delete(f"/api/conversations/{conversation}").status_code == 200
    model.go.set()
    turns_end()
    assert not PanelItem.objects.exists()
    assert not Turn.objects.exists()
    assert not [record for record in caplog.records if record.name.startswith("chat.")]


def test_two_questions_at_once_get_an_answer_each(
    alice: Person, model: Model, ask: Any, conversation: str, board: WidgetInstance
) -> None:
    first = ask()
    second = ask()
    model.go.set()
    for answer in (first, second):
        assert wait_for_answer(alice.client, answer)["payload"]["type"] == "result"
    assert PanelItem.objects.filter(instance=board).count() == 2
    said = alice.client.get(f"/api/conversations/{conversation}/messages").json()["messages"]
    assert [message["number"] for message in said] == [1, 2, 3, 4]


def test_a_dead_process_leaves_an_answer_that_can_be_asked_again(
    alice: Person, model: Model, ask: Any, conversation: str, board: WidgetInstance
) -> None:
    """The turn itself is ended here as its process would have: from outside, without a word."""
    answer = ask(visiblePanelIds=["recent"])
    retry = f"/api/conversations/{conversation}/messages/{answer['id']}/retry"
    assert_refused(alice.client.post(retry), 409, "CONFLICT")
    Message.objects.filter(pk=answer["id"]).update(text="So far", status="complete")
    model.go.set()
    turns_end()
    long_ago = timezone.now() - timedelta(seconds=31)
    Message.objects.filter(pk=answer["id"]).update(status="streaming", updated_at=long_ago)
    assert interrupt_stale_answers() == 1
    row = Message.objects.get(pk=answer["id"])
    assert (row.text, row.status) == ("So far", "interrupted")
    assert events("message.put")[-1]["message"]["status"] == "interrupted"
    # What was not on the screen then is not on it now.
    fresh = wait_for_answer(alice.client, alice.client.post(retry).json()["answer"])
    assert fresh["payload"]["code"] == "PANEL_NOT_VISIBLE"
    assert not PanelItem.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        '{"panelId": "%s", "intentName": "add_task", "params": {"title": "a\\u0000b"}}',
        '{"panelId": "%s", "intentName": "add_task", "params": {"title": "\\ud800"}}',
        '{"panelId": "%s", "intentName": "add_task", "params": {"title": "x", "n": 1e999}}',
        '{"panelId": "%s", "intentName": "add\\u0000", "params": {}}',
        '{"panelId": "%s\\u0000", "intentName": "add_task", "params": {}}',
        '{"panelId": "%s", "intentName": "add_task", "params": {"title": ' + "[" * 400 + "]" * 400 + "}}",
    ],
)
def test_whatever_a_model_writes_the_answer_ends(model: Model, say: Ask, board: WidgetInstance, arguments: str) -> None:
    model.replies, model.answer = [calls_raw(arguments % board.panel_id)], None
    answer = say("go")
    assert answer["payload"]["type"] == "error"
    assert answer["payload"]["code"] != "SERVER_ERROR"
    assert not PanelItem.objects.exists()


def test_text_that_cannot_be_stored_is_cleaned(model: Model, say: Ask) -> None:
    model.replies, model.answer = [Reply(events=[chunk({"content": "a\0b\ud800c"}), chunk({}, "stop")])], None
    assert say("go")["text"] == "abc"


def test_several_choices_get_an_answer_each(model: Model, say: Ask, alice: Person, board: WidgetInstance) -> None:
    second = place(alice, str(board.widget_id), board.workspace)
    one, two = (
        {
            "index": index,
            "id": f"t{index}",
            "type": "function",
            "function": {
                "name": "panel_intent",
                "arguments": json.dumps({"panelId": panel, "intentName": "add_task", "params": {"title": "tea"}}),
            },
        }
        for index, panel in enumerate([board.panel_id, second["panel_id"]])
    )
    model.replies, model.answer = [Reply(events=[chunk({"tool_calls": [one, two]}), chunk({}, "tool_calls")])], None
    assert say("tea on both boards")["payload"]["panel_id"] == board.panel_id
    eventually(lambda: PanelItem.objects.count() == 2)
    eventually(lambda: Message.objects.filter(status="complete", payload__panel_id=second["panel_id"]).exists())


def test_a_focus_has_a_length(alice: Person, conversation: str) -> None:
    body = {"text": "x", "focusedPanelId": "x" * 251}
    response = alice.client.post(f"/api/conversations/{conversation}/messages", body)
    assert_refused(response, 422, "INVALID_INPUT", "focusedPanelId")
    assert not Message.objects.exists()


def test_log_lines_of_a_turn_say_whose_it_is(alice: Person, settings: Any, say: Ask, board: WidgetInstance) -> None:
    settings.DEBUG_EVENTS = True
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JSONFormatter())
    logger = logging.getLogger("widgets.debug")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        say("add buy milk to board A")
    finally:
        logger.removeHandler(handler)
    logged = [json.loads(line) for line in lines.getvalue().splitlines()]
    seen = [line["event"] for line in logged]
    assert seen == ["widget_manifest_loaded", "widget_chat_prompt_injected", "widget_intent_routed"]
    assert {(line["tenant_id"], line["user_id"]) for line in logged} == {(str(alice.tenant.pk), str(alice.user.pk))}
    assert len({line["request_id"] for line in logged}) == 1


class TestConfirmation:
    """Answering a confirmation from two tabs, and after the organisation has changed its mind."""

    @pytest.fixture
    def address(self, acme: Tenant, say: Ask, conversation: str, board: WidgetInstance) -> str:
        Tenant.objects.filter(pk=acme.pk).update(confirm_writes=True)
        asked = say("add buy milk to board A")
        assert asked["payload"]["type"] == "confirmation"
        return f"/api/conversations/{conversation}/messages/{asked['id']}/confirm"

    def test_two_tabs_confirm_at_once(self, alice: Person, address: str) -> None:
        def accept(client: Any) -> int:
            try:
                return int(client.post(address, {"accept": True}).status_code)
            finally:
                connection.close()

        clients = [alice.client for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            codes = sorted(pool.map(accept, clients))
        assert codes == [201, 409, 409, 409]
        assert PanelItem.objects.count() == 1

    def test_once_although_nobody_asks_any_more(self, alice: Person, address: str) -> None:
        Tenant.objects.update(confirm_writes=False)
        assert alice.client.post(address, {"accept": True}).status_code == 201
        assert_refused(alice.client.post(address, {"accept": True}), 409, "CONFIRMATION_USED")
        assert PanelItem.objects.count() == 1

    def test_nobody_else_answers(self, bob: Person, charlie: Person, address: str) -> None:
        for stranger in (bob, charlie):
            assert_refused(stranger.client.post(address, {"accept": True}), 404, "NOT_FOUND")
        assert not PanelItem.objects.exists()
