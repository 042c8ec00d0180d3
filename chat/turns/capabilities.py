"""Stage: handlers. `chat.sendMessage`: a widget's script says something in the person's open conversation."""

from __future__ import annotations

from typing import Any, Final

from chat.conversations.access import get_conversation
from chat.conversations.actions import MAX_TEXT
from chat.turns.actions import ask
from sandbox.frames.capabilities import Capability, CapabilityCall
from widgets_manager.core.exceptions import Conflict
from widgets_manager.widgets.panels_of import panel_of


def send_message(call: CapabilityCall) -> dict[str, Any]:
    """`{text}`: said in the person's name, marked as the widget's words, and answered like a question of their own.

    Answers `{conversationId, messageId}`. Raises NO_CONVERSATION (409) when none is open, and NotFound.
    """
    context = call.context
    if context.conversation_id is None:
        raise Conflict("No conversation is open.", code="NO_CONVERSATION", path="context.conversationId")
    conversation = get_conversation(call.actor, context.conversation_id)
    said_by = {"widget": panel_of(call.instance).title, "instance_id": str(call.instance.pk)}
    message, _ = ask(
        actor=call.actor,
        conversation=conversation,
        text=call.params["text"],
        visible_ids=None if context.visible_panel_ids is None else list(context.visible_panel_ids),
        focused_id=context.focused_panel_id,
        payload={"type": "widget_message", **said_by},
    )
    return {"conversationId": str(conversation.pk), "messageId": str(message.pk)}


def _conversation_title(call: CapabilityCall) -> str | None:
    """None for one that has no title yet, and where none is open."""
    key = call.context.conversation_id
    return get_conversation(call.actor, key).title or None if key is not None else None


METHOD: Final = Capability(
    "chat.sendMessage",
    "write:chat",
    send_message,
    {"text": {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}},
    ("text",),
    _conversation_title,
)
