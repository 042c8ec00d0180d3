"""Stage: actions. What a person starts: the tool of a plugin, with arguments of theirs, or a skill for one message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from chat.conversations.access import get_message
from chat.conversations.actions import post_message
from chat.conversations.answers import begin_answer
from chat.conversations.models import Conversation, Message
from chat.conversations.writing import lock_conversation, update_payload
from chat.turns import runner
from chat.turns.answering import STARTED, run_started
from chat.turns.drafts import Question
from chat.turns.models import Turn
from chat.turns.plugin_calls import CONFIRMED_ACTION, confirmed_args
from chat.turns.toolkit import Toolkit, toolkit_for
from sandbox.plugins.access import tool_of
from sandbox.plugins.arguments import check_arguments
from sandbox.plugins.tools import get_manual_skill, get_tool, parameters_of, tool_writes
from widgets_manager.core.access import not_found
from widgets_manager.core.actions.confirmations import use_confirmation
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict, NotFound
from widgets_manager.core.models import Role
from widgets_manager.core.unit_of_work import after_commit, unit_of_work
from widgets_manager.llm.types import ToolCall
from widgets_manager.sessions.limits import require_json
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.prompts import clean

MAX_ARGUMENTS: Final = 32_000  # bytes of JSON that a person starts a tool with
TYPE: Final = "plugin_start"


def start_tool(
    *, actor: Actor, conversation: Conversation, plugin_id: object, arguments: Mapping[str, Any]
) -> tuple[Message, Message]:
    """Say that the person starts the tool, and run it; returns both messages, the answer still empty.

    Raises NotFound, PermissionDenied for a viewer's write, InvalidParams with every fault of the arguments.
    """
    plugin = get_tool(actor, plugin_id)
    tool = tool_of(plugin)
    if tool_writes(plugin):
        actor.require_role(Role.MEMBER, f"'{tool['name']}' of {plugin.name}")
    require_json(dict(arguments), "arguments", max_bytes=MAX_ARGUMENTS)
    check_arguments(parameters_of(plugin), arguments)
    payload = {
        "type": TYPE,
        "kind": "tool",
        "plugin": named(plugin),
        "tool": tool["name"],
        "arguments": dict(arguments),
    }
    with unit_of_work():
        message = post_message(actor=actor, conversation=conversation, text=_words(plugin, arguments), payload=payload)
        reply = _begin(actor, message, toolkit_for(plugin), dict(arguments))
    return message, reply


def skill_payload(actor: Actor, plugin_id: object) -> dict[str, Any]:
    """The payload of a question that a skill is chosen for. Raises NotFound."""
    return {"type": TYPE, "kind": "skill", "plugin": named(get_manual_skill(actor, plugin_id))}


def started_of(actor: Actor, message: Message) -> tuple[Toolkit, ToolCall] | None:
    """The call behind a message that started a tool; None for what was said. Raises Conflict when the tool is gone."""
    payload = message.payload
    if payload.get("type") != TYPE or payload.get("kind") != "tool":
        return None
    try:
        kit = toolkit_for(get_tool(actor, payload["plugin"]["id"]))
    except NotFound:
        raise Conflict(f"{payload['plugin']['name']} is no longer there, or switched off.", code="TOOL_GONE") from None
    return kit, ToolCall(kit.functions[0].name, payload["arguments"], "started")


def confirm_run(*, actor: Actor, conversation: Conversation, message_id: object) -> Message:
    """Run the tool that the model wanted, exactly as it was shown, once; the answer is still empty.

    Raises NotFound, and Conflict for a confirmation that is used, declined or expired.
    """
    with unit_of_work():
        lock_conversation(conversation)
        asked = get_message(actor, conversation, message_id)
        payload: dict[str, Any] = asked.payload
        if payload.get("type") != "confirmation":
            raise not_found("confirmation")
        plugin, arguments = get_tool(actor, payload["plugin"]["id"]), payload["args"]["params"]
        args = confirmed_args(plugin.pk, payload["tool"], arguments)
        use_confirmation(actor=actor, confirmation_id=payload["confirmationId"], action=CONFIRMED_ACTION, args=args)
        answered = payload | {"answer": "accepted"}
        update_payload(actor=actor, conversation=conversation, message_id=message_id, payload=answered)
        return _begin(actor, asked.reply_to or asked, toolkit_for(plugin), arguments)


def _begin(actor: Actor, message: Message, kit: Toolkit, arguments: dict[str, Any]) -> Message:
    """An answer that runs the tool after the commit."""
    reply = begin_answer(conversation=message.conversation, reply_to=message)
    Turn.objects.create(message=reply, tenant_id=reply.tenant_id, provider=STARTED)
    question = Question(actor, message, reply, None, None)
    call = ToolCall(kit.functions[0].name, arguments, "started")
    after_commit(lambda: runner.start(run_started(question, kit, call)))
    return reply


def named(plugin: InstalledWidget) -> dict[str, str]:
    """A plugin as messages name it."""
    return {"id": str(plugin.pk), "name": clean(plugin.name, 200)}


def _words(plugin: InstalledWidget, arguments: Mapping[str, Any]) -> str:
    """What stands in the conversation for the start: `Unit Converter (amount: 5, from: mi, to: km)`."""
    given = ", ".join(f"{clean(name, 60)}: {_value(value)}" for name, value in arguments.items())
    return clean(f"{plugin.name} ({given})" if given else plugin.name, 1_000)


def _value(value: Any) -> str:
    return clean(value if isinstance(value, str) else orjson.dumps(value).decode(), 200)
