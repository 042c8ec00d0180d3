"""Addresses of conversations."""

from django.urls import path

from chat.conversations import views

urlpatterns = [
    path("chat/", views.chat_page, name="chat"),
    path("chat/<str:conversation_id>/", views.chat_page, name="conversation"),
    path("api/conversations", views.ConversationsView.as_view(), name="api-conversations"),
    path("api/conversations/<str:conversation_id>", views.ConversationView.as_view(), name="api-conversation"),
]
