"""Addresses of agents."""

from django.urls import path

from chat.agents import blob_views, pages, views

_AGENT = "api/agents/<str:agent_id>"

urlpatterns = [
    path("agents/", pages.agents_page, name="agents"),
    path("api/agents", views.AgentsView.as_view(), name="api-agents"),
    path(_AGENT, views.AgentView.as_view(), name="api-agent"),
    path(f"{_AGENT}/rotate", views.RotateView.as_view(), name="api-agent-rotate"),
    path(
        "api/conversations/<str:conversation_id>/agents",
        views.MetAgentsView.as_view(),
        name="api-conversation-agents",
    ),
    path(
        "api/conversations/<str:conversation_id>/messages/<str:message_id>/answer",
        views.AnswerView.as_view(),
        name="api-message-answer",
    ),
    path(f"{_AGENT}/revoke", views.RevokeView.as_view(), name="api-agent-revoke"),
    path("agent/blobs", blob_views.AgentBlobsView.as_view(), name="agent-blobs"),
    path("agent/blobs/<str:blob_id>", blob_views.AgentBlobView.as_view(), name="agent-blob"),
]
