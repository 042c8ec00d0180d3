"""/api/schema and /api/docs: a valid document, true of every answer, and readable under the content security policy."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test.client import MULTIPART_CONTENT
from django.utils import timezone
from playwright.sync_api import Page, expect

from chat.agents.models import Agent
from chat.conversations.models import Conversation
from sandbox.plugindb.models import PluginDatabase
from tests.agents.asking import ask
from tests.agents.conftest import Talk
from tests.chat.apps import FILES
from tests.chat.conftest import wait_for_answer
from tests.core.browser import PICTURES, Visitor
from tests.docs.openapi import check_answer, operations, routes
from tests.people import JSON, Person
from tests.plugins.packages import SAMPLES, pie
from tests.sandbox.places import scripted
from widgets_manager.jobs.actions import enqueue
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.notifications.actions import notify
from widgets_manager.widgets.samples import sample_manifest

EVENTS: Final = {
    "events": [{"id": "done", "displayName": "Done", "matchers": [{"source": "tool", "actionId": "do_it"}]}]
}
_MESSAGE: Final = "/api/conversations/{conversation_id}/messages/{message_id}"
NOT_DESCRIBED: Final = {"/api/schema", "/api/docs"}
# Bytes and pages; and what only comes after a question back or a failure: tests/chat tries these.
NOT_TRIED_HERE: Final = {
    ("POST", "/agent/blobs"),
    ("GET", "/agent/blobs/{blob_id}"),
    ("GET", "/api/conversations/{conversation_id}/attachments/{attachment_id}"),
    ("GET", "/api/files/{blob_id}"),
    ("GET", "/api/pictures"),
    ("GET", "/api/widget-files/{file_id}"),
    ("GET", "/api/widgets/frame/{ticket}"),
    ("GET", "/api/widgets/samples/{name}/{file}"),
    ("GET", "/api/widgets/sandbox"),
    ("GET", "/api/widgets/{widget_id}/files/{path}"),
    *(("POST", f"{_MESSAGE}/{verb}") for verb in ("choose", "confirm", "retry")),
}


class Caller:
    """A person's client that holds every answer to the document, and notes what was called."""

    def __init__(self, client: Any, called: set[tuple[str, str]]) -> None:
        self.client = client
        self.called = called

    def __call__(
        self, method: str, path: str, body: Any = None, *, status: int = 200, query: str = "", **at: str
    ) -> Any:
        upload = isinstance(body, dict) and "file" in body and not isinstance(body["file"], str)
        options = {} if body is None else {"data": body, "content_type": MULTIPART_CONTENT if upload else JSON}
        response = getattr(self.client, method.lower())(path.format(**at) + query, **options)
        assert response.status_code == status, response.content
        self.called.add((method, path))
        return check_answer(method, path, response)


@pytest.mark.e2e
def test_it_works(live_url: str, page: Page, alice: Person) -> None:
    visitor = Visitor(page, live_url)
    visitor.sign_in("alice")
    page.goto(f"{live_url}/api/docs")
    page.get_by_role("link", name="/api/chat/provider").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table").get_by_text('"offline"')).to_be_visible()
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / "api-docs.png")
    assert visitor.faults == []


def test_the_document_is_valid_and_has_no_gaps(tmp_path: Path) -> None:
    file = str(tmp_path / "schema.yaml")
    call_command("spectacular", "--validate", "--fail-on-warn", file=file, stdout=io.StringIO())


@pytest.mark.django_db
def test_every_address_is_described() -> None:
    assert routes() - {path for _, path in operations()} == NOT_DESCRIBED


def test_every_answer_is_as_described(
    transactional_db: None, alice: Person, bob: Person, settings: Any, tmp_path: Path
) -> None:
    called: set[tuple[str, str]] = set()
    call = Caller(alice.client, called)
    panel = _place_a_board(call)
    _use_the_board(call, panel)
    _talk(call, panel)
    _talk_in_a_group(call, bob, settings, tmp_path)
    _work_with_agents(call, alice)
    _use_widgets(call)
    _cross_the_bridge(call, panel)
    _use_a_script(call, panel)
    _ask_from_outside(Caller(alice.bearer(), called), panel)
    _organise(call, bob)
    _ask_before_writing(Caller(alice.bearer(), called), panel)
    settings.PLUGIN_DB_PORT = 5433
    _develop(call, panel)
    _run_a_plugin(call, panel)
    _do_in_the_background(call, alice, panel)
    _update(call, panel)
    _be_told(call, alice)
    _put_away(call, panel)
    assert operations() - called == NOT_TRIED_HERE


