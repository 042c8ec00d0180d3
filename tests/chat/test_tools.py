"""Turns in which the model calls functions: several steps, refusals, confirmations, stopping."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.conversations.answers import interrupt_stale_answers
from chat.conversations.models import Message
from chat.turns import answering, runner
from chat.turns.models import Turn
from tests.chat.apps import FILES, Registered, install_app
from tests.chat.conftest import Ask, wait_for_answer
from tests.chat.test_model import configure
from tests.chat.test_turns import eventually
from tests.llm.fake_openai import FakeOpenAI, Reply, asks_for, calls, calls_tools, says
from tests.people import Person, assert_refused
from widgets_manager.apps.results import ActionResult
from widgets_manager.core.models import AuditEntry, Membership, Role, Tenant
from widgets_manager.llm import openai_provider
from widgets_manager.panels.models import PanelItem
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.widgets.models import WidgetInstance

pytestmark = pytest.mark.django_db(transaction=True)

CARD = {"type": "card", "title": "Query results", "children": [{"type": "stat", "label": "Rows", "value": "{{ctx.n}}"}]}


@pytest.fixture
def endpoint(settings: Any) -> Iterator[FakeOpenAI]:
    """A model that is told its replies by the test."""
    openai_provider._without_tools.clear()
    with FakeOpenAI() as server:
        configure(settings, server)
        yield server


@pytest.fixture
def app(alice: Person, registered: Registered) -> dict[str, Any]:
    """The app of files, installed by alice."""
    return install_app(alice, FILES)


def told(endpoint: FakeOpenAI, request: int = -1) -> list[Any]:
    """What the model was told of its calls."""
    messages = endpoint.requests[request]["messages"]
    return [json.loads(message["content"]) for message in messages if message["role"] == "tool"]


def offered(endpoint: FakeOpenAI) -> dict[str, Any]:
    """The functions of the last request by name."""
    return {tool["function"]["name"]: tool["function"] for tool in endpoint.requests[-1]["tools"]}


def test_it_works(endpoint: FakeOpenAI, app: dict[str, Any], registered: Registered, say: Ask, alice: Person) -> None:
    endpoint.replies = [
        calls_tools(("things_find", {"query": "spec", "sources": ["a"]}), text="Let me look."),
        says("There are twelve."),
    ]
    answer = say("what is the spec?")
    assert answer["text"] == "Let me look.\n\nThere are twelve."
    assert registered.calls == [("things.find", {"query": "spec", "sources": ["a"]})]
    assert told(endpoint) == [{"success": True, "data": {"hits": 12, "score": 0.94}}]
    assert answer["payload"] == {
        "type": "tools",
        "tools": [
            {
                "tool": "things.find",
                "arguments": {"query": "spec", "sources": ["a"]},
                "success": True,
                "summary": "hits: 12, score: 0.94",
            }
        ],
    }
    steps = Turn.objects.get(message=answer["id"]).steps
    assert [(step.get("tool"), step["outcome"]) for step in steps] == [("things.find", "done"), (None, "text")]


def test_what_the_model_is_offered(endpoint: FakeOpenAI, app: dict[str, Any], say: Ask) -> None:
    endpoint.replies = [says("Hello.")]
    say("hello")
    tools = offered(endpoint)
    assert {"widget_render", "widget_update", "widget_close", "widget_error", "widget_set_state", "widget_get_state",
            "things_find", "things_drop", "panel_intent"} == set(tools)  # fmt: skip
    render = tools["widget_render"]["parameters"]
    assert render["properties"]["zone"]["enum"] == ["inline", "chat_side", "workspace_tabs", "modals"]
    assert render["properties"]["app"]["enum"] == [app["slug"]]
    assert "confirm_delete (Delete a file)" in render["properties"]["ref"]["description"]
    for primitive in ("column", "chart(kind)", "list(items, item)", "empty_state(title)"):
        assert primitive in render["properties"]["tree"]["description"]
    assert set(tools["things_find"]["parameters"]["properties"]) == {"query", "sources"}
    assert "tool_call" not in endpoint.requests[-1]["messages"][0]["content"]


def test_a_tree_of_its_own(endpoint: FakeOpenAI, say: Ask, conversation: str) -> None:
    """Without any app the chat itself renders."""
    endpoint.replies = [
        calls_tools(("widget_render", {"zone": "inline", "tree": CARD, "ctx": {"n": 128}, "title": "Results"})),
        says("Here it is."),
    ]
    answer = say("how many?")
    widget = MountedWidget.objects.get()
    assert (str(widget.session_id), widget.app, widget.ctx) == (conversation, None, {"n": 128})
    assert told(endpoint) == [{"success": True, "data": {"widget_id": widget.widget_id}}]
    shown = Message.objects.get(payload__type="widget")
    assert shown.payload == {"type": "widget", "widget_id": widget.widget_id, "app": None, "title": "Results"}
    assert widget.widget_id in shown.text
    assert answer["payload"]["tools"][0]["summary"].startswith('Shows "Results"')
    say("and now?")
    assert f"- **{widget.widget_id}** (zone=inline)" in endpoint.requests[-1]["messages"][0]["content"]


def test_patching_erring_and_closing(endpoint: FakeOpenAI, say: Ask) -> None:
    tree = {"type": "list", "items": "{{rows}}", "item": {"type": "text", "text": "{{item.title}}"}}
    source = {"rows": {"type": "static", "value": []}}
    endpoint.replies = [
        calls_tools(("widget_render", {"zone": "inline", "tree": tree, "data": source})),
        says("There."),
    ]
    say("show it")
    key = MountedWidget.objects.get().widget_id
    patch = {"data.rows": [{"id": 1, "title": "New source"}], "state.filter": "active"}
    endpoint.replies = [
        calls_tools(("widget_update", {"widget_id": key, "patch": patch})),
        calls_tools(("widget_error", {"widget_id": key, "binding": "rows", "message": "Backend timeout"})),
        calls_tools(("widget_get_state", {"key": "filter"}), ("widget_set_state", {"set": {"filter": "none"}})),
        calls_tools(("widget_close", {"widget_id": key})),
        says("Done."),
    ]
    answer = say("change it")
    assert [one["success"] for one in answer["payload"]["tools"]] == [True] * 5, told(endpoint)
    row = MountedWidget.objects.get()
    assert row.values == {"rows": [{"id": 1, "title": "New source"}]}
    assert row.errors == {"rows": "Backend timeout"}
    assert row.closed_at is not None
    assert told(endpoint)[2] == {"success": True, "data": {"found": True, "value": "active", "app": None}}
    assert told(endpoint)[3] == {"success": True, "data": {"state": {"filter": "none"}}}


@pytest.mark.parametrize(
    ("name", "arguments", "says_what"),
    [
        ("widget_render", {}, "args.zone: required"),
        ("widget_render", {"zone": "inline"}, "exactly one of"),
        ("widget_render", {"zone": "attic", "tree": CARD}, "attic"),
        ("widget_render", {"zone": "inline", "tree": {"type": "crad"}}, "did you mean 'card'"),
        ("widget_render", {"zone": "inline", "tree": "card"}, "args.tree: must be an object"),
        ("widget_render", {"zone": "inline", "tre": CARD}, "unknown argument"),
        ("widget_render", {"zone": "inline", "ref": "confirm_delte", "app": "files"}, "files"),
        ("widget_update", {"widget_id": "w_nothing", "patch": {"ctx.a": 1}}, "w_nothing"),
        ("widget_set_state", {"set": {"__proto__.x": 1}}, "__proto__"),
        ("things_find", {"sources": ["a"]}, "args.query: required"),
        ("things_find", {"query": "x", "sourcs": []}, "did you mean 'sources'"),
        ("things_find", '{"query": "a\\u0000b"}', "U+0000"),
        ("things_find", '{"query": ', "not one JSON object"),
        ("things_find", '{"query": ' + "[" * 400 + "]" * 400 + "}", "nested"),
        ("things_fnd", {}, "did you mean"),
        ("drop_database", {}, "There is no tool"),
    ],
)  # fmt: skip
def test_bad_calls_are_told_and_mended(
    endpoint: FakeOpenAI, app: dict[str, Any], say: Ask, name: str, arguments: Any, says_what: str
) -> None:
    endpoint.replies = [calls_tools((name, arguments)), says("Sorry.")]
    answer = say("go")
    (result,) = told(endpoint)
    assert result["success"] is False
    assert says_what in json.dumps(result["error"], ensure_ascii=False)
    assert (answer["text"], answer["payload"]["tools"][0]["success"]) == ("Sorry.", False)
    assert not MountedWidget.objects.exists()
    assert Turn.objects.get(message=answer["id"]).steps[0]["outcome"] == "refused"


def test_a_function_that_fails_or_breaks(
    endpoint: FakeOpenAI,
    app: dict[str, Any],
    registered: Registered,
    say: Ask,
) -> None:
    registered.answer = ActionResult(False, error="The index is being built.")
    endpoint.replies = [calls_tools(("things_find", {"query": "x"})), says("Later.")]
    answer = say("go")
    assert told(endpoint)[0] == {"success": False, "error": {"message": "The index is being built."}}
    assert answer["payload"]["tools"][0]["summary"] == "The index is being built."
    registered.answer = "no result"  # type: ignore[assignment]  # a wrong answer is the point
    endpoint.replies = [calls_tools(("things_find", {"query": "x"})), says("Sorry.")]
    assert say("again")["text"] == "Sorry."
    assert "failed on the server" in told(endpoint)[0]["error"]["message"]


def test_large_and_hidden_results_are_bounded(
    endpoint: FakeOpenAI,
    app: dict[str, Any],
    registered: Registered,
    say: Ask,
) -> None:
    registered.answer = ActionResult(True, {"text": "\U000e0041\u202e" + "x" * 100_000})
    endpoint.replies = [calls_tools(("things_find", {"query": "x"})), says("Long.")]
    say("go")
    sent = endpoint.requests[-1]["messages"][-1]["content"]
    assert len(sent) < 17_000
    assert "[cut: " in sent
    assert not {"\U000e0041", "\u202e"} & set(sent)


def test_a_model_that_goes_on_for_ever_is_ended(
    endpoint: FakeOpenAI,
    app: dict[str, Any],
    registered: Registered,
    say: Ask,
) -> None:
    endpoint.replies = [calls_tools(("things_find", {"query": "x"}), text="Once more.")]
    answer = say("go")
    assert len(endpoint.requests) == len(registered.calls) == answering.MAX_STEPS
    assert answer["text"].endswith(answering.OUT_OF_STEPS)
    assert answer["status"] == "complete"
    assert len(answer["payload"]["tools"]) == answering.MAX_STEPS


def test_functions_first_then_a_panel(
    endpoint: FakeOpenAI, app: dict[str, Any], board: WidgetInstance, say: Ask
) -> None:
    """A panel's intent ends the turn as it always does; what was called before is shown with it."""
    intent = {"panelId": board.panel_id, "intentName": "add_task", "params": {"title": "milk"}}
    endpoint.replies = [calls_tools(("things_find", {"query": "x"}), ("panel_intent", intent)), says("Not asked.")]
    answer = say("go")
    assert (answer["payload"]["type"], answer["payload"]["tools"][0]["tool"]) == ("result", "things.find")
    assert PanelItem.objects.get().title == "milk"
    assert len(endpoint.requests) == 1
    endpoint.replies = [
        calls_tools(("things_find", {"query": "x"})),
        calls(board.panel_id, "add_task", {"title": "tea"}),
    ]
    assert say("more")["payload"]["type"] == "result"
    assert PanelItem.objects.count() == 2


