"""Stage: access. Which operation of a template serves an intent, and whether that changes anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.registry import Operation, intent_handlers

HANDLER: Final = re.compile(r"api:/api/panels/([a-z0-9-]+)(?:/([a-z0-9-]+))?")
_READING: Final = ("show", "list", "open", "view")


def serving_operation(panel: Panel, intent: Mapping[str, Any]) -> Operation | None:
    """The operation behind an intent's handler, or None when nothing on this server serves it.

    The handler's first segment must be the widget's own slug. Without an operation the intent's name is taken where
    the template has it, else `list` for names that begin with show, list, open or view.
    """
    match = HANDLER.fullmatch(str(intent.get("handler", "")))
    if match is None or match[1] != panel.slug:
        return None
    operations = intent_handlers.template_for(panel).operations
    if match[2]:
        return operations.get(match[2])
    name = str(intent.get("name", ""))
    if name in operations:
        return operations[name]
    return operations.get("list") if name.startswith(_READING) else None


def is_write(intent: Mapping[str, Any], operation: Operation | None) -> bool:
    """The stricter of the manifest's permission and the operation's own effect."""
    return intent.get("permission") == "write" or (operation is not None and operation.effect == "write")
