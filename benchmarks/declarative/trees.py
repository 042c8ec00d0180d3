"""Trees of a given number of nodes, in the mixture that apps have: cards, texts, inputs, buttons, lists."""

from __future__ import annotations

from typing import Any


def tree_of(nodes: int) -> dict[str, Any]:
    """A column with that many nodes, itself included; a third of the texts hold expressions of their own."""
    children: list[dict[str, Any]] = []
    left = nodes - 1
    while left > 0:
        group = [part for part, _ in zip(_group(len(children)), range(left), strict=False)]
        left -= len(group)
        children.append({**group[0], "children": group[1:]} if len(group) > 1 else group[0])
    return {"type": "column", "gap": 12, "padding": 16, "children": children}


def _group(number: int) -> list[dict[str, Any]]:
    """A card, and the nine nodes in it."""
    field = f"field_{number}"
    return [
        {"type": "card", "title": f"Order {number}", "subtitle": f"{{{{ctx.orders[{number}].due | date}}}}"},
        {"type": "text", "text": f"{{{{ctx.orders[{number}].name | truncate(60)}}}}", "variant": "caption"},
        {"type": "text", "text": "Shipped within a day", "color": "muted"},
        {"type": "badge", "text": "{{item.status | title}}", "color": "{{item.status | status_color}}"},
        {"type": "text_input", "name": field, "label": "Note", "validation": {"max": 120}},
        {"type": "select", "name": f"{field}_p", "options": [{"value": "low", "label": "Low"}, {"value": "high"}]},
        {"type": "stat", "label": "Total", "value": f"{{{{ctx.orders[{number}].total | money}}}}", "icon": "payments"},
        {"type": "divider"},
        {
            "type": "button",
            "label": "Book",
            "icon": "check",
            "action": {
                "action": "tool",
                "tool": "orders.book",
                "args": {"id": number, "note": f"{{{{form.{field}}}}}"},
                "on_success": {"action": "refresh", "bindings": ["orders"]},
                "on_error": {"action": "alert", "kind": "error", "text": "{{error.message}}"},
            },
        },
        {"type": "link", "label": "Details", "url": f"/orders/{number}/", "visible_if": "{{!state.hidden}}"},
    ]
