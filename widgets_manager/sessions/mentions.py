"""Stage: access. What trees can ask the server for: the tools and addresses that they mention.

An action that comes in is concrete; whose it is cannot be seen any more. So an app's buttons can be made to run what
its own trees name, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from widgets_manager.apps.access import app_blocks
from widgets_manager.apps.mentions import mentions
from widgets_manager.apps.tools import require_pushed_tool
from widgets_manager.core.exceptions import PermissionDenied
from widgets_manager.declarative.problems import hint
from widgets_manager.sessions.declared import is_pushed, nodes_of
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.widgets.models import InstalledWidget

MAX_URL: Final = 2_048
_EXPRESSION: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Named:
    """Names of tools, and addresses as they are written, each with its method."""

    tools: frozenset[str] = frozenset()
    requests: frozenset[tuple[str, str]] = frozenset()

    def asks(self, method: str, url: str) -> bool:
        """Whether one of the addresses is asked for in this way."""
        return any(verb == method and _fits(written, url) for verb, written in self.requests)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What declared trees name, what a pushed one names, and inputs whose values are nobody else's business."""

    app: InstalledWidget | None = None
    declared: Named = Named()
    pushed: Named = Named()
    secrets: frozenset[str] = frozenset()

    def require_tool(self, name: str) -> None:
        """Raise TOOL_NOT_DECLARED (403) for a tool that no tree names, with those that are.

        One that only a pushed tree names needs the app's grant, or without an app has to be one that reads.
        """
        if name in self.declared.tools:
            return
        if name in self.pushed.tools:
            require_pushed_tool(self.app, name)
            return
        allowed = sorted(self.declared.tools | self.pushed.tools)
        message = f"No widget here uses the tool '{name[:100]}' (they use: {', '.join(allowed) or 'none'})"
        raise PermissionDenied(f"{message}{hint(name, allowed)}.", code="TOOL_NOT_DECLARED", path="payload.tool")

    def require_url(self, url: str, method: str) -> bool:
        """Whether only a pushed tree asks for the address, which then may less (`send_request`).

        Raises URL_NOT_DECLARED (403) for one that no tree asks for by this method, with those that they do ask for.
        """
        verb = method.upper()
        if self.declared.asks(verb, url):
            return False
        if self.pushed.asks(verb, url):
            return True
        known = sorted(f"{verb} {written}" for verb, written in self.declared.requests | self.pushed.requests)
        message = f"No widget here asks for '{verb[:20]} {url[:200]}' (they ask for: {', '.join(known) or 'none'})."
        raise PermissionDenied(message, code="URL_NOT_DECLARED", path="payload.url")


def named_in(value: Any) -> Named:
    """What a tree, its sources, or a whole block of widgets names."""
    found = list(mentions(value))
    return Named(
        frozenset(one.name for one in found if one.kind == "tool"),
        frozenset((one.method, one.name) for one in found if one.kind == "http"),
    )


def mentions_for(app: InstalledWidget | None, mounted: MountedWidget | None) -> Mentions:
    """What the app's declared widgets name, and a mounted one."""
    widgets = [app_blocks(app).widgets] if app is not None else []
    trees = [mounted.tree, mounted.data] if mounted is not None else []
    pushed = mounted is not None and is_pushed(mounted)
    return Mentions(
        app,
        declared=named_in([widgets, [] if pushed else trees]),
        pushed=named_in(trees if pushed else []),
        secrets=_secrets([widgets, trees]),
    )


def is_pushed_source(row: MountedWidget, source: Mapping[str, Any]) -> bool:
    """Whether a mounted widget's source asks for what no declared tree asks for."""
    declared, wanted = mentions_for(row.app, row).declared, named_in(source)
    return not (wanted.tools <= declared.tools and wanted.requests <= declared.requests)


def _secrets(value: Any) -> frozenset[str]:
    hidden = (node.get("name") for node in nodes_of(value) if node.get("secret"))
    return frozenset(name for name in hidden if isinstance(name, str))


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
