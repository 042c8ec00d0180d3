"""Stage: access. What trees can ask the server for: the tools and addresses that they mention.

An action that comes in is concrete; whose it is cannot be seen any more. So an app's buttons can be made to run what
its own trees name, and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from widgets_manager.apps.access import app_blocks
from widgets_manager.apps.mentions import mentions
from widgets_manager.core.exceptions import PermissionDenied
from widgets_manager.declarative.problems import hint
from widgets_manager.sessions.declared import nodes_of
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.widgets.models import InstalledWidget

MAX_URL: Final = 2_048
_EXPRESSION: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Names of tools, addresses as they are written, and inputs whose values are nobody else's business."""

    tools: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()

    def __or__(self, other: Mentions) -> Mentions:
        return Mentions(self.tools | other.tools, self.urls | other.urls, self.secrets | other.secrets)

    def require_tool(self, name: str) -> None:
        """Raise TOOL_NOT_DECLARED (403) for a tool that no tree names, with those that are."""
        if name not in self.tools:
            allowed = sorted(self.tools)
            message = f"No widget here uses the tool '{name[:100]}' (they use: {', '.join(allowed) or 'none'})"
            raise PermissionDenied(f"{message}{hint(name, allowed)}.", code="TOOL_NOT_DECLARED", path="payload.tool")

    def require_url(self, url: str) -> None:
        """Raise URL_NOT_DECLARED (403) for an address that no tree names, with those that are."""
        if not any(_fits(pattern, url) for pattern in self.urls):
            allowed = ", ".join(sorted(self.urls)) or "none"
            message = f"No widget here asks for '{url[:200]}' (they ask for: {allowed})."
            raise PermissionDenied(message, code="URL_NOT_DECLARED", path="payload.url")


def mentioned_in(value: Any) -> Mentions:
    """What a tree, its sources, or a whole block of widgets mentions."""
    found = list(mentions(value))
    hidden = (node.get("name") for node in nodes_of(value) if node.get("secret"))
    return Mentions(
        frozenset(one.name for one in found if one.kind == "tool"),
        frozenset(one.name for one in found if one.kind == "http"),
        frozenset(name for name in hidden if isinstance(name, str)),
    )


def mentions_for(app: InstalledWidget | None, mounted: MountedWidget | None) -> Mentions:
    """What the app's declared widgets and a mounted one mention together."""
    found = mentioned_in(app_blocks(app).widgets) if app is not None else Mentions()
    return found | mentioned_in([mounted.tree, mounted.data]) if mounted is not None else found


def _fits(written: str, url: str) -> bool:
    """Whether the address can come from what is written: its expressions stand for any text, but lead nowhere up."""
    if len(url) > MAX_URL:
        return False
    if written == url:
        return True
    if "/.." in url or "\\" in url:
        return False
    first, *rest = _EXPRESSION.split(written)
    return bool(rest) and _in_turn(first, rest, url)


def _in_turn(first: str, rest: list[str], url: str) -> bool:
    """Whether the literal parts stand in the address one after the other: the first at its start, the last at its end.

    Taking each where it comes first leaves the most room for the others, so nothing is ever tried twice.
    """
    end = len(url) - len(rest[-1])
    if not url.startswith(first) or not url.endswith(rest[-1]):
        return False
    place = len(first)
    for part in rest[:-1]:
        found = url.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return place <= end
