"""Tools of plugins in turns: what the model is offered, runs with results and errors, and what is seen of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.conversations.actions import post_message
from chat.conversations.answers import begin_answer, interrupt_stale_answers
from chat.conversations.models import Conversation, Message
from chat.turns import answering, plugin_calls
from chat.turns.models import Turn
from chat.turns.streams import Streams
from sandbox.plugins import running
from sandbox.plugins.models import PluginMount, PluginRun
from tests.chat.conftest import Ask, wait_for_answer
from tests.chat.test_apps import ask, talk
from tests.chat.test_model import configure
from tests.chat.test_tools import offered, told
from tests.isolated import isolates, isolates_socket  # noqa: F401  (fixtures)
from tests.llm.fake_openai import FakeOpenAI, calls_tools, says
from tests.people import Person
from tests.plugins.runs import plugin
from widgets_manager.core.models import Membership, PendingConfirmation, Role, Tenant
from widgets_manager.jobs.models import Job
from widgets_manager.live.models import Event
from widgets_manager.llm import openai_provider

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("isolates")]

ADD = "return { sum: input.a + input.b };"
TOOL: dict[str, Any] = {
    "name": "add_up",
    "description": "Adds two numbers.",
    "permission": "read",
    "examples": ["add up 2 and 3"],
    "parameters": {
        "type": "object",
        "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
        "required": ["a", "b"],
    },
}


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def endpoint(settings: Any) -> Iterator[FakeOpenAI]:
    openai_provider._without_tools.clear()
    with FakeOpenAI(says("Hello.")) as server:
        configure(settings, server)
        yield server


def shown(answer: dict[str, Any]) -> dict[str, Any]:
    """The only tool of an answer."""
    [tool] = answer["payload"]["tools"]
    found: dict[str, Any] = tool
    return found


class Gate:
    """A run that goes on until the test lets it end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        real = running.run_tool

        def run_tool(**given: Any) -> Any:
            self.begun.set()
            assert self.go.wait(20)
            return real(**given)

        monkeypatch.setattr(plugin_calls, "run_tool", run_tool)


def test_it_works(endpoint: FakeOpenAI, say: Ask, alice: Person) -> None:
    widget = plugin(alice, ADD, tool=TOOL)
    endpoint.replies = [calls_tools(("add_up", {"a": 2, "b": 3})), says("It is five.")]
    answer = say("how much is 2 and 3?")
    assert answer["text"] == "It is five."
    assert told(endpoint) == [{"success": True, "data": {"sum": 5}}]
    run = PluginRun.objects.get()
    assert (run.kind, run.action, run.input, run.ok) == ("tool", "add_up", {"a": 2, "b": 3}, True)
    tool = shown(answer)
    assert tool.pop("milliseconds") >= 0
    assert tool == {
        "tool": "add_up",
        "arguments": {"a": 2, "b": 3},
        "success": True,
        "summary": "sum: 5",
        "state": "done",
        "plugin": {"id": str(widget.pk), "name": "doer"},
        "run": str(run.pk),
        "output": {"sum": 5},
    }
    [step, last] = Turn.objects.get(message=answer["id"]).steps
    assert (step["tool"], step["outcome"], step["run"], last["outcome"]) == ("add_up", "done", str(run.pk), "text")


def test_what_the_model_is_offered(endpoint: FakeOpenAI, alice: Person, bob: Person, charlie: Person) -> None:
    plugin(alice, ADD, tool=TOOL, tenant_wide=True)
    plugin(alice, ADD, name="mine", tool=TOOL | {"name": "mine"})
    plugin(alice, ADD, name="by-hand", tool=TOOL | {"name": "by_hand"}, trigger="manual", tenant_wide=True)
    hers = {"add_up", "mine"}
    for person, names in ((alice, hers), (bob, {"add_up"}), (charlie, set())):
        ask(person, talk(person), "hello")
        assert offered(endpoint).keys() & {"add_up", "mine", "by_hand"} == names
    ask(alice, talk(alice), "hello")
    assert offered(endpoint)["add_up"]["parameters"] == TOOL["parameters"]
    # Its panel is for chat backends outside; here it is a function, and no panel beside that.
    assert "panelId" not in endpoint.requests[-1]["messages"][0]["content"].partition("add_up")[2]


