"""How a stranger from another tenant is answered, for every route, socket frame and stream.

A new route needs a row in ROUTES; `test_stranger_table.py` fails without it. A route that takes ids, in its address,
query or body, names them by `Call`s: `things` are alice's, `own` those of charlie, who asks and must get 404.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.contract.things import Things

Ids = Callable[[Things, Things], dict[str, Any]]


class Answer(enum.Enum):
    """What somebody gets who names nothing of anybody's."""

    PUBLIC = "the same for everybody, nobody's data"
    SECRET = "whoever knows the secret in the address"
    OWN = "own data only; 401 when nobody is signed in"
    OWN_PAGE = "a page with own data only; to the sign-in page when nobody is signed in"
    AGENT = "for an agent with its token (tests/agents/test_blobs.py, test_strangers.py); 401 for everybody else"
    STAFF = "staff only, scoped by tenant (tests/core/test_admin.py)"


def nothing(things: Things, own: Things) -> dict[str, Any]:
    """No ids."""
    return {}


@dataclass(frozen=True, slots=True)
class Call:
    """A request of charlie's with ids of alice's; it must be answered with 404."""

    method: str
    address: Ids = nothing
    query: Ids = nothing
    body: Ids = nothing
    bearer: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One route."""

    answer: Answer
    calls: tuple[Call, ...] = field(default=())


def own(*calls: Call) -> Row:
    """An endpoint of the API."""
    return Row(Answer.OWN, calls)


def page(*calls: Call) -> Row:
    """A page for people."""
    return Row(Answer.OWN_PAGE, calls)


PUBLIC = Row(Answer.PUBLIC)


def _member(things: Things, own: Things) -> dict[str, Any]:
    return {"member_id": things.member}


def _widget(things: Things, own: Things) -> dict[str, Any]:
    return {"widget_id": things.widget}


def _job(things: Things, own: Things) -> dict[str, Any]:
    return {"job_id": things.job}


def _own_widget(things: Things, own: Things) -> dict[str, Any]:
    return {"widget_id": own.widget}


def _instance(things: Things, own: Things) -> dict[str, Any]:
    return {"instance_id": things.instance}


def _workspace(things: Things, own: Things) -> dict[str, Any]:
    return {"workspace_id": things.workspace}


def _conversation(things: Things, own: Things) -> dict[str, Any]:
    return {"conversation_id": things.conversation}


def _message(things: Things, own: Things) -> dict[str, Any]:
    return {"conversation_id": things.conversation, "message_id": things.message}


def _mixed(things: Things, own: Things) -> dict[str, Any]:
    """Alice's message by way of charlie's conversation."""
    return {"conversation_id": own.conversation, "message_id": things.message}


def _agent(things: Things, own: Things) -> dict[str, Any]:
    return {"agent_id": things.agent}


def _asked(things: Things, own: Things) -> dict[str, Any]:
    return {"conversation_id": things.talk, "message_id": things.asked}


def _asked_elsewhere(things: Things, own: Things) -> dict[str, Any]:
    """Alice's question by way of charlie's conversation."""
    return {"conversation_id": own.talk, "message_id": things.asked}


def _yes(things: Things, own: Things) -> dict[str, Any]:
    return {"value": True}


def of_message(method: str, body: Ids = nothing) -> Row:
    """A route below a message."""
    return own(Call(method, _message, body=body), Call(method, _mixed, body=body))


def _notification(things: Things, own: Things) -> dict[str, Any]:
    return {"notification_id": things.notification}


def _operation(things: Things, own: Things) -> dict[str, Any]:
    return {"slug": "task-board", "operation": "list"}


def _intent(panel: str) -> dict[str, Any]:
    return {"panelId": panel, "intentName": "show_tasks"}


def _layouts(things: Things, own: Things) -> dict[str, Any]:
    return {"layouts": {things.instance: {"x": 0, "y": 0, "w": 1, "h": 1}}}


def _confirmed(things: Things, own: Things) -> dict[str, Any]:
    """A write of charlie's own, with a confirmation that alice was asked for."""
    args = {"panelId": own.panel, "intentName": "add_task", "params": {"title": "x"}}
    return {"args": args, "confirmationId": things.confirmation}


def _session(things: Things, own: Things) -> dict[str, Any]:
    return {"session_id": things.conversation}


def _own_session(things: Things, own: Things) -> dict[str, Any]:
    return {"session_id": own.conversation}


def _mounted(things: Things, own: Things) -> dict[str, Any]:
    return {"widget_id": things.mounted}


def _patch(things: Things, own: Things) -> dict[str, Any]:
    return {"widget_id": things.mounted, "patch": {"ctx.a": 1}}


def _fault(things: Things, own: Things) -> dict[str, Any]:
    return {"widget_id": things.mounted, "message": "x"}


