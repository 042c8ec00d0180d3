"""The seven kinds: asked by an agent, answered by people, once each."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from chat.agents.actions.agents import delete_agent
from chat.agents.actions.prompts import end_expired
from chat.agents.models import Delivery, WidgetAnswer, WidgetPrompt
from tests.agents.asking import answer, ask, change, frame_of, post_answer, response_of, send, to_everybody
from tests.agents.conftest import Talk, make_talk
from tests.agents.specs import ANSWERED, CHOICE, CONFIRM, FORM, PERMISSION, PROGRESS
from tests.people import Person, assert_refused
from widgets_manager.core.exceptions import ApiError


def in_an_hour() -> str:
    return (timezone.now() + timedelta(hours=1)).isoformat()


def pass_time(message: Any) -> None:
    """The widget's end is now behind us."""
    WidgetPrompt.objects.filter(message=message).update(expires_at=timezone.now() - timedelta(seconds=1))


def state(message: Any) -> str:
    message.refresh_from_db()
    found: str = message.payload["state"]
    assert found == WidgetPrompt.objects.get(message=message).state
    return found


@pytest.fixture
def group(alice: Person, bob: Person, vera: Person) -> Talk:
    """An agent of alice's that bob and vera talk to, too."""
    return make_talk(alice, "Deployer", bob, vera)


@pytest.mark.parametrize(("kind", "spec", "value", "given"), ANSWERED)
def test_it_works(talk: Talk, kind: str, spec: dict[str, Any], value: Any, given: Any) -> None:
    message = ask(talk, kind, spec)
    assert message.text.startswith(spec["title"])
    assert (message.payload["state"], message.payload["spec"]) == ("open", spec)
    body = answer(talk, message, value=value)
    shown = body["message"]["payload"]
    assert (shown["state"], shown["answers"][0]["value"], shown["answers"][0]["name"]) == ("answered", given, "Alice")
    response = response_of(talk, body)
    assert response == {"type": "widget.response", "id": response["id"], "ref": "w", "cancelled": False, "value": given}
    assert frame_of(talk, body)["reply_to_message_id"] == str(message.pk)
    assert body["answer"]["payload"]["message_id"] == str(message.pk)
    assert "→" in body["answer"]["text"]
    # It is there after a reload, too.
    history = talk.person.client.get(f"/api/conversations/{talk.conversation.pk}/messages").json()["messages"]
    assert history[0]["payload"] == shown


@pytest.mark.parametrize("kind", ["confirm", "choice", "permission", "form", "progress"])
def test_cancelling(talk: Talk, kind: str) -> None:
    spec = {"confirm": CONFIRM, "choice": CHOICE, "permission": PERMISSION, "form": FORM, "progress": PROGRESS}[kind]
    message = ask(talk, kind, spec)
    body = answer(talk, message, cancelled=True)
    assert state(message) == "cancelled"
    response = response_of(talk, body)
    assert response["cancelled"] is True
    assert response.get("value") == ({"cancelled": True} if kind == "progress" else None)
    assert_refused(post_answer(talk, message, value=True), 409, "ALREADY_ANSWERED")


def test_a_progress_is_only_cancelled_and_only_where_it_may_be(talk: Talk) -> None:
    message = ask(talk, "progress", PROGRESS | {"cancellable": False})
    assert_refused(post_answer(talk, message, cancelled=True), 422, "INVALID_INPUT", "cancelled")
    assert_refused(post_answer(talk, message, value=50), 422, "INVALID_INPUT", "value")
    change(talk, spec={"value": 75, "body": "Running tests"})
    message.refresh_from_db()
    assert message.payload["spec"] == PROGRESS | {"cancellable": False, "value": 75, "body": "Running tests"}
    change(talk, spec={"cancellable": True})
    answer(talk, message, cancelled=True)
    change(talk, spec={"value": 80})  # the agent may still say how far it came
    message.refresh_from_db()
    assert (message.payload["state"], message.payload["spec"]["value"]) == ("cancelled", 80)


def test_nobody_answers_twice(talk: Talk) -> None:
    message = ask(talk, "confirm", CONFIRM)
    answer(talk, message, value=True)
    assert_refused(post_answer(talk, message, value=False), 409, "ALREADY_ANSWERED")
    assert WidgetAnswer.objects.get().value is True
    assert Delivery.objects.count() == 1


def test_only_who_was_asked_answers(group: Talk, bob: Person, charlie: Person) -> None:
    message = ask(group, "confirm", CONFIRM)
    assert message.payload["asked"] == str(group.person.user.pk)
    assert_refused(post_answer(group, message, bob, value=True), 403, "NOT_ASKED")
    assert_refused(post_answer(group, message, charlie, value=True), 404, "NOT_FOUND")
    answer(group, message, value=True)
    assert state(message) == "answered"


def test_each_of_a_group_answers_for_themselves(group: Talk, bob: Person, vera: Person) -> None:
    message = ask(group, "confirm", CONFIRM, to=to_everybody(group))
    for person, value in ((bob, True), (vera, False)):
        answer(group, message, person, value=value)
        assert state(message) == "open"
    assert_refused(post_answer(group, message, bob, value=False), 409, "ALREADY_ANSWERED")
    body = answer(group, message, cancelled=True)
    assert state(message) == "answered"
    assert [(one["name"], one["value"]) for one in body["message"]["payload"]["answers"]] == [
        ("Bob", True),
        ("Vera", False),
        ("Alice", None),
    ]
    assert [frame_of(group, body)["from"], Delivery.objects.count()] == [str(group.person.user.pk), 3]


