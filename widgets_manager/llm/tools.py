"""Stage: request. The one tool that models with tool calling are given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from widgets_manager.llm.types import TOOL_NAME, IntentOption


def panel_intent_tool(options: Sequence[IntentOption]) -> dict[str, Any]:
    """The `panel_intent` tool as an OpenAI tool schema, its panels and intents limited to the visible ones."""
    panels = list(dict.fromkeys(option.panel_id for option in options))
    intents = list(dict.fromkeys(option.name for option in options))
    return {
        "type": "function",
        "function": {
            "name": TOOL_NAME,
            "description": "Ask one visible panel to do one of its intents.",
            "parameters": {
                "type": "object",
                "properties": {
                    "panelId": {"type": "string", "enum": panels, "description": "The panel that is asked."},
                    "intentName": {"type": "string", "enum": intents, "description": "An intent of that panel."},
                    "params": {"type": "object", "description": "The intent's parameters by name; {} for none."},
                },
                "required": ["panelId", "intentName", "params"],
            },
        },
    }