def test_a_viewer_is_offered_what_reads(endpoint: FakeOpenAI, alice: Person, vera: Person) -> None:
    plugin(alice, ADD, tool=TOOL, tenant_wide=True)
    plugin(alice, ADD, name="writer", tool=TOOL | {"name": "writer", "permission": "write"}, tenant_wide=True)
    endpoint.replies = [calls_tools(("writer", {"a": 1, "b": 2}), ("add_up", {"a": 1, "b": 2})), says("Well.")]
    answer = ask(vera, talk(vera), "write it")
    assert [tool["success"] for tool in answer["payload"]["tools"]] == [False, True]
    assert offered(endpoint).keys() & {"add_up", "writer"} == {"add_up"}
    assert list(PluginRun.objects.values_list("action", flat=True)) == ["add_up"]


def test_whoever_lost_the_right_meanwhile_runs_nothing(
    endpoint: FakeOpenAI, say: Ask, alice: Person, bob: Person, acme: Tenant
) -> None:
    plugin(alice, ADD, tool=TOOL | {"permission": "write"}, tenant_wide=True)

    def reply(request: Any) -> Any:
        if any(message["role"] == "tool" for message in request["messages"]):
            return says("No.")
        Membership.objects.filter(user=bob.user, tenant=acme).update(role=Role.VIEWER)
        return calls_tools(("add_up", {"a": 1, "b": 2}))

    endpoint.answer = reply
    tool = shown(ask(bob, talk(bob), "add"))
    assert not tool["success"]
    assert not PluginRun.objects.exists()


def test_arguments_that_do_not_fit_go_back_to_the_model(endpoint: FakeOpenAI, say: Ask, alice: Person) -> None:
    plugin(alice, ADD, tool=TOOL)
    endpoint.replies = [
        calls_tools(("add_up", {"a": "two"})),
        calls_tools(("add_up", {"a": 2, "b": 2})),
        says("Four."),
    ]
    answer = say("add")
    first, second = told(endpoint)
    assert (first["success"], first["error"]["code"]) == (False, "INVALID_PARAMS")
    assert {one["path"] for one in first["error"]["errors"]} == {"a", ""}
    assert second == {"success": True, "data": {"sum": 4}}
    assert [tool["success"] for tool in answer["payload"]["tools"]] == [False, True]
    assert PluginRun.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "code", "sentence"),
    [
        ("return { error: true, message: 'No ink.' };", "PLUGIN_ERROR", "No ink."),
        ("throw new Error('secret detail');", "HANDLER_ERROR", None),
        ("await context.streamEvent('x', {}); return context.secrets.KEY;", None, None),
    ],
)
def test_errors(
    endpoint: FakeOpenAI, say: Ask, alice: Person, body: str, code: str | None, sentence: str | None
) -> None:
    plugin(alice, body, tool=TOOL)
    endpoint.replies = [calls_tools(("add_up", {"a": 1, "b": 2})), says("It failed.")]
    tool = shown(say("add"))
    assert (tool["state"], tool["success"]) == ("failed", False)
    [back] = told(endpoint)
    assert back == {"success": False, "error": tool["error"]}
    run = PluginRun.objects.get()
    assert (str(run.pk), run.error_code) == (tool["run"], tool["error"]["code"])
    if code:
        assert tool["error"]["code"] == code
    if sentence:
        assert tool["error"]["message"] == sentence
    assert "secret detail" not in str(tool) + str(back)


def test_several_steps_and_several_plugins(endpoint: FakeOpenAI, say: Ask, alice: Person) -> None:
    plugin(alice, ADD, tool=TOOL)
    plugin(alice, "return { text: 'n' + input.n };", name="namer", tool={**TOOL, "name": "name_it", "parameters": {}})
    endpoint.replies = [
        calls_tools(("add_up", {"a": 1, "b": 2}), ("add_up", {"a": 3, "b": 4})),
        calls_tools(("name_it", {"n": 10})),
        says("n10."),
    ]
    answer = say("go")
    assert [tool["output"] for tool in answer["payload"]["tools"]] == [{"sum": 3}, {"sum": 7}, {"text": "n10"}]
    assert len(told(endpoint)) == 3


