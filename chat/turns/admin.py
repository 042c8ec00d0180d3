"""Stage: views. The admin of turns: how answers came about."""

from __future__ import annotations

from django.contrib import admin

from chat.turns.models import Turn
from widgets_manager.core.admin_base import TenantFilter
from widgets_manager.core.admin_display import DetailedAdmin


@admin.register(Turn)
class TurnAdmin(DetailedAdmin):
    """Who answered, with which prompt section, and which intents were chosen with which outcome."""

    list_display = ("created_at", "conversation", "number", "provider", "model", "intents", "tenant")
    list_filter = ("provider", "model", TenantFilter, "created_at")
    search_fields = ("message__id", "message__conversation__id", "message__conversation__title", "provider", "model")
    list_select_related = ("message__conversation", "tenant")
    date_hierarchy = "created_at"
    show_full_result_count = False

    @admin.display(ordering="message__conversation__title")
    def conversation(self, turn: Turn) -> str:
        """The conversation that it answers in."""
        return str(turn.message.conversation)

    @admin.display(ordering="message__number")
    def number(self, turn: Turn) -> int:
        """The answer's number in the conversation."""
        return turn.message.number

    @admin.display
    def intents(self, turn: Turn) -> str:
        """The intents that were chosen and the tools that were called, in order."""
        names = (step.get("intentName") or step.get("tool", "?") for step in turn.steps)
        return ", ".join(map(str, names)) or "-"
