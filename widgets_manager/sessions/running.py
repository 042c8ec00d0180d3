"""Stage: handlers. The actions of widgets: what the server does for a click, and the effect that it answers with.

`tool`, `http`, `set_state` and `sequence` run here, the others are acknowledged: the browser does them. Expressions
have been replaced by values before an action comes in.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from widgets_manager.apps.requests import send_request
from widgets_manager.apps.tools import call_tool
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, InvalidInput
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.declarative.problems import unknown
from widgets_manager.declarative.shapes import shapes
from widgets_manager.sessions.access import read_state
from widgets_manager.sessions.actions.answers import claim_answer, keep_answer, take_back_answer, tell_agent
from widgets_manager.sessions.actions.locking import lock_session
from widgets_manager.sessions.actions.state import check_changes, computed_state, with_form, with_result, write_state
from widgets_manager.sessions.mentions import Mentions, mentions_for
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.sessions.questions import Answer, answer_of
from widgets_manager.widgets.models import InstalledWidget

MAX_STEPS: Final = 20
MAX_NESTED: Final = 3
Effect = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Click:
    """One action as it comes in. `session_id` and `mounted` are those of a session that the actor takes part in."""

    actor: Actor
    app: InstalledWidget | None
    kind: str
    payload: Mapping[str, Any]
    widget_id: str = ""
    action_id: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)
    session_id: uuid.UUID | None = None
    mounted: MountedWidget | None = None


def run_action(click: Click) -> Effect:
    """Do it, and answer with its effect `{action, …}`.

    Raises InvalidInput for an unknown type or malformed payload, TOOL_NOT_DECLARED and URL_NOT_DECLARED (403),
    ALREADY_ANSWERED (409), and what tools, requests and set_state are refused with. What is refused changed nothing; a
    step of a sequence that is refused after others were done is a result without success.
    """
    known = shapes()["actions"]
    if click.kind not in known:
        raise InvalidInput(f"type: {unknown('action', click.kind, known)}", path="type")
    mentions = mentions_for(click.app, click.mounted)
    answer = _answer(click)
    if answer is None or click.mounted is None:
        return _do(click, mentions)
    return _answered(click, click.mounted, answer, mentions)


def _answer(click: Click) -> Answer | None:
    if click.mounted is None or click.session_id is None:
        return None
    state = read_state(click.session_id, click.app)
    return answer_of(click.mounted, state, kind=click.kind, payload=click.payload, action_id=click.action_id)


def _answered(click: Click, widget: MountedWidget, answer: Answer, mentions: Mentions) -> Effect:
    claim_answer(actor=click.actor, widget=widget, answer=answer)
    try:
        effect = _do(click, mentions)
    except BaseException:
        take_back_answer(actor=click.actor, widget=widget, answer=answer)
        raise
    result = effect.get("result") or {"success": True}
    (keep_answer if result["success"] else take_back_answer)(actor=click.actor, widget=widget, answer=answer)
    payload = {
        "type": "widget_event",
        "widget_id": widget.widget_id,
        "action_id": click.action_id,
        "tool": effect.get("tool"),
        "success": bool(result["success"]),
    }
    text = answer.sentence(success=result["success"], error=result.get("error"))
    if click.kind != "chat":  # the message itself tells the agent
        tell_agent(actor=click.actor, widget=widget, text=text, payload=payload)
    return effect


def _do(click: Click, mentions: Mentions, depth: int = 0) -> Effect:
    match click.kind:
        case "tool":
            return _tool(click, mentions)
        case "http":
            return _http(click, mentions)
        case "set_state":
            return _set_state(click, mentions)
        case "sequence":
            return _sequence(click, mentions, depth)
    _keep_form(click, mentions)
    return {"action": click.kind, "acknowledged": True}


def _tool(click: Click, mentions: Mentions) -> Effect:
    name = _member(click.payload, "tool", str)
    mentions.require_tool(name)
    result = call_tool(
        actor=click.actor,
        app=click.app,
        name=name,
        args=_member(click.payload, "args", dict, default={}),
        form=click.form,
        ctx=click.mounted.ctx if click.mounted else None,
        session_id=click.session_id,
    )
    _keep(click, mentions, tool=name, success=result.success, data=result.data, error=result.error)
    return {"action": "tool_result", "tool": name, "result": result.as_dict()}


def _http(click: Click, mentions: Mentions) -> Effect:
    url = _member(click.payload, "url", str)
    method = _member(click.payload, "method", str, default="POST")
    pushed = mentions.require_url(url, method)
    answer = send_request(
        actor=click.actor,
        app=click.app,
        method=method,
        url=url,
        query=_member(click.payload, "query", dict, default={}),
        headers=_member(click.payload, "headers", dict, default={}),
        body=click.payload.get("body"),
        session_id=click.session_id,
        pushed=pushed,
    )
    _keep_form(click, mentions)
    error = None if answer.success else _refusal(answer.value, answer.status)
    result = {"success": answer.success, "data": answer.value if answer.success else None, "error": error}
    return {"action": "http_result", "status": answer.status, "result": result}


def _set_state(click: Click, mentions: Mentions) -> Effect:
    changes = _member(click.payload, "set", dict)
    check_changes(changes)
    if click.session_id is None:
        return {"action": "set_state", "state": computed_state(dict(click.state), changes)}
    with unit_of_work():
        session = lock_session(click.actor, click.session_id)
        before = read_state(session.pk, click.app)
        after = with_form(computed_state(before, changes), _public(click, mentions))
        return {"action": "set_state", "state": write_state(session, click.app, before, after)}


def _sequence(click: Click, mentions: Mentions, depth: int) -> Effect:
    steps = [_step(click, item, index) for index, item in enumerate(_steps(click, depth))]
    effects: list[Effect] = []
    result: dict[str, Any] = {"success": True, "data": None, "error": None}
    for step in steps:
        effect = _do(step, mentions, depth + 1) if not effects else _later(step, mentions, depth + 1)
        effects.append(effect)
        result = effect.get("result", result)
        if not result["success"]:
            break
    return {"action": "sequence", "effects": effects, "result": result}


def _later(click: Click, mentions: Mentions, depth: int) -> Effect:
    """A step after others: what those did stays, so its refusal is a result."""
    try:
        return _do(click, mentions, depth)
    except ApiError as error:
        result = {"success": False, "data": None, "error": error.message}
        return {"action": click.kind, "code": error.code, "result": result}


def _steps(click: Click, depth: int) -> list[Any]:
    steps: list[Any] = _member(click.payload, "actions", list)
    if not 1 <= len(steps) <= MAX_STEPS or depth >= MAX_NESTED:
        raise InvalidInput(
            f"payload.actions: 1 to {MAX_STEPS} actions, sequences at most {MAX_NESTED} deep", path="payload.actions"
        )
    return steps


def _step(click: Click, item: Any, index: int) -> Click:
    path = f"payload.actions[{index}]"
    if not isinstance(item, dict) or not isinstance(item.get("action"), str):
        raise InvalidInput(f"{path}: must be an action such as {{action: set_state, set: …}}", path=path)
    known = shapes()["actions"]
    if item["action"] not in known:
        raise InvalidInput(f"{path}.action: {unknown('action', item['action'], known)}", path=f"{path}.action")
    payload = {key: value for key, value in item.items() if key != "action"}
    return replace(click, kind=item["action"], payload=payload, action_id=f"{click.action_id}.{index}")


def _keep_form(click: Click, mentions: Mentions) -> None:
    """What was in the form is in the next prompt, whatever the action did."""
    form = _public(click, mentions)
    if click.session_id is None or not form:
        return
    with unit_of_work():
        session = lock_session(click.actor, click.session_id)
        before = read_state(session.pk, click.app)
        write_state(session, click.app, before, with_form(before, form))


def _keep(click: Click, mentions: Mentions, *, tool: str, success: bool, data: Any, error: Any) -> None:
    if click.session_id is None:
        return
    with unit_of_work():
        session = lock_session(click.actor, click.session_id)
        before = read_state(session.pk, click.app)
        after = with_result(with_form(before, _public(click, mentions)), tool, success=success, data=data, error=error)
        write_state(session, click.app, before, after)


def _public(click: Click, mentions: Mentions) -> dict[str, Any]:
    """The form without what was typed into secret fields."""
    return {name: value for name, value in click.form.items() if name not in mentions.secrets}


def _refusal(value: Any, status: int) -> str:
    error = value.get("error") if isinstance(value, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    return message if isinstance(message, str) and message else f"The address answered with status {status}."


_MISSING: Final = object()
_KINDS: Final[dict[Any, str]] = {str: "a text", dict: "an object", list: "a list"}


def _member(payload: Mapping[str, Any], name: str, kind: type, *, default: Any = _MISSING) -> Any:
    value = payload.get(name)
    path = f"payload.{name}"
    if value is None:
        if default is _MISSING:
            raise InvalidInput(f"{path}: required", path=path)
        return default
    if not isinstance(value, kind):
        raise InvalidInput(f"{path}: must be {_KINDS[kind]}", path=path)
    return value
