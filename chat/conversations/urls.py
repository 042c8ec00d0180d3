"""Addresses of conversations."""

from django.urls import path

from chat.conversations import attachment_views, group_views, views

_ONE = "api/conversations/<str:conversation_id>"

urlpatterns = [
    path("chat/", views.chat_page, name="chat"),
    path("chat/<str:conversation_id>/", views.chat_page, name="conversation"),
    path("api/conversations", views.ConversationsView.as_view(), name="api-conversations"),
    path(_ONE, views.ConversationView.as_view(), name="api-conversation"),
    path(f"{_ONE}/participants", group_views.ParticipantsView.as_view(), name="api-participants"),
    path(f"{_ONE}/participants/<str:participant_id>", group_views.ParticipantView.as_view(), name="api-participant"),
    path(f"{_ONE}/read", group_views.ReadView.as_view(), name="api-conversation-read"),
    path(f"{_ONE}/typing", group_views.TypingView.as_view(), name="api-conversation-typing"),
    path(f"{_ONE}/attachments", attachment_views.AttachmentsView.as_view(), name="api-attachments"),
    path(f"{_ONE}/attachments/<str:attachment_id>", attachment_views.AttachmentView.as_view(), name="api-attachment"),
]
