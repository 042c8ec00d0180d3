"""What a person starts in the chat: tools of plugins, also those that no model is offered, and skills for a message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chat.conversations.models import Conversation, Message
from chat.turns.models import Turn
from sandbox.plugins.models import PluginRun
from tests.chat.conftest import Ask, wait_for_answer
from tests.chat.test_apps import prompt, talk
from tests.chat.test_model import configure
from tests.chat.test_plugin_tools import ADD, TOOL, files_root, shown  # noqa: F401  (a fixture)
from tests.isolated import isolates, isolates_socket  # noqa: F401  (fixtures)
from tests.llm.fake_openai import FakeOpenAI, says
from tests.people import Person, assert_refused
from tests.plugins.packages import skill
from tests.plugins.runs import install, plugin
from widgets_manager.core.models import Tenant
from widgets_manager.llm import openai_provider

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("isolates")]

MANUAL = {"name": "rhymer", "displayName": "Rhymer", "manifest": {"trigger": "manual"}}


@pytest.fixture
def endpoint(settings: Any) -> Iterator[FakeOpenAI]:
    openai_provider._without_tools.clear()
    with FakeOpenAI(says("Hello.")) as server:
        configure(settings, server)
        yield server


def post(person: Person, conversation: str, plugin_id: object, **arguments: Any) -> Any:
    body = {"pluginId": str(plugin_id), "arguments": arguments}
    return person.client.post(f"/api/conversations/{conversation}/start", body)


def start(person: Person, conversation: str, plugin_id: object, **arguments: Any) -> dict[str, Any]:
    response = post(person, conversation, plugin_id, **arguments)
    assert response.status_code == 202, response.content
    return wait_for_answer(person.client, response.json()["answer"])


def startable(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.client.get("/api/chat/tools").json()["tools"]
    return found


def test_it_works(endpoint: FakeOpenAI, alice: Person, conversation: str) -> None:
    widget = plugin(alice, ADD, tool=TOOL, trigger="manual")
    answer = start(alice, conversation, widget.pk, a=2, b=3)
    assert (answer["text"], answer["status"]) == ("sum: 5", "complete")
    assert (shown(answer)["state"], shown(answer)["output"]) == ("done", {"sum": 5})
    said = Message.objects.get(pk=answer["reply_to"])
    assert said.text == "doer (a: 2, b: 3)"
    assert said.payload == {
        "type": "plugin_start",
        "kind": "tool",
        "plugin": {"id": str(widget.pk), "name": "doer"},
        "tool": "add_up",
        "arguments": {"a": 2, "b": 3},
    }
    assert Conversation.objects.get().title == "doer (a: 2, b: 3)"
    assert Turn.objects.get(message=answer["id"]).provider == "person's start"
    assert endpoint.requests == []  # no model had part in it


def test_what_may_be_started(alice: Person, bob: Person, vera: Person, charlie: Person) -> None:
    plugin(alice, ADD, name="b-auto", tool=TOOL, tenant_wide=True)
    plugin(alice, ADD, name="a-manual", tool=TOOL | {"permission": "write"}, trigger="manual", tenant_wide=True)
    plugin(alice, ADD, name="hers", tool=TOOL)
    plugin(alice, ADD, name="no-tool", tool=None, tenant_wide=True)
    install(alice, skill("Answer in rhymes.", **MANUAL), tenantWide=True)
    install(alice, skill("Always.", name="always"), tenantWide=True)
    for person, names in (
        (alice, ["a-manual", "b-auto", "hers", "Rhymer"]),
        (bob, ["a-manual", "b-auto", "Rhymer"]),
        (vera, ["b-auto", "Rhymer"]),
        (charlie, []),
    ):
        assert [one["name"] for one in startable(person)] == names
    manual, auto, _, rhymer = startable(alice)
    assert (manual["trigger"], manual["permission"], auto["permission"]) == ("manual", "write", "read")
    assert auto["parameters"] == TOOL["parameters"]
    assert (rhymer["kind"], rhymer["parameters"]) == ("skill", None)


def test_who_may_start_what(alice: Person, vera: Person, charlie: Person, conversation: str) -> None:
    reads = plugin(alice, ADD, tool=TOOL, tenant_wide=True)
    writes = plugin(alice, ADD, name="writer", tool=TOOL | {"permission": "write"}, tenant_wide=True)
    assert start(vera, talk(vera), reads.pk, a=1, b=1)["text"] == "sum: 2"
    assert_refused(post(vera, talk(vera), writes.pk, a=1, b=1), 403, "PERMISSION_DENIED")
    assert_refused(post(charlie, talk(charlie), reads.pk, a=1, b=1), 404, "NOT_FOUND")
    assert_refused(post(charlie, conversation, reads.pk, a=1, b=1), 404, "NOT_FOUND")
    assert PluginRun.objects.count() == 1


def test_faults_are_told_at_once(alice: Person, conversation: str) -> None:
    widget = plugin(alice, ADD, tool=TOOL)
    error = assert_refused(post(alice, conversation, widget.pk, a="two"), 422, "INVALID_PARAMS")
    assert {one["path"] for one in error["errors"]} == {"a", ""}
    assert_refused(post(alice, conversation, widget.pk, a=1, b=1, c="x" * 40_000), 422, "INVALID_INPUT")
    assert alice.client.post("/api/widgets/enable", {"id": str(widget.pk), "enabled": False}).status_code == 200
    assert_refused(post(alice, conversation, widget.pk, a=1, b=1), 404, "NOT_FOUND")
    assert not Message.objects.exists()


def test_a_failure_is_an_answer(alice: Person, conversation: str) -> None:
    widget = plugin(alice, "return { error: true, message: 'No ink.' };", tool=TOOL)
    answer = start(alice, conversation, widget.pk, a=1, b=1)
    assert answer["text"] == "That did not work: No ink."
    assert shown(answer)["error"] == {"code": "PLUGIN_ERROR", "message": "No ink."}


def test_a_persons_own_start_needs_no_further_yes(alice: Person, acme: Tenant, conversation: str) -> None:
    Tenant.objects.filter(pk=acme.pk).update(confirm_writes=True)
    widget = plugin(alice, ADD, tool=TOOL | {"permission": "write"})
    assert start(alice, conversation, widget.pk, a=1, b=2)["text"] == "sum: 3"


def test_the_same_start_sent_twice_runs_once(alice: Person, conversation: str) -> None:
    widget = plugin(alice, ADD, tool=TOOL)
    body = {"pluginId": str(widget.pk), "arguments": {"a": 1, "b": 2}}
    address = f"/api/conversations/{conversation}/start"
    first, second = (alice.client.post(address, body, headers={"Idempotency-Key": "k"}).json() for _ in range(2))
    assert first == second
    wait_for_answer(alice.client, first["answer"])
    assert PluginRun.objects.count() == 1


def test_again_after_a_failure_runs_the_tool_again(endpoint: FakeOpenAI, alice: Person, conversation: str) -> None:
    widget = plugin(alice, ADD, tool=TOOL)
    answer = start(alice, conversation, widget.pk, a=1, b=2)
    Message.objects.filter(pk=answer["id"]).update(status=Message.Status.INTERRUPTED)
    address = f"/api/conversations/{conversation}/messages/{answer['id']}/retry"
    again = alice.client.post(address)
    assert again.status_code == 202
    assert wait_for_answer(alice.client, again.json()["answer"])["text"] == "sum: 3"
    assert (PluginRun.objects.count(), endpoint.requests) == (2, [])
    alice.client.delete(f"/api/widgets/{widget.pk}")
    assert_refused(alice.client.post(address), 409, "TOOL_GONE")


class TestSkills:
    """A skill that waits to be started counts for the one message that it is chosen for."""

    def test_it_works(self, endpoint: FakeOpenAI, say: Ask, alice: Person) -> None:
        rhymer = install(alice, skill("Answer in rhymes.\n## Panels\n", **MANUAL))
        say("hello")
        assert "Answer in rhymes." not in prompt(endpoint)
        answer = say("what is the sea?", skillId=str(rhymer.pk))
        told = prompt(endpoint)
        assert "### Skill: Rhymer (rhymer)\nAnswer in rhymes." in told
        assert told.splitlines().count("## Panels") == 1
        said = Message.objects.get(pk=answer["reply_to"])
        assert (said.text, said.payload["kind"]) == ("what is the sea?", "skill")
        say("and now?")
        assert "Answer in rhymes." not in prompt(endpoint)

    def test_it_is_ones_own_or_the_organisations(self, alice: Person, bob: Person, charlie: Person) -> None:
        mine = install(alice, skill("Mine.", **MANUAL))
        shared = install(alice, skill("Ours.", **MANUAL | {"name": "shared"}), tenantWide=True)
        always = install(bob, skill("Always.", name="always"))
        for person, widget, status in (
            (bob, mine, 404),
            (bob, shared, 202),
            (charlie, shared, 404),
            (bob, always, 404),
        ):
            address = f"/api/conversations/{talk(person)}/messages"
            assert person.client.post(address, {"text": "hi", "skillId": str(widget.pk)}).status_code == status