def test_without_tool_calling(endpoint: FakeOpenAI, app: dict[str, Any], registered: Registered, say: Ask) -> None:
    endpoint.refuses_tools = True
    endpoint.replies = [asks_for("things.find", {"query": "x"}), says("Twelve.")]
    answer = say("go")
    assert answer["text"] == "Twelve."
    assert registered.calls == [("things.find", {"query": "x", "sources": None})]
    system, *_, asked, result = endpoint.requests[-1]["messages"]
    assert '{"intent": "tool_call"' in system["content"]
    assert "- widget.render: " in system["content"]
    assert '"tool": "things.find"' in asked["content"]
    assert (result["role"], result["content"].splitlines()[0]) == (
        "user",
        'Result of things.find: {"success": true, "data": {"hits": 12, "score": 0.94}}',
    )


class TestWrites:
    """A function that changes something: the person's role, and their yes where the organisation wants it."""

    def test_a_viewer_may_not(
        self,
        endpoint: FakeOpenAI,
        app: dict[str, Any],
        registered: Registered,
        say: Ask,
        alice: Person,
    ) -> None:
        Membership.objects.filter(user=alice.user).update(role=Role.VIEWER)
        endpoint.replies = [calls_tools(("things_drop", {"path": "/a"})), says("You may not.")]
        say("delete a")
        assert told(endpoint)[0]["error"]["code"] == "PERMISSION_DENIED"
        assert registered.calls == []

    @pytest.fixture
    def asked(
        self,
        endpoint: FakeOpenAI,
        app: dict[str, Any],
        registered: Registered,
        say: Ask,
        acme: Tenant,
    ) -> dict[str, Any]:
        Tenant.objects.filter(pk=acme.pk).update(confirm_writes=True)
        two = (("things_drop", {"path": "/a"}), ("things_find", {"query": "x"}))
        endpoint.replies = [calls_tools(*two), says("Not asked.")]
        answer = say("delete a")
        assert answer["payload"]["type"] == "confirmation", answer
        assert answer["payload"]["args"] == {
            "panelId": app["name"], "intentName": "things.drop", "params": {"path": "/a"}
        }  # fmt: skip
        assert registered.calls == []
        assert len(endpoint.requests) == 1
        return answer

    def test_yes_runs_it_once(
        self,
        asked: dict[str, Any],
        registered: Registered,
        alice: Person,
        conversation: str,
    ) -> None:
        address = f"/api/conversations/{conversation}/messages/{asked['id']}/confirm"
        done = alice.client.post(address, {"accept": True}).json()["answer"]
        assert done["payload"]["tools"][0]["success"] is True
        assert registered.calls == [("things.drop", {"path": "/a"})]
        assert_refused(alice.client.post(address, {"accept": True}), 409, "CONFIRMATION_USED")
        assert len(registered.calls) == 1
        assert AuditEntry.objects.filter(action="tool.call").count() == 1

    def test_no_runs_nothing(
        self,
        asked: dict[str, Any],
        registered: Registered,
        alice: Person,
        conversation: str,
    ) -> None:
        address = f"/api/conversations/{conversation}/messages/{asked['id']}/confirm"
        assert alice.client.post(address, {"accept": False}).json()["answer"]["text"] == "Nothing was changed."
        assert_refused(alice.client.post(address, {"accept": True}), 409, "CONFIRMATION_USED")
        assert registered.calls == []

    def test_an_app_that_has_gone_meanwhile(
        self,
        asked: dict[str, Any],
        registered: Registered,
        app: dict[str, Any],
        alice: Person,
        conversation: str,
    ) -> None:
        alice.client.post("/api/widgets/enable", {"id": app["id"], "enabled": False})
        address = f"/api/conversations/{conversation}/messages/{asked['id']}/confirm"
        done = alice.client.post(address, {"accept": True}).json()["answer"]
        assert (done["payload"]["type"], done["payload"]["code"]) == ("error", "WIDGET_DISABLED")
        assert registered.calls == []