def _place_a_board(call: Caller) -> dict[str, str]:
    text = sample_manifest("task-board")
    workspace = call("POST", "/api/workspaces", {"name": "Main"}, status=201)["workspace"]["id"]
    call("PATCH", "/api/workspaces/{workspace_id}", {"visibility": "tenant"}, workspace_id=workspace)
    widget = call("POST", "/api/widgets/install", {"file": text}, status=201)["widget"]["id"]
    call("POST", "/api/widgets/install", {"file": text}, status=409)
    call("POST", "/api/widgets/install", {"file": "{}"}, status=422)
    upload = SimpleUploadedFile("links.json", (sample_manifest("team-links") or "").encode())
    call("POST", "/api/widgets/install-file", {"file": upload}, status=201)
    builtin = {"builtin": "demo", "workspaceId": workspace}
    call("POST", "/api/widgets/instances", builtin, status=201)
    body = {"widgetId": widget, "workspaceId": workspace}
    instance = call("POST", "/api/widgets/instances", body, status=201)["instance"]
    return {"widget": widget, "workspace": workspace, "id": instance["id"], "panel_id": instance["panel_id"]}


def _use_the_board(call: Caller, panel: dict[str, str]) -> None:
    call("GET", "/api/workspaces")
    call("GET", "/api/widgets/list")
    call("GET", "/api/widgets/samples")
    call("GET", "/api/widgets/{widget_id}", widget_id=panel["widget"])
    call("PATCH", "/api/widgets/{widget_id}", {"name": "Tasks"}, widget_id=panel["widget"])
    call("POST", "/api/widgets/enable", {"id": panel["widget"], "enabled": True})
    call("GET", "/api/widgets/instances", query=f"?workspaceId={panel['workspace']}")
    call("GET", "/api/widgets/instances/{instance_id}", instance_id=panel["id"])
    call("PATCH", "/api/widgets/instances/{instance_id}", {"config": {"title": "Ours"}}, instance_id=panel["id"])
    wish = {"instanceId": panel["id"], "params": {"title": "buy milk"}}
    call("POST", "/api/panels/{slug}/{operation}", wish, slug="task-board", operation="add")
    call("GET", "/api/panels/{slug}/view", slug=panel["panel_id"])


def _talk(call: Caller, panel: dict[str, str]) -> None:
    call("GET", "/api/chat/provider")
    at = call("POST", "/api/conversations", {}, status=201)["conversation"]["id"]
    call("PATCH", "/api/conversations/{conversation_id}", {"title": "Milk"}, conversation_id=at)
    question = {"text": "add bread to ours", "visiblePanelIds": [panel["panel_id"]]}
    asked = call("POST", "/api/conversations/{conversation_id}/messages", question, status=202, conversation_id=at)
    answer = wait_for_answer(call.client, asked["answer"])
    assert answer["payload"]["type"] == "result", answer
    message = {"conversation_id": at, "message_id": answer["id"]}
    call("GET", _MESSAGE, **message)
    call("GET", f"{_MESSAGE}/why", **message)
    call("POST", f"{_MESSAGE}/stop", {}, **message)
    _start_a_tool(call, at)
    call("GET", "/api/conversations/{conversation_id}/messages", conversation_id=at)
    call("GET", "/api/conversations")
    call("DELETE", "/api/conversations/{conversation_id}", conversation_id=at)


def _start_a_tool(call: Caller, at: str) -> None:
    """No service runs code here; that it failed is an answer like any other."""
    text = (SAMPLES / "unit-converter.pie").read_text()
    call("POST", "/api/widgets/install", {"file": text}, status=201)
    [tool] = call("GET", "/api/chat/tools")["tools"]
    wish = {"pluginId": tool["id"], "arguments": {"amount": 5, "from": "km", "to": "mi"}}
    asked = call("POST", "/api/conversations/{conversation_id}/start", wish, status=202, conversation_id=at)
    assert wait_for_answer(call.client, asked["answer"])["payload"]["tools"]


