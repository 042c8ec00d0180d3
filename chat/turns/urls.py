"""Addresses of asking and answering."""

from django.urls import path

from chat.turns import views

_MESSAGE = "api/conversations/<str:conversation_id>/messages/<str:message_id>"

urlpatterns = [
    path("api/conversations/<str:conversation_id>/messages", views.MessagesView.as_view(), name="api-messages"),
    path("api/conversations/<str:conversation_id>/start", views.StartView.as_view(), name="api-conversation-start"),
    path(_MESSAGE, views.MessageView.as_view(), name="api-message"),
    path(f"{_MESSAGE}/why", views.WhyView.as_view(), name="api-message-why"),
    path(f"{_MESSAGE}/stop", views.StopView.as_view(), name="api-message-stop"),
    path(f"{_MESSAGE}/retry", views.RetryView.as_view(), name="api-message-retry"),
    path(f"{_MESSAGE}/choose", views.ChooseView.as_view(), name="api-message-choose"),
    path(f"{_MESSAGE}/confirm", views.ConfirmView.as_view(), name="api-message-confirm"),
    path("api/chat/provider", views.ProviderView.as_view(), name="api-chat-provider"),
    path("api/chat/tools", views.ToolsView.as_view(), name="api-chat-tools"),
]