def test_it_is_seen_while_it_runs(
    endpoint: FakeOpenAI, alice: Person, conversation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    widget = plugin(alice, ADD, tool=TOOL)
    endpoint.replies = [calls_tools(("add_up", {"a": 2, "b": 3}), text="Let me see."), says("Five.")]
    address = f"/api/conversations/{conversation}/messages"
    answer = alice.client.post(address, {"text": "add"}).json()["answer"]
    assert gate.begun.wait(20)
    now = alice.client.get(f"{address}/{answer['id']}").json()["message"]
    assert now["status"] == "streaming"
    assert shown(now) == {
        "tool": "add_up",
        "arguments": {"a": 2, "b": 3},
        "success": False,
        "summary": "",
        "state": "running",
        "plugin": {"id": str(widget.pk), "name": "doer"},
    }
    live = [event.data["message"] for event in Event.objects.filter(type="message.put")]
    assert any(message["payload"].get("tools") for message in live)
    gate.go.set()
    assert shown(wait_for_answer(alice.client, answer))["state"] == "done"


def test_a_stopped_answer_runs_no_further_tool(
    endpoint: FakeOpenAI, alice: Person, conversation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, ended, run_wanted = Gate(monkeypatch), threading.Event(), answering._run_wanted

    def run_all(*given: Any) -> None:
        run_wanted(*given)
        ended.set()

    monkeypatch.setattr(answering, "_run_wanted", run_all)
    plugin(alice, ADD, tool=TOOL)
    endpoint.replies = [calls_tools(("add_up", {"a": 1, "b": 1}), ("add_up", {"a": 2, "b": 2})), says("Never.")]
    address = f"/api/conversations/{conversation}/messages"
    answer = alice.client.post(address, {"text": "add"}).json()["answer"]
    assert gate.begun.wait(20)
    stopped = alice.client.post(f"{address}/{answer['id']}/stop").json()["message"]
    assert (stopped["status"], shown(stopped)["state"]) == ("interrupted", "running")
    gate.go.set()
    assert ended.wait(20)
    assert shown(alice.client.get(f"{address}/{answer['id']}").json()["message"])["state"] == "done"
    assert PluginRun.objects.get().result == {"sum": 2}
    assert len(endpoint.requests) == 1


def test_a_write_waits_for_a_yes_where_the_organisation_wants_one(
    endpoint: FakeOpenAI, say: Ask, alice: Person, bob: Person, acme: Tenant, conversation: str
) -> None:
    Tenant.objects.filter(pk=acme.pk).update(confirm_writes=True)
    plugin(alice, ADD, tool=TOOL | {"permission": "write"})
    endpoint.replies = [calls_tools(("add_up", {"a": "x"})), calls_tools(("add_up", {"a": 2, "b": 3}))]
    asked = say("add")
    assert asked["payload"]["type"] == "confirmation"
    assert asked["payload"]["args"] == {"panelId": "doer", "intentName": "add_up", "params": {"a": 2, "b": 3}}
    assert PendingConfirmation.objects.count() == 1  # arguments that do not fit are not asked about
    assert not PluginRun.objects.exists()
    address = f"/api/conversations/{conversation}/messages/{asked['id']}/confirm"
    answer = alice.client.post(address, {"accept": True}).json()["answer"]
    done = wait_for_answer(alice.client, answer)
    assert (done["text"], shown(done)["output"]) == ("sum: 5", {"sum": 5})
    again = alice.client.post(address, {"accept": True})
    assert again.status_code == 409
    assert PluginRun.objects.count() == 1


def test_a_no_runs_nothing(endpoint: FakeOpenAI, say: Ask, alice: Person, acme: Tenant, conversation: str) -> None:
    Tenant.objects.filter(pk=acme.pk).update(confirm_writes=True)
    plugin(alice, ADD, tool=TOOL | {"permission": "write"})
    endpoint.replies = [calls_tools(("add_up", {"a": 2, "b": 3}))]
    asked = say("add")
    address = f"/api/conversations/{conversation}/messages/{asked['id']}/confirm"
    answer = alice.client.post(address, {"accept": False}).json()["answer"]
    assert answer["text"] == "Nothing was changed."
    assert not PluginRun.objects.exists()


def test_what_it_streams_stays_in_the_answer(endpoint: FakeOpenAI, say: Ask, alice: Person) -> None:
    body = """
      await context.streamEvent('browser_live_view', { url: 'https://example.com/v', sessionId: 's' });
      for (let step = 1; step <= 20; step += 1) await context.streamEvent('progress', { percent: step * 5 });
      return { ok: true };"""
    plugin(alice, body, tool=TOOL)
    endpoint.replies = [calls_tools(("add_up", {"a": 1, "b": 2})), says("Done.")]
    answer = say("go")
    run = shown(answer)["run"]
    assert answer["payload"]["streams"] == [
        {
            "run": run,
            "plugin": "doer",
            "type": "browser_live_view",
            "data": {"url": "https://example.com/v", "sessionId": "s"},
        },
        {"run": run, "plugin": "doer", "type": "progress", "data": {"percent": 100}},
    ]


def test_a_widget_that_it_shows_stands_in_the_conversation(endpoint: FakeOpenAI, say: Ask, alice: Person) -> None:
    widget = plugin(alice, "await context.widget.show({ event: 'x' }); return { ok: true };", tool=TOOL)
    endpoint.replies = [calls_tools(("add_up", {"a": 1, "b": 2})), says("There.")]
    say("show it")
    mount = PluginMount.objects.get()
    message = Message.objects.get(payload__type="plugin_widget")
    assert message.payload == {
        "type": "plugin_widget",
        "instance_id": str(mount.pk),
        "widget_id": str(widget.pk),
        "title": "doer",
    }
    assert '"doer" is shown here' in message.text


def test_pictures_are_seen_and_not_read_out(endpoint: FakeOpenAI, say: Ask, alice: Person) -> None:
    body = "return { caption: 'A dot', image: { filename: 'dot.svg', data: '<svg></svg>' } };"
    plugin(alice, body, tool=TOOL)
    endpoint.replies = [calls_tools(("add_up", {"a": 1, "b": 2})), says("See above.")]
    tool = shown(say("draw"))
    [picture] = tool["media"]
    assert (picture["kind"], picture["name"], picture["mime"]) == ("image", "dot.svg", "image/svg+xml")
    assert told(endpoint)[0]["data"] == {
        "caption": "A dot",
        "image": "(image/svg+xml, dot.svg: shown to the person)",
    }


def test_work_that_goes_on_in_the_background(endpoint: FakeOpenAI, say: Ask, alice: Person) -> None:
    plugin(alice, "return { begun: true, _triggerToolCall: { action: 'draw' } };", tool=TOOL)
    endpoint.replies = [calls_tools(("add_up", {"a": 1, "b": 2})), says("It has begun.")]
    tool = shown(say("draw"))
    assert tool["job"] == str(Job.objects.get(kind="plugin.run").pk)
    assert "in the background" in told(endpoint)[0]["note"]


def test_a_process_that_dies_leaves_its_card(alice: Person, conversation: str) -> None:
    """The answer is cut off, and still says what it had begun."""
    asked = post_message(actor=alice.actor, conversation=Conversation.objects.get(), text="add")
    answer = begin_answer(conversation=asked.conversation, reply_to=asked)
    card = {"tool": "add_up", "arguments": {}, "state": "running", "success": False}
    with Streams(answer) as streams:
        streams.show([card])
    Message.objects.filter(pk=answer.pk).update(updated_at=timezone.now() - timedelta(minutes=1))
    assert interrupt_stale_answers() == 1
    answer.refresh_from_db()
    assert (answer.status, answer.payload["tools"]) == ("interrupted", [card])


def test_the_offline_matcher_calls_it(say: Ask, alice: Person) -> None:
    plugin(alice, ADD, tool=TOOL)
    answer = say("add up 2 and 3")
    assert (answer["text"], shown(answer)["output"]) == ("sum: 5", {"sum": 5})


def test_a_conversation_about_an_app_is_about_that_app(endpoint: FakeOpenAI, alice: Person) -> None:
    from tests.chat.apps import FILES, install_app

    plugin(alice, ADD, tool=TOOL)
    app = install_app(alice, FILES)
    key = alice.client.post("/api/conversations", {"app": app["id"]}).json()["conversation"]["id"]
    ask(alice, key, "hello")
    assert "add_up" not in offered(endpoint)
