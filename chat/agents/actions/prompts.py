"""Stage: actions. What agents ask: shown, changed, replaced, expired."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models.functions import Now
from django.utils import timezone

from chat.agents.access import newest_prompt
from chat.agents.events import show_prompt
from chat.agents.models import Agent, WidgetPrompt
from chat.agents.payloads import Asked, Changed
from chat.agents.specs import check_spec
from chat.agents.trees import widget_tree
from chat.conversations.actions import post_as_agent
from chat.conversations.attaching import GivenFile
from chat.conversations.models import Conversation, Message
from chat.conversations.writing import lock_conversation, set_payload
from widgets_manager.core.exceptions import Conflict, InvalidInput
from widgets_manager.core.models import User
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.declarative.problems import InvalidTree

State = WidgetPrompt.State
_PAST: Final = "expires_at: must lie in the future"


def ask(
    *,
    agent: Agent,
    conversation: Conversation,
    asked: User | None,
    widget: Asked,
    reply_to: Message | None = None,
    attachments: Sequence[GivenFile] = (),
) -> Message:
    """Show a widget; an older one of the same name is replaced. A vote is for everybody, whoever it names.

    Raises InvalidInput INVALID_SPEC for a spec that is not one of its kind, or an end in the past.
    """
    spec = check_spec(widget.kind, widget.spec)
    tree = _tree(widget.kind, spec)
    if widget.expires_at is not None and widget.expires_at <= timezone.now():
        raise InvalidInput(_PAST, code="INVALID_SPEC", path="expires_at")
    with unit_of_work():
        row = lock_conversation(conversation)
        _replace(agent, row, widget.widget_id)
        is_vote = widget.response_mode == WidgetPrompt.Mode.COLLECTIVE
        prompt = WidgetPrompt(
            tenant_id=agent.tenant_id,
            agent=agent,
            conversation=row,
            widget_id=widget.widget_id,
            kind=widget.kind,
            spec=spec,
            tree=tree,
            response_mode=widget.response_mode,
            asked=None if is_vote else asked,
            expires_at=widget.expires_at,
        )
        prompt.message = post_as_agent(
            conversation=row,
            agent_id=agent.pk,
            name=agent.name,
            text=_words(spec),
            payload=show_prompt(prompt, []),
            reply_to=reply_to,
            attachments=attachments,
        )
        prompt.save(force_insert=True)
    return prompt.message


def change(*, agent: Agent, conversation: Conversation, change: Changed) -> None:
    """Merge the change into the newest widget of that name; an end in the past ends it.

    Raises NotFound, InvalidInput INVALID_SPEC, and Conflict ALREADY_ANSWERED: what somebody has answered stays as it
    was asked, except a progress.
    """
    with unit_of_work():
        lock_conversation(conversation)
        prompt = newest_prompt(agent, conversation, change.ref)
        if change.spec is not None:
            if prompt.kind != "progress" and prompt.answers.exists():
                raise Conflict("Somebody has answered this widget; ask anew instead.", code="ALREADY_ANSWERED")
            prompt.spec = check_spec(prompt.kind, prompt.spec | change.spec)
            prompt.tree = _tree(prompt.kind, prompt.spec)
        if change.expires_at is not None:
            prompt.expires_at = change.expires_at
            prompt.state = _state_until(prompt.state, change.expires_at)
        prompt.save(update_fields=["spec", "tree", "expires_at", "state"])
        show_again(prompt)


def end_expired() -> int:
    """Show widgets whose time is over as expired; returns how many."""
    ended = 0
    for prompt in WidgetPrompt.objects.filter(state=State.OPEN, expires_at__lt=Now()).select_related("conversation"):
        with unit_of_work():
            lock_conversation(prompt.conversation)
            due = WidgetPrompt.objects.filter(pk=prompt.pk, state=State.OPEN, expires_at__lt=Now()).first()
            if due is not None:
                _set_state(due, State.EXPIRED)
                ended += 1
    return ended


def end_prompts_of(agent: Agent) -> None:
    """Nobody waits for answers to the agent's widgets any more; within the unit of work that deletes it."""
    rows = WidgetPrompt.objects.filter(agent=agent, state=State.OPEN).select_related("conversation")
    for prompt in rows.order_by("conversation_id", "created_at"):
        lock_conversation(prompt.conversation)
        _set_state(prompt, State.CANCELLED)


def show_again(prompt: WidgetPrompt) -> Message:
    """Show the widget as it is now to everybody in the conversation; within a unit of work."""
    answers = list(prompt.answers.select_related("user"))
    return set_payload(message=prompt.message, payload=show_prompt(prompt, answers))


def _replace(agent: Agent, conversation: Conversation, widget_id: str) -> None:
    older = WidgetPrompt.objects.filter(agent=agent, conversation=conversation, widget_id=widget_id)
    for prompt in older.exclude(state=State.REPLACED):
        _set_state(prompt, State.REPLACED)


def _set_state(prompt: WidgetPrompt, state: str) -> None:
    prompt.state = state
    prompt.save(update_fields=["state"])
    show_again(prompt)


def _state_until(state: str, expires_at: datetime) -> str:
    is_over = expires_at <= timezone.now()
    if state == State.OPEN and is_over:
        return State.EXPIRED
    return State.OPEN if state == State.EXPIRED and not is_over else state


def _tree(kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    try:
        return widget_tree(kind, spec)
    except InvalidTree as error:
        raise InvalidInput(
            f"spec: cannot be shown: {error.errors[0].message}", code="INVALID_SPEC", path="spec"
        ) from None


def _words(spec: dict[str, Any]) -> str:
    """What lists, quotes and searches show of it."""
    return f"{spec['title']}\n{spec['body']}" if spec.get("body") else str(spec["title"])
