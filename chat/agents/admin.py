"""Stage: views. The admin of agents, of what is on its way to them, and of what they ask."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from chat.agents.actions.agents import delete_agent, revoke_token
from chat.agents.models import Agent, AgentBlob, Delivery, Presence, ReceivedFrame, WidgetAnswer, WidgetPrompt
from widgets_manager.core.actor import Actor
from widgets_manager.core.admin_base import TenantFilter, TenantScopedAdmin


@admin.register(Agent)
class AgentAdmin(TenantScopedAdmin):
    """Whose agents there are; their tokens are never shown."""

    list_display = ("name", "owner", "tenant", "shared", "token_hint", "created_at", "revoked_at", "deleted_at")
    list_filter = ("shared", TenantFilter, "created_at")
    search_fields = ("name", "id", "owner__username")
    list_select_related = ("owner", "tenant")
    exclude = ("token_hash",)
    actions = ("revoke", "remove")

    @admin.action(description="Revoke the tokens", permissions=["act"])
    def revoke(self, request: HttpRequest, rows: QuerySet[Agent]) -> None:
        """Refuse them from now on."""
        self.run_each(request, rows, _revoke, done="agents revoked.")

    @admin.action(description="Delete the agents", permissions=["act"])
    def remove(self, request: HttpRequest, rows: QuerySet[Agent]) -> None:
        """Take them away; what they said stays."""
        self.run_each(request, rows, _delete, done="agents deleted.")


@admin.register(Delivery)
class DeliveryAdmin(TenantScopedAdmin):
    """What is on its way to agents, and what has arrived; not what it says."""

    list_display = ("id", "agent", "message_id", "tenant", "created_at", "acked_at")
    list_filter = (TenantFilter, "created_at")
    search_fields = ("agent__name", "message__id")
    list_select_related = ("agent", "tenant")
    exclude = ("frame",)
    show_full_result_count = False


@admin.register(WidgetPrompt)
class WidgetPromptAdmin(TenantScopedAdmin):
    """What agents asked."""

    list_display = ("created_at", "agent", "kind", "widget_id", "state", "response_mode", "expires_at", "tenant")
    list_filter = ("kind", "state", TenantFilter)
    search_fields = ("widget_id", "agent__name", "message__id")
    list_select_related = ("agent", "tenant")


@admin.register(WidgetAnswer)
class WidgetAnswerAdmin(TenantScopedAdmin):
    """Who answered what, and when."""

    list_display = ("created_at", "user", "prompt", "cancelled", "tenant")
    list_filter = ("cancelled", TenantFilter)
    search_fields = ("user__username", "prompt__widget_id")
    list_select_related = ("user", "prompt", "tenant")


@admin.register(Presence)
class PresenceAdmin(TenantScopedAdmin):
    """Which agents are connected."""

    list_display = ("agent", "connection", "until", "seen_at", "tenant")
    list_filter = (TenantFilter,)
    search_fields = ("agent__name",)
    list_select_related = ("agent", "tenant")


@admin.register(ReceivedFrame)
class ReceivedFrameAdmin(TenantScopedAdmin):
    """The ids of frames that agents sent."""

    list_display = ("created_at", "agent", "wire_id", "message_id", "tenant")
    list_filter = (TenantFilter, "created_at")
    search_fields = ("wire_id", "agent__name")
    list_select_related = ("agent", "tenant")
    show_full_result_count = False


@admin.register(AgentBlob)
class AgentBlobAdmin(TenantScopedAdmin):
    """Which files agents uploaded."""

    list_display = ("created_at", "agent", "blob", "tenant")
    list_filter = (TenantFilter, "created_at")
    search_fields = ("agent__name", "blob__sha256")
    list_select_related = ("agent", "blob", "tenant")


def _revoke(actor: Actor, agent: Agent) -> None:
    revoke_token(actor=actor, agent=agent)


def _delete(actor: Actor, agent: Agent) -> None:
    delete_agent(actor=actor, agent=agent)