def _click(things: Things, own: Things) -> dict[str, Any]:
    return {"widget_id": things.mounted, "type": "set_state", "payload": {"set": {"a": 1}}}


def _app(things: Things, own: Things) -> dict[str, Any]:
    return {"app_id": things.app}


def _own_app(things: Things, own: Things) -> dict[str, Any]:
    return {"app_id": own.app}


def _gadget(things: Things, own: Things) -> dict[str, Any]:
    return {"instanceId": things.gadget}


def _bridge(things: Things, own: Things) -> dict[str, Any]:
    return _gadget(things, own) | {"method": "workspace.getPanels"}


_CHANNEL = "3f2b8a52-6f0e-4d6c-9a51-0c7d4b8e2f19"


def _installed(things: Things, own: Things) -> dict[str, Any]:
    return {"plugin_id": things.plugin}


def _plugin(things: Things, own: Things) -> dict[str, Any]:
    return {"plugin_id": things.widget}


def _foreign_place(things: Things, own: Things) -> dict[str, Any]:
    """A widget of charlie's own, at alice's place."""
    return {"widgetId": own.scripted, "channelId": _CHANNEL, "instanceId": things.scripted_place}


def of_session(method: str, body: Ids = nothing, foreign: Ids | None = None) -> Row:
    """A route below a session; `foreign` are ids that charlie might add in a session of their own."""
    calls = [Call(method, _session, body=body)]
    if foreign is not None:
        calls.append(Call(method, _own_session, body=lambda things, own: body(things, own) | foreign(things, own)))
    return own(*calls)


