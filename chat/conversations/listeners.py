"""Stage: access. What the rooms above add to conversations: who hears what is said, and which agents there are.

Both are registered in an `AppConfig.ready()`. Without a directory there are no agents for anybody.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from chat.conversations.models import Message
from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor

MessageListener = Callable[[Message], None]
AgentDirectory = Callable[[Actor, Sequence[uuid.UUID]], dict[uuid.UUID, str]]

_listeners: list[MessageListener] = []
_directory: AgentDirectory | None = None


def register_message_listener(listener: MessageListener) -> None:
    """`listener(message)` is called for every message of a person or an agent, in the transaction that posts it.

    The conversation's row is locked then; sender, conversation and attachments are there to be read.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def unregister_message_listener(listener: MessageListener) -> None:
    """Call it no more (for tests)."""
    _listeners.remove(listener)


def tell_listeners(message: Message) -> None:
    """Call them, in the order of their registration; what one raises undoes the message."""
    for listener in list(_listeners):
        listener(message)


def register_agent_directory(directory: AgentDirectory | None) -> None:
    """`directory(actor, ids)` gives the names of those agents that the actor may talk to (None forgets it, for tests).

    Raises ValueError when there is one already.
    """
    global _directory
    if directory is not None and _directory is not None:
        raise ValueError("there is a directory of agents already")
    _directory = directory


def names_of_agents(actor: Actor, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of agents that the actor may talk to. Raises NotFound when one of them is not."""
    found = _directory(actor, ids) if ids and _directory is not None else {}
    if set(ids) - set(found):
        raise not_found("agent")
    return found
