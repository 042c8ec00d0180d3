"""Stage: views. The admin of conversations: who talked, how much and when. What was said is on a message's own page."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString

from chat.conversations.models import Attachment, Conversation, Message, Participant
from widgets_manager.core.admin_base import TenantFilter
from widgets_manager.core.admin_display import DetailedAdmin, rows_link


@admin.register(Conversation)
class ConversationAdmin(DetailedAdmin):
    """Chats; only those who take part see them elsewhere."""

    list_display = ("title", "people", "said", "app", "tenant", "created_at", "updated_at")
    list_filter = (TenantFilter, "created_at", "updated_at")
    search_fields = ("title", "participants__user__username", "tenant__name", "tenant__slug", "id")
    list_select_related = ("tenant", "app")
    date_hierarchy = "updated_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        """With their participants."""
        rows: QuerySet[Conversation] = super().get_queryset(request)
        return rows.prefetch_related("participants__user")

    @admin.display
    def people(self, conversation: Conversation) -> str:
        """The usernames of those who take part."""
        here = (one for one in conversation.participants.all() if one.left_at is None)
        return ", ".join(one.user.username for one in here if one.user)

    @admin.display(description="messages", ordering="last_number")
    def said(self, conversation: Conversation) -> SafeString | int:
        """How many messages there are."""
        return rows_link(Message, conversation.last_number, conversation__id__exact=conversation.pk)


@admin.register(Participant)
class ParticipantAdmin(DetailedAdmin):
    """Who takes part in which conversation."""

    list_display = ("conversation", "kind", "user", "name", "agent_id", "tenant", "joined_at", "left_at")
    list_filter = ("kind", TenantFilter, "joined_at", "left_at")
    search_fields = ("user__username", "name", "conversation__title", "conversation__id", "agent_id", "id")
    list_select_related = ("conversation", "user", "tenant")
    date_hierarchy = "joined_at"


@admin.register(Message)
class MessageAdmin(DetailedAdmin):
    """Messages, by conversation and number."""

    list_display = ("conversation", "number", "who", "status", "type", "tenant", "created_at", "updated_at")
    list_display_links = ("number",)
    list_filter = ("status", "sender__kind", TenantFilter, "created_at")
    search_fields = ("conversation__title", "conversation__id", "sender__user__username", "id")
    list_select_related = ("conversation", "sender__user", "tenant")
    date_hierarchy = "created_at"
    show_full_result_count = False

    @admin.display(description="sender", ordering="sender__user__username")
    def who(self, message: Message) -> str:
        """A username, or what else speaks."""
        sender = message.sender
        return sender.user.username if sender.user else sender.name or sender.get_kind_display()

    @admin.display
    def type(self, message: Message) -> str:
        """What the structured part is: a result, a question, a confirmation; empty for plain text."""
        return str(message.payload.get("type", ""))


@admin.register(Attachment)
class AttachmentAdmin(DetailedAdmin):
    """Files of conversations; one without a message was not said yet."""

    list_display = ("name", "mime", "readable_size", "conversation", "message", "tenant", "created_at")
    list_filter = ("mime", TenantFilter, "created_at")
    search_fields = ("name", "conversation__title", "conversation__id", "id")
    list_select_related = ("conversation", "message", "tenant")
    date_hierarchy = "created_at"

    @admin.display(description="size", ordering="size")
    def readable_size(self, attachment: Attachment) -> str:
        """In units that people read."""
        return filesizeformat(attachment.size)
