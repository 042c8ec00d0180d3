"""Addresses of agents."""

from django.urls import path

from chat.agents import views

_AGENT = "api/agents/<str:agent_id>"

urlpatterns = [
    path("api/agents", views.AgentsView.as_view(), name="api-agents"),
    path(_AGENT, views.AgentView.as_view(), name="api-agent"),
    path(f"{_AGENT}/rotate", views.RotateView.as_view(), name="api-agent-rotate"),
    path(f"{_AGENT}/revoke", views.RevokeView.as_view(), name="api-agent-revoke"),
]
