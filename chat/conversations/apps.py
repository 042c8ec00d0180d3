"""The room of conversations and messages."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Registers the conversation stream, the chat page, and conversations as the place of widget sessions."""

    name = "chat.conversations"
    label = "conversations"
    verbose_name = "Conversations"

    def ready(self) -> None:
        """Open the stream, put Chat on the rail and host the sessions."""
        from chat.conversations import snapshot
        from chat.conversations.access import unread_conversations
        from chat.conversations.attaching import forget_unsent
        from chat.conversations.hosting import ConversationHost
        from chat.conversations.models import Attachment
        from widgets_manager.core.navigation import NavEntry, add_entry
        from widgets_manager.files.references import register_blob_references
        from widgets_manager.jobs.periodic import register_periodic
        from widgets_manager.live.builtin_streams import add_user_snapshot
        from widgets_manager.live.streams import register_stream_kind
        from widgets_manager.sessions.hosting import register_session_host

        register_blob_references("attachments", lambda: Attachment.objects.values("blob_id"))
        register_periodic("conversations.unsent", 3600, forget_unsent)
        register_session_host(ConversationHost())
        register_stream_kind("conversation", authorize=snapshot.authorize, snapshot=snapshot.snapshot)
        add_user_snapshot("unread", unread_conversations)
        add_entry(NavEntry(order=20, label="Chat", url_name="chat", icon="chat"))