ROUTES: dict[str, Row] = {
    "admin": Row(Answer.STAFF),
    # core
    "api-schema": PUBLIC,
    "api-docs": PUBLIC,
    "sign-in": PUBLIC,
    "sign-out": PUBLIC,
    "password": page(),
    "settings": page(),
    "switch-tenant": page(Call("post", body=lambda things, own: {"tenant": things.tenant})),
    "invite": Row(Answer.SECRET),
    "api-tenant": own(),
    "api-members": own(),
    "api-member": own(Call("patch", _member, body=lambda *_: {"role": "viewer"}), Call("delete", _member)),
    "api-invites": own(),
    "api-invite": own(Call("delete", lambda things, own: {"invite_id": things.invite})),
    "api-tokens": own(),
    "api-token": own(Call("delete", lambda things, own: {"token_id": things.token})),
    # jobs
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    # files
    "api-pictures": own(),
    "api-file": own(Call("get", lambda things, own: {"blob_id": things.blob})),
    # widgets
    "home": page(),
    "dashboard": page(),
    "workspace": page(Call("get", _workspace)),
    "manager": page(),
    "api-widget-install": own(),
    "api-widget-install-file": own(),
    "api-widget-preview": own(),
    "api-widget-preview-file": own(),
    "api-package-files": own(Call("get", _widget)),
    "api-package-file": own(Call("get", lambda things, own: {"widget_id": things.app, "path": "app.yaml"})),
    "api-widget-list": own(),
    "api-widget-enable": own(Call("post", body=lambda things, own: {"id": things.widget, "enabled": False})),
    "api-widget": own(
        Call("get", _widget), Call("patch", _widget, body=lambda *_: {"name": "Mine"}), Call("delete", _widget)
    ),
    "api-widget-update": own(Call("post", _widget, body=lambda *_: {"file": "{}"})),
    "api-widget-update-file": own(Call("post", _widget)),
    "api-widget-versions": own(
        Call("get", _widget),
        Call("post", _widget, body=lambda things, own: {"version": things.older_version}),
        Call("post", _own_widget, body=lambda things, own: {"version": things.older_version}),
    ),
    "api-widget-entrypoint": own(Call("post", lambda things, own: {"widget_id": things.scripted})),
    "api-sample-manifest": PUBLIC,
    "api-samples": PUBLIC,
    "api-sample-script": PUBLIC,
    "api-sample-data": PUBLIC,
    "api-instances": own(
        Call("get", query=lambda things, own: {"workspaceId": things.workspace}),
        Call("post", body=lambda things, own: {"widgetId": things.widget, "workspaceId": own.workspace}),
        Call("post", body=lambda things, own: {"widgetId": own.widget, "workspaceId": things.workspace}),
    ),
    "api-instance": own(
        Call("get", _instance),
        Call("patch", _instance, body=lambda *_: {"config": {}}),
        Call("delete", _instance),
    ),
    "api-workspaces": own(),
    "api-workspace": own(
        Call("patch", _workspace, body=lambda *_: {"name": "Mine"}),
        Call("patch", lambda things, own: {"workspace_id": own.workspace}, body=_layouts),
        Call("delete", _workspace),
    ),
    "api-chat-manifests": own(Call("post", body=lambda things, own: {"user": things.user}, bearer=True)),
    "api-chat-intent": own(
        Call("post", body=lambda things, own: {"args": _intent(things.panel)}),
        Call("post", body=lambda things, own: {"args": _intent(own.panel), "user": things.user}, bearer=True),
        Call("post", body=_confirmed),
    ),
    # panels
    "api-panel-view": own(
        Call("get", lambda things, own: {"slug": things.instance}),
        Call("get", lambda things, own: {"slug": things.panel}),
        Call("post", lambda *_: {"slug": "task-board"}, body=lambda things, own: {"instanceId": things.instance}),
    ),
    "api-panel-operation": own(
        Call("post", _operation, body=lambda things, own: {"instanceId": things.instance}),
        Call("post", _operation, body=lambda things, own: {"panelId": things.panel}),
    ),
    # apps
    "apps": page(),
    "app": page(Call("get", _app)),
    "playground": page(),
    "api-apps": own(),
    "api-apps-validate": own(),
    "api-app-widgets": own(Call("get", _app)),
    "api-app-validate": own(Call("post", _app)),
    # sessions, and what the widgets of apps ask for
    "api-session": of_session("get"),
    "api-session-render": of_session(
        "post", lambda *_: {"zone": "inline", "tree": {"type": "divider"}}, lambda things, own: {"app": things.app}
    ),
    "api-session-update": of_session("post", _patch, lambda things, own: {"app": things.app}),
    "api-session-close": of_session("post", _mounted, lambda things, own: {"app": things.app}),
    "api-session-error": of_session("post", _fault, lambda things, own: {"app": things.app}),
    "api-session-action": of_session("post", _click),
    "api-session-binding": own(
        Call("get", lambda things, own: {"session_id": things.conversation, "binding": "rows"}),
        Call(
            "get",
            lambda things, own: {"session_id": things.conversation, "binding": "rows"},
            query=lambda things, own: {"widget_id": things.mounted},
        ),
    ),
    "api-session-state": own(
        Call("get", _session),
        Call("get", _own_session, query=lambda things, own: {"app": things.app}),
        Call("post", _session, body=lambda *_: {"set": {"a": 1}}),
        Call("post", _own_session, body=lambda things, own: {"set": {"a": 1}, "app": things.app}),
    ),
    "api-session-prompt": of_session("get"),
    "api-app-action": own(
        Call("post", _app, body=_click),
        Call("post", _own_app, body=lambda things, own: _click(things, own) | {"session_id": things.conversation}),
    ),
    "api-app-binding": own(
        Call("get", lambda things, own: {"app_id": things.app, "binding": "things"}),
        Call(
            "get",
            lambda things, own: {"app_id": own.app, "binding": "things"},
            query=lambda things, own: {"session_id": things.conversation},
        ),
    ),
    "api-app-files": own(
        Call("post", _app),
        Call("post", _own_app, query=lambda things, own: {"session_id": things.conversation}),
    ),
    "api-widget-file": own(Call("get", lambda things, own: {"file_id": things.file})),
    # jobs
    "jobs": page(),
    "job": page(Call("get", _job)),
    "api-jobs": own(Call("get", query=lambda things, own: {"before": things.job})),
    "api-job": own(Call("get", _job)),
    "api-job-cancel": own(Call("post", _job)),
    "api-job-retry": own(Call("post", _job)),
    # notifications
    "api-notifications": own(Call("get", query=lambda things, own: {"before": things.notification})),
    "api-notifications-read-all": own(),
    "api-notification": own(
        Call("patch", _notification, body=lambda *_: {"read": True}), Call("delete", _notification)
    ),
    # tables of plugins
    "api-plugin-credentials": own(Call("get", _plugin)),
    "api-plugin-password": own(Call("post", _plugin)),
    # plugins
    "widget-action": own(Call("post", body=lambda things, own: {"instanceId": things.plugin_place, "actionId": "go"})),
    "api-widget-state": own(Call("get", query=lambda things, own: {"instanceId": things.plugin_place})),
    "api-plugin-place": own(Call("get", lambda things, own: {"place_id": things.plugin_place})),
    "api-plugin-run": own(Call("post", _installed)),
    "api-plugin-runs": own(
        Call("get", _installed),
        Call("get", lambda things, own: {"plugin_id": own.plugin}, lambda things, own: {"before": things.plugin_run}),
    ),
    "api-plugin-run-log": own(
        Call("get", lambda things, own: {"plugin_id": things.plugin, "run_id": things.plugin_run}),
        Call("get", lambda things, own: {"plugin_id": own.plugin, "run_id": things.plugin_run}),
    ),
    "api-plugin-hosts": own(
        Call("get", _installed), Call("put", _installed, body=lambda *_: {"hosts": ["example.com"]})
    ),
    "plugin-runs": page(Call("get", _installed)),
    "api-plugins-kept": own(),
    "api-plugin-kept": own(Call("delete", lambda things, own: {"kept_id": things.kept})),
    "api-plugin": own(Call("get", _installed)),
    "api-plugin-events": own(
        Call("get", _installed),
        Call("post", _installed, body=lambda *_: {"event": "done", "subscribed": True}),
    ),
    # widgets with scripts of their own
    "api-sandbox": own(
        Call("get", query=lambda things, own: {"widgetId": things.scripted, "channelId": _CHANNEL}),
        Call("get", query=_foreign_place),
    ),
    "api-frame": Row(Answer.SECRET),
    "api-bridge": own(Call("post", body=_bridge)),
    "api-permissions": own(
        Call("get", query=_gadget),
        Call("post", body=lambda things, own: _gadget(things, own) | {"permission": "write:notes", "level": "always"}),
        Call("delete", body=lambda things, own: _gadget(things, own) | {"permission": "write:chat"}),
    ),
    "api-network-log": own(Call("get", query=_gadget)),
    # conversations and turns
    "chat": page(),
    "agents": page(),
    "conversation": page(Call("get", _conversation)),
    "api-conversations": own(
        Call("post", body=lambda things, own: {"app": things.app}),
        Call("post", body=lambda things, own: {"agent_ids": [things.agent]}),
    ),
    "api-conversation": own(
        Call("patch", _conversation, body=lambda *_: {"title": "Mine"}), Call("delete", _conversation)
    ),
    "api-participants": own(Call("post", _conversation, body=lambda *_: {"assistant": True})),
    "api-participant": own(
        Call("delete", lambda things, own: _conversation(things, own) | {"participant_id": things.participant}),
        Call("delete", lambda things, own: _conversation(own, own) | {"participant_id": things.participant}),
    ),
    "api-conversation-read": own(Call("post", _conversation, body=lambda *_: {"number": 1})),
    "api-conversation-typing": own(Call("post", _conversation)),
    "api-conversation-agents": own(Call("get", _conversation)),
    "api-attachments": own(Call("post", _conversation)),
    "api-attachment": own(
        Call("get", lambda things, own: _conversation(things, own) | {"attachment_id": things.attachment}),
        Call("get", lambda things, own: _conversation(own, own) | {"attachment_id": things.attachment}),
        Call("delete", lambda things, own: _conversation(own, own) | {"attachment_id": things.attachment}),
    ),
    "api-messages": own(Call("get", _conversation), Call("post", _conversation, body=lambda *_: {"text": "hello"})),
    "api-conversation-start": own(
        Call("post", _conversation, body=lambda things, own: {"pluginId": things.plugin}),
        Call(
            "post",
            lambda things, own: {"conversation_id": own.conversation},
            body=lambda things, _: {"pluginId": things.plugin},
        ),
    ),
    "api-chat-tools": own(),
    "api-message": of_message("get"),
    "api-message-why": of_message("get"),
    "api-message-stop": of_message("post"),
    "api-message-retry": of_message("post"),
    "api-message-choose": of_message("post", lambda *_: {"index": 0}),
    "api-message-confirm": of_message("post", lambda *_: {"accept": True}),
    "api-chat-provider": own(),
    # agents
    "api-agents": own(),
    "api-agent": own(
        Call("get", _agent), Call("patch", _agent, body=lambda *_: {"name": "Mine"}), Call("delete", _agent)
    ),
    "api-agent-rotate": own(Call("post", _agent)),
    "api-agent-revoke": own(Call("post", _agent)),
    "api-message-answer": own(Call("post", _asked, body=_yes), Call("post", _asked_elsewhere, body=_yes)),
    "agent-blobs": Row(Answer.AGENT),
    "agent-blob": Row(Answer.AGENT),
}

# An agent's frame: what of alice's it may name that charlie's agent must not reach (tests/agents/test_strangers.py).
AGENT_FRAMES: dict[str, tuple[str, ...]] = {
    "MSG": ("conversation_id", "to", "reply_to_message_id", "attachments"),
    "ACK_READ": ("message_id",),
}

# A client's frame: whether it names a stream, which must be one of the STREAMS.
FRAMES: dict[str, bool] = {"subscribe": True, "unsubscribe": True, "ping": False}

# The key of alice's stream of each kind; charlie's subscription is refused with NOT_FOUND.
STREAMS: dict[str, Callable[[Things], str]] = {
    "user": lambda things: things.user,
    "tenant": lambda things: things.tenant,
    "workspace": lambda things: things.workspace,
    "conversation": lambda things: things.conversation,
    "session": lambda things: things.conversation,
}
