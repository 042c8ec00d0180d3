"""Stage: actions. Conversations as the place where sessions of widgets happen: a session has its conversation's id."""

from __future__ import annotations

import uuid

from chat.conversations.access import get_conversation
from chat.conversations.answers import show_widget
from widgets_manager.core.actor import Actor
from widgets_manager.sessions.models import MountedWidget


class ConversationHost:
    """Sessions are open to the people in the conversation; inline widgets become messages of the assistant."""

    def authorize(self, actor: Actor, session_id: uuid.UUID) -> uuid.UUID:
        """The tenant of a conversation that the actor takes part in. Raises NotFound."""
        return get_conversation(actor, session_id).tenant_id

    def show_inline(self, actor: Actor, session_id: uuid.UUID, widget: MountedWidget) -> None:
        """A message that holds the widget's place."""
        show_widget(conversation=get_conversation(actor, session_id), widget=widget)
