"""The room of conversations and messages."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Registers the conversation stream and the chat page."""

    name = "chat.conversations"
    label = "conversations"
    verbose_name = "Conversations"

    def ready(self) -> None:
        """Open the stream and put Chat on the rail."""
        from chat.conversations import snapshot
        from widgets_manager.core.navigation import NavEntry, add_entry
        from widgets_manager.live.streams import register_stream_kind

        register_stream_kind("conversation", authorize=snapshot.authorize, snapshot=snapshot.snapshot)
        add_entry(NavEntry(order=20, label="Chat", url_name="chat", icon="chat"))