class TestStopping:
    """The person stops the answer between the steps, or while a function runs."""

    def test_between_steps(
        self,
        endpoint: FakeOpenAI,
        app: dict[str, Any],
        registered: Registered,
        alice: Person,
        conversation: str,
    ) -> None:
        asked, go = threading.Event(), threading.Event()

        def reply(request: dict[str, Any]) -> Reply:
            asked.set()
            assert go.wait(20)
            return calls_tools(("things_find", {"query": "x"}))

        endpoint.answer = reply
        answer = self.begin(alice, conversation)
        assert asked.wait(20)
        self.stop(alice, answer)
        go.set()
        self.settle()
        assert (registered.calls, len(endpoint.requests)) == ([], 1)

    def test_during_a_function(
        self,
        endpoint: FakeOpenAI,
        app: dict[str, Any],
        registered: Registered,
        alice: Person,
        conversation: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The answer ends at once; what runs is noted, the next one is not begun, nobody is asked again."""
        monkeypatch.setattr(answering, "SAVE_EVERY", 0.05)
        began, go, ended = threading.Event(), threading.Event(), threading.Event()
        run_wanted = answering._run_wanted

        def run_and_tell(*given: Any) -> None:
            run_wanted(*given)
            ended.set()

        monkeypatch.setattr(answering, "_run_wanted", run_and_tell)
        registered.before = lambda: began.set() or go.wait(20)  # type: ignore[func-returns-value]  # set() and wait in one
        endpoint.replies = [
            calls_tools(("things_find", {"query": "x"}), ("things_find", {"query": "y"})),
            says("Never said."),
        ]
        answer = self.begin(alice, conversation)
        assert began.wait(20)
        self.stop(alice, answer)
        self.settle()
        assert Message.objects.get(pk=answer["id"]).status == "interrupted"
        go.set()
        assert ended.wait(20)
        assert [step["tool"] for step in Turn.objects.get(message=answer["id"]).steps] == ["things.find"]
        assert ([given["query"] for _, given in registered.calls], len(endpoint.requests)) == (["x"], 1)
        assert Message.objects.get(pk=answer["id"]).text == ""

    def test_a_long_function_is_not_taken_for_dead(
        self,
        endpoint: FakeOpenAI,
        app: dict[str, Any],
        registered: Registered,
        alice: Person,
        conversation: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(answering, "SAVE_EVERY", 0.05)
        began, go = threading.Event(), threading.Event()
        registered.before = lambda: began.set() or go.wait(20)  # type: ignore[func-returns-value]  # likewise
        endpoint.replies = [calls_tools(("things_find", {"query": "x"})), says("Twelve.")]
        answer = self.begin(alice, conversation)
        assert began.wait(20)
        long_ago = timezone.now() - timedelta(minutes=1)
        Message.objects.filter(pk=answer["id"]).update(updated_at=long_ago)
        eventually(Message.objects.filter(pk=answer["id"], updated_at__gt=long_ago + timedelta(seconds=40)).exists)
        assert interrupt_stale_answers() == 0
        go.set()
        assert wait_for_answer(alice.client, answer)["text"] == "Twelve."

    @staticmethod
    def begin(person: Person, conversation: str) -> dict[str, Any]:
        response = person.client.post(f"/api/conversations/{conversation}/messages", {"text": "go"})
        answer: dict[str, Any] = response.json()["answer"]
        return answer

    @staticmethod
    def stop(person: Person, answer: dict[str, Any]) -> None:
        base = f"/api/conversations/{answer['conversation_id']}/messages/{answer['id']}"
        assert person.client.post(f"{base}/stop").json()["message"]["status"] == "interrupted"

    @staticmethod
    def settle() -> None:
        """Wait until no turn is under way."""
        eventually(lambda: not runner.running())
