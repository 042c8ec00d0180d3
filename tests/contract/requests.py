"""Every request that changes something, with a good body and the types of its fields.

A new POST, PATCH or DELETE of the API needs a row; `test_bad_input.py` fails without it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.contract.things import Things, another_board
from tests.widgets.conftest import manifest

Make = Callable[[Things], dict[str, Any]]
STRINGS: Final = "strings"


def nothing(things: Things) -> dict[str, Any]:
    """No ids, or an empty body."""
    return {}


@dataclass(frozen=True, slots=True)
class Write:
    """One request: `fields` are the types of its body's keys, `inside` faults of nested ones with their path.

    `scope` is what a token needs, None where only signed-in people write. `viewer` says what a viewer is answered.
    """

    name: str
    method: str
    address: Make = nothing
    body: Make = nothing
    fields: dict[str, Any] = field(default_factory=dict)
    inside: tuple[tuple[dict[str, Any], str], ...] = ()
    scope: str | None = "widgets"
    viewer: int = 403


def _widget(things: Things) -> dict[str, Any]:
    return {"widget_id": things.widget}


def _instance(things: Things) -> dict[str, Any]:
    return {"instance_id": things.instance}


def _workspace(things: Things) -> dict[str, Any]:
    return {"workspace_id": things.workspace}


def _member(things: Things) -> dict[str, Any]:
    return {"member_id": things.member}


def _conversation(things: Things) -> dict[str, Any]:
    return {"conversation_id": things.conversation}


def _agent(things: Things) -> dict[str, Any]:
    return {"agent_id": things.agent}


def _message(things: Things) -> dict[str, Any]:
    return {"conversation_id": things.conversation, "message_id": things.message}


def _notification(things: Things) -> dict[str, Any]:
    return {"notification_id": things.notification}


def _call(things: Things) -> dict[str, Any]:
    return {"args": {"panelId": things.panel, "intentName": "add_task", "params": {"title": "x"}}}


def _operation(things: Things) -> dict[str, Any]:
    return {"instanceId": things.instance, "params": {"title": "x"}}


def _session(things: Things) -> dict[str, Any]:
    return {"session_id": things.conversation}


_CLICK: Final = {
    "widget_id": str,
    "action_id": str,
    "type": str,
    "payload": dict,
    "form": dict,
    "state": dict,
    "session_id": str,
    "idempotency_key": str,
}
_LAYOUT: Final = {"x": 0, "y": 0, "w": 1, "h": 1}

WRITES: Final = (
    Write(
        "api-tenant",
        "patch",
        body=lambda things: {"name": "New"},
        fields={"name": str, "confirmWrites": bool},
        inside=(({"name": " "}, "name"), ({"name": "x" * 201}, "name")),
        scope=None,
    ),
    Write("api-member", "patch", _member, lambda things: {"role": "owner"}, {"role": str}, scope=None),
    Write("api-member", "delete", _member, scope=None),
    Write("api-invites", "post", body=lambda things: {"role": "member"}, fields={"role": str}, scope=None),
    Write("api-invite", "delete", lambda things: {"invite_id": things.invite}, scope=None),
    Write(
        "api-tokens",
        "post",
        body=lambda things: {"name": "x", "scopes": ["widgets"]},
        fields={"name": str, "scopes": list, "service": bool, "expiresAt": str},
        inside=(({"scopes": [7]}, "scopes"), ({"scopes": []}, "scopes"), ({"name": "x" * 201}, "name")),
        scope=None,
        viewer=201,
    ),
    Write("api-token", "delete", lambda things: {"token_id": things.token}, scope=None, viewer=404),
    Write(
        "api-widget-install",
        "post",
        body=lambda things: {"file": json.dumps(manifest(panelId="another"))},
        fields={"file": str, "tenantWide": bool, "contentHash": str},
        inside=(({"url": 7, "file": None}, "url"), ({"url": "https://x/"}, "url"), ({"file": None}, "url")),
    ),
    Write(
        "api-widget-preview",
        "post",
        body=lambda things: {"file": json.dumps(manifest(panelId="another"))},
        fields={"file": str},
        inside=(({"url": 7, "file": None}, "url"), ({"file": None}, "url")),
    ),
    Write(
        "api-widget-enable",
        "post",
        body=lambda things: {"id": things.widget, "enabled": False},
        fields={"id": str, "enabled": bool},
    ),
    Write(
        "api-widget", "patch", _widget, lambda things: {"name": "New"}, {"name": str}, (({"name": "x" * 201}, "name"),)
    ),
    Write("api-widget", "delete", _widget),
    Write(
        "api-widget-update",
        "post",
        _widget,
        lambda things: {"file": json.dumps(another_board("Moved to this."))},
        {"file": str, "contentHash": str},
        (({"url": 7, "file": None}, "url"), ({"file": None}, "url")),
    ),
    Write(
        "api-widget-versions",
        "post",
        _widget,
        lambda things: {"version": things.older_version},
        {"version": str},
    ),
    Write("api-widget-entrypoint", "post", lambda things: {"widget_id": things.scripted}),
    Write(
        "api-instances",
        "post",
        body=lambda things: {"widgetId": things.widget, "workspaceId": things.workspace},
        fields={"widgetId": str, "workspaceId": str, "config": dict, "entryId": str, "layout": dict},
        inside=(
            ({"builtin": "demo"}, "widgetId"),
            ({"entryId": "x"}, "entryId"),
            ({"layout": {"x": 1}}, "layout.y"),
            ({"layout": {**_LAYOUT, "w": 1.5}}, "layout.w"),
            ({"layout": {**_LAYOUT, "x": 11, "w": 2}}, "layout.w"),
            ({"config": {"title": 7}}, "config.title"),
        ),
    ),
    Write(
        "api-instance",
        "patch",
        _instance,
        lambda things: {"config": {}},
        {"config": dict, "layout": dict, "entryId": str},
        (({"layout": {}}, "layout.x"), ({"config": {str(n): n for n in range(51)}}, "config")),
    ),
    Write("api-instance", "delete", _instance),
    Write(
        "api-workspaces",
        "post",
        body=lambda things: {"name": "New"},
        fields={"name": str, "visibility": str},
        inside=(({"visibility": "public"}, "visibility"), ({"name": ""}, "name")),
    ),
    Write(
        "api-workspace",
        "patch",
        _workspace,
        lambda things: {"name": "New"},
        {"name": str, "visibility": str, "layouts": dict},
        (
            ({"layouts": {"x": 7}}, "layouts.x"),
            ({"layouts": {"x": {**_LAYOUT, "h": True}}}, "layouts.x.h"),
            ({"visibility": "public"}, "visibility"),
        ),
    ),
    Write("api-workspace", "delete", _workspace),
    Write(
        "api-chat-intent",
        "post",
        body=_call,
        fields={"user": str, "args": dict, "visiblePanelIds": STRINGS, "confirmationId": str},
        inside=(
            ({"args": {}}, "panelId"),
            ({"args": {"panelId": 7, "intentName": "x"}}, "panelId"),
            ({"args": {"panelId": "x", "intentName": []}}, "intentName"),
            ({"args": {"panelId": "x", "intentName": "x", "params": []}}, "params"),
            ({"args": {"panelId": "x", "intentName": "x", "more": 1}}, "more"),
        ),
        scope="chat:intents",
    ),
    Write(
        "api-panel-operation",
        "post",
        lambda things: {"slug": "task-board", "operation": "add"},
        _operation,
        {"instanceId": str, "params": dict},
        (({"params": {"title": 7}}, "params.title"), ({"params": {"title": "x" * 501}}, "params.title")),
    ),
    Write(
        "api-bridge",
        "post",
        body=lambda things: {"instanceId": things.gadget, "method": "storage.set", "params": {"key": "k", "value": 1}},
        fields={"instanceId": str, "method": str, "params": dict, "context": dict},
        inside=(
            ({"method": "no.such"}, "method"),
            ({"params": {"key": 7}}, "params.key"),
            ({"params": {"key": "k", "more": 1}}, "params.more"),
            ({"context": {"more": 1}}, "more"),
            ({"context": {"visiblePanelIds": "x"}}, "visiblePanelIds"),
            ({"context": {"focusedPanelId": 7}}, "focusedPanelId"),
            ({"context": {"conversationId": "x"}}, "conversationId"),
        ),
    ),
    Write(
        "api-permissions",
        "post",
        body=lambda things: {"instanceId": things.gadget, "permission": "write:notes", "level": "always"},
        fields={"instanceId": str, "permission": str, "level": str, "expiresAt": str, "method": str, "params": dict},
        inside=(({"level": "maybe"}, "level"), ({"permission": "write:all"}, "permission")),
        viewer=201,
    ),
    Write(
        "api-permissions",
        "delete",
        body=lambda things: {"instanceId": things.gadget, "permission": "write:chat"},
        fields={"instanceId": str, "permission": str},
        viewer=404,
    ),
    Write(
        "api-session-render",
        "post",
        _session,
        lambda things: {"zone": "inline", "tree": {"type": "divider"}},
        {"app": str, "zone": str, "ref": str, "tree": dict, "data": dict, "ctx": dict, "title": str},
        (
            ({"zone": "aside"}, "zone"),
            ({"tree": None}, "ref"),
            ({"tree": {"type": "dividerr"}}, "tree.type"),
            ({"data": {"rows": {"type": "sql"}}}, "data.rows.type"),
        ),
        viewer=404,
    ),
    Write(
        "api-session-update",
        "post",
        _session,
        lambda things: {"widget_id": things.mounted, "patch": {"ctx.a": 1}},
        {"widget_id": str, "patch": dict, "app": str},
        (({"patch": {}}, "patch"), ({"patch": {"a.b": 1}}, "patch"), ({"patch": {"data.rows.9": 1}}, "patch")),
        viewer=404,
    ),
    Write(
        "api-session-close",
        "post",
        _session,
        lambda things: {"widget_id": things.mounted},
        {"widget_id": str, "app": str},
        viewer=404,
    ),
    Write(
        "api-session-error",
        "post",
        _session,
        lambda things: {"widget_id": things.mounted, "message": "x"},
        {"widget_id": str, "message": str, "binding": str, "app": str},
        (({"binding": "none"}, "binding"),),
        viewer=404,
    ),
    Write(
        "api-session-action",
        "post",
        _session,
        lambda things: {"widget_id": things.mounted, "type": "set_state", "payload": {"set": {"a": 1}}},
        _CLICK,
        (({"type": "nonsense"}, "type"), ({"payload": {"set": {}}}, "set")),
        viewer=404,
    ),
    Write(
        "api-session-state",
        "post",
        _session,
        lambda things: {"set": {"a": 1}},
        {"set": dict, "app": str},
        (({"set": {}}, "set"), ({"set": {"a..b": 1}}, "set")),
        viewer=404,
    ),
    Write(
        "api-app-action",
        "post",
        lambda things: {"app_id": things.app},
        lambda things: {"widget_id": "w", "type": "set_state", "payload": {"set": {"a": 1}}},
        _CLICK,
        (({"type": "nonsense"}, "type"), ({"type": "tool"}, "payload.tool")),
        viewer=404,
    ),
    Write(
        "api-apps-validate",
        "post",
        body=lambda things: {"source": "type: divider"},
        fields={"source": str, "files": dict},
        inside=(({"files": {"x": 7}}, "files.x"), ({"document": {}}, "source")),
        viewer=200,
    ),
    Write(
        "api-app-validate",
        "post",
        lambda things: {"app_id": things.app},
        lambda things: {"source": "type: divider"},
        {"source": str, "files": dict},
        viewer=404,
    ),
    Write("api-job-cancel", "post", lambda things: {"job_id": things.job}, viewer=404),
    Write("api-job-retry", "post", lambda things: {"job_id": things.failed_job}, viewer=404),
    Write("api-notification", "patch", _notification, lambda things: {"read": True}, {"read": bool}, viewer=404),
    Write("api-notification", "delete", _notification, viewer=404),
    Write("api-notifications-read-all", "post", viewer=200),
    Write(
        "api-plugin-events",
        "post",
        lambda things: {"plugin_id": things.plugin},
        lambda things: {"event": "done", "subscribed": True},
        {"event": str, "subscribed": bool},
        viewer=404,
    ),
    Write(
        "widget-action",
        "post",
        body=lambda things: {"instanceId": things.plugin_place, "actionId": "go"},
        fields={"instanceId": str, "actionId": str, "idempotencyKey": str},
        inside=(
            ({"actionId": ""}, "actionId"),
            ({"actionId": "x" * 201}, "actionId"),
            ({"payload": json.loads('{"a":' * 40 + "1" + "}" * 40)}, "payload"),
            ({"idempotencyKey": "x" * 101}, "idempotencyKey"),
        ),
    ),
    Write(
        "api-plugin-run",
        "post",
        lambda things: {"plugin_id": things.plugin},
        lambda things: {"arguments": {}},
        {"arguments": dict, "sessionId": str},
        viewer=404,
    ),
    Write(
        "api-plugin-hosts",
        "put",
        lambda things: {"plugin_id": things.plugin},
        lambda things: {"hosts": ["api.example.com"]},
        {"hosts": list},
        (({"hosts": ["https://example.com"]}, "hosts"), ({"hosts": [1]}, "hosts")),
        viewer=404,
    ),
    Write("api-plugin-kept", "delete", lambda things: {"kept_id": things.kept}, viewer=404),
    Write("api-plugin-password", "post", lambda things: {"plugin_id": things.widget}),
    Write(
        "api-conversations",
        "post",
        body=nothing,
        fields={"title": str, "app": str, "agent_ids": STRINGS, "user_ids": STRINGS, "assistant": bool},
        viewer=201,
    ),
    Write(
        "api-conversation",
        "patch",
        _conversation,
        lambda things: {"title": "New"},
        {"title": str},
        (({"title": "x" * 201}, "title"),),
        viewer=404,
    ),
    Write("api-conversation", "delete", _conversation, viewer=404),
    Write(
        "api-participants",
        "post",
        _conversation,
        lambda things: {"assistant": True},
        {"agent_ids": STRINGS, "user_ids": STRINGS, "assistant": bool},
        viewer=404,
    ),
    Write(
        "api-participant",
        "delete",
        lambda things: _conversation(things) | {"participant_id": things.participant},
        viewer=404,
    ),
    Write(
        "api-conversation-read",
        "post",
        _conversation,
        lambda things: {"number": 0},
        {"number": int},
        (({"number": -1}, "number"),),
        viewer=404,
    ),
    Write("api-conversation-typing", "post", _conversation, viewer=404),
    Write(
        "api-attachment",
        "delete",
        lambda things: _conversation(things) | {"attachment_id": things.attachment},
        viewer=404,
    ),
    Write(
        "api-agents",
        "post",
        body=lambda things: {"name": "Deployer"},
        fields={"name": str, "description": str, "shared": bool},
        inside=(
            ({"name": " "}, "name"),
            ({"name": "x" * 101}, "name"),
            ({"name": "x", "description": "x" * 501}, "description"),
        ),
        scope=None,
    ),
    Write(
        "api-agent",
        "patch",
        _agent,
        lambda things: {"name": "Deployer"},
        {"name": str, "description": str, "shared": bool},
        (({"name": " "}, "name"),),
        scope=None,
        viewer=404,
    ),
    Write("api-agent-rotate", "post", _agent, scope=None, viewer=404),
    Write("api-agent-revoke", "post", _agent, scope=None, viewer=404),
    Write("api-agent", "delete", _agent, scope=None, viewer=404),
    Write(
        "api-message-answer",
        "post",
        lambda things: {"conversation_id": things.talk, "message_id": things.asked},
        lambda things: {"value": True},
        {"cancelled": bool},
        (({"value": "yes"}, "value"), ({"value": True, "cancelled": True}, "value")),
        viewer=404,
    ),
    Write(
        "api-messages",
        "post",
        _conversation,
        lambda things: {"text": "hello"},
        {"text": str, "attachments": STRINGS, "reply_to": str, "visiblePanelIds": STRINGS, "focusedPanelId": str},
        (({"text": " "}, "text"), ({"text": "x" * 20_001}, "text")),
        viewer=404,
    ),
    Write(
        "api-conversation-start",
        "post",
        _conversation,
        lambda things: {"pluginId": things.plugin},
        {"pluginId": str, "arguments": dict},
        viewer=404,
    ),
    Write("api-message-stop", "post", _message, viewer=404),
    Write("api-message-retry", "post", _message, viewer=404),
    Write("api-message-choose", "post", _message, lambda things: {"index": 0}, {"index": int}, viewer=404),
    Write("api-message-confirm", "post", _message, lambda things: {"accept": True}, {"accept": bool}, viewer=404),
)
# Requests that look like writes: the manifests of a chat request, a panel's operation named `view` (there is none),
# and the uploads, whose bodies are no JSON (tests/widgets/test_install.py, tests/apps/test_installing.py,
# tests/sessions/test_files.py, tests/chat/test_conversation_files.py).
OTHERS: Final = frozenset(
    {
        ("api-chat-manifests", "post"),
        ("api-panel-view", "post"),
        ("api-widget-install-file", "post"),
        ("api-widget-preview-file", "post"),
        ("api-widget-update-file", "post"),
        ("api-app-files", "post"),
        ("api-attachments", "post"),
    }
)