def _talk_in_a_group(call: Caller, bob: Person, settings: Any, files: Path) -> None:
    settings.FILES_ROOT = files
    begun = {"user_ids": [str(bob.user.pk)], "assistant": False}
    group = call("POST", "/api/conversations", begun, status=201)["conversation"]
    one, here = "/api/conversations/{conversation_id}", {"conversation_id": group["id"]}
    call("POST", f"{one}/participants", {"assistant": True}, status=201, **here)
    assistant = call("POST", f"{one}/participants", {}, status=201, **here)["conversation"]["participants"][2]["id"]
    call("DELETE", f"{one}/participants/{{participant_id}}", participant_id=assistant, **here)
    upload = {"file": SimpleUploadedFile("plan.md", b"# Plan")}
    plan = call("POST", f"{one}/attachments", upload, status=201, **here)["attachment"]["id"]
    said = call("POST", f"{one}/messages", {"attachments": [plan]}, status=202, **here)
    assert said["answer"] is None
    upload = {"file": SimpleUploadedFile("other.md", b"# Other")}
    other = call("POST", f"{one}/attachments", upload, status=201, **here)["attachment"]["id"]
    call("DELETE", f"{one}/attachments/{{attachment_id}}", attachment_id=other, **here)
    reply = {"text": "Is it good?", "reply_to": said["message"]["id"]}
    call("POST", f"{one}/messages", reply, status=202, **here)
    call("POST", f"{one}/read", {"number": 2}, **here)
    call("POST", f"{one}/typing", {}, **here)
    assert call("GET", "/api/conversations", query="?q=good")["hits"]


def _work_with_agents(call: Caller, alice: Person) -> None:
    made = call("POST", "/api/agents", {"name": "Deployer", "description": "Ships it"}, status=201)
    agent, at = made["agent"]["id"], {"agent_id": made["agent"]["id"]}
    call("POST", "/api/agents", {"name": " "}, status=422)
    call("GET", "/api/agents")
    call("GET", "/api/agents/{agent_id}", **at)
    call("PATCH", "/api/agents/{agent_id}", {"shared": True}, **at)
    token = call("POST", "/api/agents/{agent_id}/rotate", **at)["credentials"]["AGENT_TOKEN"]
    talk = call("POST", "/api/conversations", {"agent_ids": [agent]}, status=201)["conversation"]
    here = {"conversation_id": talk["id"]}
    call("GET", "/api/conversations/{conversation_id}/agents", **here)
    row = Conversation.objects.get(pk=talk["id"])
    asked = ask(Talk(alice, Agent.objects.get(), token, row), "confirm", {"title": "Deploy?"})
    address = here | {"message_id": str(asked.pk)}
    call("POST", f"{_MESSAGE}/answer", {"value": "perhaps"}, status=422, **address)
    call("POST", f"{_MESSAGE}/answer", {"value": True}, status=201, **address)
    call("POST", f"{_MESSAGE}/answer", {"value": True}, status=409, **address)
    call("GET", "/api/conversations/{conversation_id}/messages", **here)
    call("POST", "/api/agents/{agent_id}/revoke", **at)
    call("DELETE", "/api/agents/{agent_id}", **at)


def _use_widgets(call: Caller) -> None:
    app = call("POST", "/api/widgets/install", {"file": FILES}, status=201)["widget"]["id"]
    at = call("POST", "/api/conversations", {}, status=201)["conversation"]["id"]
    session = "/api/sessions/{session_id}"
    wish = {"zone": "chat_side", "ref": "chat_side", "app": app}
    widget = call("POST", f"{session}/widgets/render", wish, status=201, session_id=at)["data"]["widget_id"]
    call("POST", f"{session}/widgets/render", {"zone": "inline"}, status=422, session_id=at)
    patch = {"widget_id": widget, "patch": {"data.things": [1], "ctx.a": 1, "state.b": 1}}
    call("POST", f"{session}/widgets/update", patch, session_id=at)
    fault = {"widget_id": widget, "binding": "things", "message": "gone"}
    call("POST", f"{session}/widgets/error", fault, session_id=at)
    click = {"widget_id": widget, "type": "set_state", "payload": {"set": {"c": 1}}}
    call("POST", f"{session}/widgets/action", click, session_id=at)
    call("POST", "/api/apps/{app_id}/widgets/action", click | {"session_id": at}, app_id=app)
    call("GET", f"{session}/widgets/data/{{binding}}", session_id=at, binding="things")
    call("GET", "/api/apps/{app_id}/widgets/data/{binding}", app_id=app, binding="things")
    call("POST", f"{session}/state", {"set": {"d": 1}, "app": app}, session_id=at)
    call("GET", f"{session}/state", query="?key=d", session_id=at)
    call("GET", f"{session}/prompt", session_id=at)
    call("GET", f"{session}/widgets", session_id=at)
    call("GET", "/api/apps")
    call("GET", "/api/apps/{app_id}/widgets", app_id=app)
    call("POST", "/api/apps/validate", {"source": "type: divider"})
    call("POST", "/api/apps/validate", {"source": "type: dividr"})
    call("POST", "/api/apps/{app_id}/widgets/validate", {}, app_id=app)
    call("POST", "/api/widgets/preview", {"file": FILES})
    call("POST", "/api/widgets/preview", {"file": FILES.replace("confirm", "confrm")}, status=422)
    call("POST", "/api/widgets/preview-file", {"file": SimpleUploadedFile("files.yaml", FILES.encode())})
    call("GET", "/api/widgets/{widget_id}/files", widget_id=app)
    file = SimpleUploadedFile("a.txt", b"hello")
    call("POST", "/api/apps/{app_id}/widgets/files", {"file": file}, status=201, app_id=app)
    call("POST", f"{session}/widgets/close", {"widget_id": widget}, session_id=at)


