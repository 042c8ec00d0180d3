"""Foreign payloads as trees of ours: Adaptive Cards 1.5 and 1.6, and A2UI v0.9 (docs/importing.md).

What comes in is untrusted: nothing in it is taken for an expression of ours, addresses are those that a link may have,
and what has no equivalent becomes a visible notice that is listed, too.
"""

from __future__ import annotations

from typing import Any

from widgets_manager.declarative.importing.a2ui import import_a2ui, is_a2ui
from widgets_manager.declarative.importing.adaptive_cards import import_card, is_card
from widgets_manager.declarative.importing.result import Imported

__all__ = ["Imported", "import_payload"]


def import_payload(value: Any) -> Imported | None:
    """The payload as a tree with its values; None for what is neither an Adaptive Card nor A2UI.

    Never raises for what it holds: a part that cannot be read becomes a notice in the tree, listed in `fallbacks`.
    """
    if is_card(value):
        return import_card(value)
    return import_a2ui(value) if is_a2ui(value) else None