def test_a_vote_is_for_everybody_whoever_it_names(group: Talk, bob: Person) -> None:
    message = ask(group, "choice", CHOICE, to=bob.user.pk, response_mode="collective")
    assert (message.payload["asked"], message.payload["response_mode"]) == (None, "collective")
    answer(group, message, value="pdf")
    body = answer(group, message, bob, value="md")
    assert [one["value"] for one in body["message"]["payload"]["answers"]] == ["pdf", "md"]


def test_what_has_expired_is_not_answered(talk: Talk) -> None:
    message = ask(talk, "confirm", CONFIRM, expires_at=in_an_hour())
    assert end_expired() == 0
    pass_time(message)
    error = assert_refused(post_answer(talk, message, value=True), 410, "EXPIRED")
    assert "expired" in error["message"]
    assert end_expired() == 1
    assert state(message) == "expired"
    assert_refused(post_answer(talk, message, value=True), 410, "EXPIRED")
    change(talk, expires_at=in_an_hour())  # the agent gives more time
    assert state(message) == "open"
    change(talk, expires_at="2020-01-01T00:00:00Z")  # or none at all
    assert state(message) == "expired"
    assert not WidgetAnswer.objects.exists()


def test_a_newer_one_of_the_same_name_replaces_it(talk: Talk) -> None:
    older, newer = ask(talk, "confirm", CONFIRM), ask(talk, "choice", CHOICE)
    assert (state(older), state(newer)) == ("replaced", "open")
    assert_refused(post_answer(talk, older, value=True), 409, "WIDGET_REPLACED")
    change(talk, spec={"title": "Which format?"})
    assert [message.payload["spec"]["title"] for message in (refreshed(older), refreshed(newer))] == [
        CONFIRM["title"],
        "Which format?",
    ]
    other = make_talk(talk.person, "Other")
    assert state(ask(other, "confirm", CONFIRM)) == "open"  # another agent's own name
    assert state(newer) == "open"


def refreshed(message: Any) -> Any:
    message.refresh_from_db()
    return message


def test_what_was_answered_stays_as_it_was_asked(talk: Talk) -> None:
    message = ask(talk, "confirm", CONFIRM)
    answer(talk, message, value=True)
    with pytest.raises(ApiError) as refused:
        change(talk, spec={"title": "Delete everything?"})
    assert refused.value.code == "ALREADY_ANSWERED"
    with pytest.raises(ApiError) as refused:
        change(talk, spec={"title": ""}, ref="other")
    assert refused.value.code == "NOT_FOUND"


def test_a_change_is_checked_like_a_spec(talk: Talk) -> None:
    message = ask(talk, "progress", PROGRESS)
    with pytest.raises(ApiError) as refused:
        change(talk, spec={"value": 101})
    assert (refused.value.code, refused.value.path) == ("INVALID_SPEC", "spec.value")
    assert refreshed(message).payload["spec"]["value"] == 10


def test_nobody_waits_for_an_agent_that_is_gone(talk: Talk) -> None:
    message = ask(talk, "confirm", CONFIRM)
    talk.leave()
    assert_refused(post_answer(talk, message, value=True), 409, "AGENT_GONE")
    delete_agent(actor=talk.person.actor, agent=talk.agent)
    assert state(message) == "cancelled"
    assert_refused(post_answer(talk, message, value=True), 409, "WIDGET_CANCELLED")


def test_a_message_without_a_widget_is_not_answered(talk: Talk) -> None:
    message = talk.post("hello")
    assert_refused(post_answer(talk, message, value=True), 404, "NOT_FOUND")


def test_a_password_goes_to_the_agent_alone(talk: Talk) -> None:
    spec = {"title": "Sign in", "fields": [{"name": "secret", "label": "Password", "type": "password"}]}
    message = ask(talk, "form", spec)
    body = answer(talk, message, value={"secret": "hunter2-hunter2"})
    assert response_of(talk, body)["value"] == {"secret": "hunter2-hunter2"}
    assert "hunter2" not in str(body)
    assert WidgetAnswer.objects.get().value == {"secret": "••••"}


def test_a_widget_that_is_sent_twice_is_one(talk: Talk) -> None:
    text = '{"type":"widget.standard","id":"w","v":1,"kind":"confirm","spec":{"title":"Sure?"}}'
    first = send(talk, text, frame_id="same")
    assert send(talk, text, frame_id="same") == first
    assert WidgetPrompt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_of_one_person_and_of_two(alice: Person, bob: Person) -> None:
    talk = make_talk(alice, "Deployer", bob)
    message = ask(talk, "confirm", CONFIRM, to=to_everybody(talk))
    clients = [alice.client, alice.client, bob.client, bob.client]
    address = f"/api/conversations/{talk.conversation.pk}/messages/{message.pk}/answer"
    together, statuses = threading.Barrier(4), []

    def post(client: Any) -> None:
        together.wait(20)
        statuses.append(client.post(address, {"value": True}).status_code)
        connection.close()

    threads = [threading.Thread(target=post, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(statuses) == [201, 201, 409, 409]
    assert state(message) == "answered"
    assert Delivery.objects.count() == 2