def _use_a_script(call: Caller, panel: dict[str, str]) -> None:
    text = sample_manifest("clock")
    call("POST", "/api/widgets/preview", {"file": text})
    widget = call("POST", "/api/widgets/install", {"file": text}, status=201)["widget"]["id"]
    body = {"widgetId": widget, "workspaceId": panel["workspace"]}
    instance = call("POST", "/api/widgets/instances", body, status=201)["instance"]
    call("GET", "/api/panels/{slug}/view", slug=instance["panel_id"])
    call("POST", "/api/widgets/{widget_id}/entrypoint", widget_id=widget)
    call("POST", "/api/widgets/{widget_id}/entrypoint", status=400, widget_id=panel["widget"])
    missing = {
        **json.loads(text or ""),
        "panelId": "missing",
        "sandbox": {"entrypoint": "https://[::1]/x.js", "permissions": []},
    }
    widget = call("POST", "/api/widgets/install", {"file": json.dumps(missing)}, status=201)["widget"]["id"]
    call("POST", "/api/widgets/{widget_id}/entrypoint", status=502, widget_id=widget)
    call("GET", "/api/widgets/sample-data", query="?name=visitors")


def _cross_the_bridge(call: Caller, panel: dict[str, str]) -> None:
    widget = call("POST", "/api/widgets/install", {"file": json.dumps(scripted())}, status=201)["widget"]["id"]
    wish = {"widgetId": widget, "workspaceId": panel["workspace"]}
    place = call("POST", "/api/widgets/instances", wish, status=201)["instance"]
    asked = {"instanceId": place["id"], "method": "workspace.openPanel", "params": {"panelId": place["panel_id"]}}
    call("POST", "/api/widgets/bridge", asked, status=403)
    decision = {"instanceId": place["id"], "permission": "write:workspace"}
    call("POST", "/api/widgets/permissions", decision | {"level": "always"}, status=201)
    call("POST", "/api/widgets/permissions", decision | {"level": "deny"}, status=201)
    call("POST", "/api/widgets/bridge", asked)
    call("GET", "/api/widgets/permissions")
    call("DELETE", "/api/widgets/permissions", decision)
    call("GET", "/api/widgets/network-log", query=f"?instanceId={place['id']}")


def _ask_from_outside(call: Caller, panel: dict[str, str]) -> None:
    call("GET", "/api/widgets/sample-manifest")
    call("POST", "/api/chat/manifests", {"visiblePanelIds": [panel["panel_id"]]})
    call("POST", "/api/chat/manifests", {"user": "nobody"}, status=404)
    args = {"panelId": panel["panel_id"], "intentName": "list_tasks", "params": {}}
    result = call("POST", "/api/chat/intent", {"args": args})
    assert result["items"], result
    call("POST", "/api/chat/intent", {"args": args | {"intentName": "fly"}}, status=404)
    call("PATCH", "/api/tenant", {"name": "Ours"}, status=403)


def _organise(call: Caller, bob: Person) -> None:
    call("GET", "/api/tenant")
    call("PATCH", "/api/tenant", {"name": "Acme Ltd", "confirmWrites": True})
    invite = call("POST", "/api/invites", {"role": "viewer"}, status=201)["invite"]["id"]
    call("GET", "/api/invites")
    call("DELETE", "/api/invites/{invite_id}", invite_id=invite)
    token = call("POST", "/api/tokens", {"name": "backend", "scopes": ["widgets"]}, status=201)["token"]["id"]
    call("GET", "/api/tokens")
    call("DELETE", "/api/tokens/{token_id}", token_id=token)
    members = call("GET", "/api/members")["members"]
    [member] = [one["id"] for one in members if one["user"]["username"] == bob.user.username]
    call("PATCH", "/api/members/{member_id}", {"role": "admin"}, member_id=member)
    call("DELETE", "/api/members/{member_id}", member_id=member)


def _ask_before_writing(call: Caller, panel: dict[str, str]) -> None:
    args = {"panelId": panel["panel_id"], "intentName": "add_task", "params": {"title": "eggs"}}
    error = call("POST", "/api/chat/intent", {"args": args}, status=409)["error"]
    call("POST", "/api/chat/intent", {"args": args, "confirmationId": error["confirmationId"]})


