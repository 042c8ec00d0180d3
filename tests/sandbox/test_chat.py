"""What a script says in the conversation that its person has open."""

from __future__ import annotations

from typing import Any

import pytest

from chat.conversations.models import Conversation, Message
from chat.turns.models import Turn
from chat.turns.prompting import brief
from tests.chat.conftest import wait_for_answer
from tests.people import Person, assert_refused
from tests.sandbox.places import answer, ask, ask_with, result
from tests.widgets.conftest import install, place
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.models import WidgetInstance, Workspace

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def conversation(alice: Person) -> str:
    return str(alice.client.post("/api/conversations", {}).json()["conversation"]["id"])


def send(person: Person, gadget: WidgetInstance, conversation: str, text: str, **context: Any) -> Any:
    params = {"text": text}
    return ask_with(person, gadget, "chat.sendMessage", params, conversationId=conversation, **context)


def answered(person: Person, message_id: str) -> dict[str, Any]:
    reply = Message.objects.get(reply_to__pk=message_id)
    return wait_for_answer(person.client, {"id": str(reply.pk), "conversation_id": str(reply.conversation_id)})


def test_it_works(alice: Person, gadget: WidgetInstance, team: Workspace, conversation: str) -> None:
    """Said in the person's name, marked as the widget's words, answered as if the person had asked."""
    board = place(alice, install(alice)["id"], team)
    answer(alice, gadget, "write:chat", "once")
    sent = result(send(alice, gadget, conversation, "add buy milk to the task board"))
    message = Message.objects.get(pk=sent["messageId"])
    assert (sent["conversationId"], message.text) == (conversation, "add buy milk to the task board")
    assert message.sender.user == alice.user
    assert message.payload == {"type": "widget_message", "widget": "Gadget A", "instance_id": str(gadget.pk)}
    assert answered(alice, sent["messageId"])["payload"]["type"] == "result"
    assert PanelItem.objects.get(instance=board["id"]).title == "buy milk"
    assert_refused(send(alice, gadget, conversation, "again"), 403, "PERMISSION_REQUIRED")


def test_it_asks_first(alice: Person, gadget: WidgetInstance, conversation: str) -> None:
    asked = assert_refused(send(alice, gadget, conversation, "hello"), 403, "PERMISSION_REQUIRED")
    assert asked["subject"] is None  # the conversation has no title yet
    Conversation.objects.update(title="Groceries")
    asked = assert_refused(send(alice, gadget, conversation, "hello"), 403, "PERMISSION_REQUIRED")
    assert asked["subject"] == "Groceries"
    assert not Message.objects.exists()


def test_what_is_on_the_screen_counts(
    alice: Person, gadget: WidgetInstance, team: Workspace, conversation: str
) -> None:
    place(alice, install(alice)["id"], team)
    answer(alice, gadget, "write:chat", "always")
    seen = {"visiblePanelIds": [gadget.panel_id], "focusedPanelId": gadget.panel_id}
    sent = result(send(alice, gadget, conversation, "add buy milk to the task board", **seen))
    assert answered(alice, sent["messageId"])["payload"].get("type") != "result"
    turn = Turn.objects.get(message__reply_to=sent["messageId"])
    assert (turn.visible_panel_ids, turn.focused_panel_id) == ([gadget.panel_id], gadget.panel_id)


def test_without_an_open_conversation(alice: Person, gadget: WidgetInstance) -> None:
    assert_refused(ask(alice, gadget, "chat.sendMessage", text="hello"), 403, "PERMISSION_REQUIRED")
    answer(alice, gadget, "write:chat", "once")
    assert_refused(ask(alice, gadget, "chat.sendMessage", text="hello"), 409, "NO_CONVERSATION")
    conversation = str(alice.client.post("/api/conversations", {}).json()["conversation"]["id"])
    sent = result(send(alice, gadget, conversation, "hello"))  # the yes was not used up
    answered(alice, sent["messageId"])


def test_it_does_not_name_the_conversation(alice: Person, gadget: WidgetInstance, conversation: str) -> None:
    answer(alice, gadget, "write:chat", "always")
    sent = result(send(alice, gadget, conversation, "Look at me"))
    answered(alice, sent["messageId"])
    assert Conversation.objects.get().title == ""


@pytest.mark.parametrize("whose", ["a colleague's", "a stranger's"])
def test_other_peoples_conversations(
    alice: Person, bob: Person, charlie: Person, gadget: WidgetInstance, whose: str
) -> None:
    other = bob if whose == "a colleague's" else charlie
    theirs = str(other.client.post("/api/conversations", {}).json()["conversation"]["id"])
    answer(alice, gadget, "write:chat", "once")
    assert_refused(send(alice, gadget, theirs, "hello"), 404, "NOT_FOUND")
    assert not Message.objects.exists()


def test_a_stranger_gets_404(charlie: Person, gadget: WidgetInstance) -> None:
    own = str(charlie.client.post("/api/conversations", {}).json()["conversation"]["id"])
    assert_refused(send(charlie, gadget, own, "hello"), 404, "NOT_FOUND")


def test_too_much_is_refused(alice: Person, gadget: WidgetInstance, conversation: str) -> None:
    answer(alice, gadget, "write:chat", "always")
    assert_refused(send(alice, gadget, conversation, "x" * 20_001), 422, "INVALID_PARAMS", "params.text")
    assert_refused(send(alice, gadget, conversation, "   "), 422, "INVALID_INPUT", "text")


def test_the_model_is_told_whose_words_they_are(alice: Person, gadget: WidgetInstance, conversation: str) -> None:
    answer(alice, gadget, "write:chat", "always")
    sent = result(send(alice, gadget, conversation, "Hello there"))
    answered(alice, sent["messageId"])
    question = Message.objects.get(pk=sent["messageId"])
    briefing = brief(actor=alice.actor, question=question, visible_ids=None, focused_id=None)
    assert briefing.request.messages[-1]["content"] == (
        'Hello there\n(This was worded and sent by the widget "Gadget A", with my permission.)'
    )
