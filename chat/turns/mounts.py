"""Stage: handlers. Widgets of plugins among what is said: a message of the assistant that holds a mount's place."""

from __future__ import annotations

import uuid

from chat.conversations.access import get_conversation
from chat.conversations.answers import show_place
from sandbox.plugins.models import PluginMount
from widgets_manager.core.actor import Actor
from widgets_manager.widgets.prompts import clean, quote


def show_mount(actor: Actor, session_id: uuid.UUID, mount: PluginMount) -> None:
    """A message that holds the place of a widget that a run has shown; its data is the plugin's."""
    payload = {
        "type": "plugin_widget",
        "instance_id": str(mount.pk),
        "widget_id": str(mount.widget_id),
        "title": clean(mount.widget.name, 200),
    }
    text = f"[the widget of the plugin {quote(mount.widget.name)} is shown here]"
    show_place(conversation=get_conversation(actor, session_id), text=text, payload=payload)