def _develop(call: Caller, panel: dict[str, str]) -> None:
    call("GET", "/api/plugins/{plugin_id}/database/credentials", plugin_id=panel["widget"])
    call("POST", "/api/plugins/{plugin_id}/database/regenerate-password", plugin_id=panel["widget"])


def _run_a_plugin(call: Caller, panel: dict[str, str]) -> None:
    """No service runs code here: each run fails, which is an answer, too."""
    text = pie({"name": "shown"}, sections="===widget===\n<p>Hello</p>\n", heartbeatEvents=EVENTS)
    widget = call("POST", "/api/widgets/install", {"file": text}, status=201)["widget"]["id"]
    wish = {"widgetId": widget, "workspaceId": panel["workspace"]}
    place = call("POST", "/api/widgets/instances", wish, status=201)["instance"]["id"]
    clicked = call("POST", "/widget-action", {"instanceId": place, "actionId": "go"})
    assert clicked["error"]["code"] == "UNAVAILABLE"
    call("GET", "/api/widget-state", query=f"?instanceId={place}")
    run = call("POST", "/api/plugins/{plugin_id}/run", {"arguments": {}}, plugin_id=widget)["runId"]
    call("GET", "/api/plugins/{plugin_id}/runs", plugin_id=widget)
    call("GET", "/api/plugins/{plugin_id}/runs/{run_id}", plugin_id=widget, run_id=run)
    call("GET", "/api/plugins/{plugin_id}/hosts", plugin_id=widget)
    call("PUT", "/api/plugins/{plugin_id}/hosts", {"hosts": ["api.example.com"]}, plugin_id=widget)
    call("GET", "/api/plugins/places/{place_id}", place_id=place)
    call("GET", "/api/plugins/{plugin_id}", plugin_id=widget)
    call("GET", "/api/plugins/{plugin_id}/events", plugin_id=widget)
    call("POST", "/api/plugins/{plugin_id}/events", {"event": "done", "subscribed": True}, plugin_id=widget)


def _update(call: Caller, panel: dict[str, str]) -> None:
    newer = json.dumps(json.loads(sample_manifest("task-board") or "") | {"description": "Newer."})
    call("POST", "/api/widgets/{widget_id}/update", {"file": newer}, widget_id=panel["widget"])
    upload = SimpleUploadedFile("board.json", newer.encode())
    call("POST", "/api/widgets/{widget_id}/update-file", {"file": upload}, widget_id=panel["widget"])
    older = call("GET", "/api/widgets/{widget_id}/versions", widget_id=panel["widget"])["versions"][1]["id"]
    call("POST", "/api/widgets/{widget_id}/versions", {"version": older}, widget_id=panel["widget"])


def _be_told(call: Caller, alice: Person) -> None:
    told = str(notify(tenant=alice.tenant, user=alice.user, title="Done").pk)
    call("GET", "/api/notifications")
    call("PATCH", "/api/notifications/{notification_id}", {"read": True}, notification_id=told)
    call("POST", "/api/notifications/read-all", {})
    call("DELETE", "/api/notifications/{notification_id}", notification_id=told)
    until = timezone.now() + timedelta(days=30)
    kept = PluginDatabase.objects.create(tenant=alice.tenant, user=alice.user, slug="gone", keep_until=until)
    call("GET", "/api/plugins/kept")
    call("DELETE", "/api/plugins/kept/{kept_id}", kept_id=str(kept.pk))


def _do_in_the_background(call: Caller, alice: Person, panel: dict[str, str]) -> None:
    args = {"trigger": {"action": "go"}, "widget": panel["widget"]}
    job = str(enqueue(actor=alice.actor, kind="plugin.run", args=args, title="Go").pk)
    call("GET", "/api/jobs")
    call("GET", "/api/jobs/{job_id}", job_id=job)
    call("POST", "/api/jobs/{job_id}/retry", status=409, job_id=job)
    call("POST", "/api/jobs/{job_id}/cancel", job_id=job)
    Job.objects.filter(pk=job).update(state=JobState.FAILED)
    call("POST", "/api/jobs/{job_id}/retry", job_id=job)


def _put_away(call: Caller, panel: dict[str, str]) -> None:
    call("DELETE", "/api/widgets/instances/{instance_id}", instance_id=panel["id"])
    call("DELETE", "/api/widgets/{widget_id}", widget_id=panel["widget"])
    call("DELETE", "/api/workspaces/{workspace_id}", workspace_id=panel["workspace"])
