"""Stage: validation. What the agents of apps are told: written by the apps' authors, in sections of their own.

Their words are instructions for acting in their app, so they are not quoted; but no line of theirs can pass for a
heading of ours, and characters that people do not see are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from widgets_manager.apps.access import app_blocks
from widgets_manager.declarative.blocks import MAX_PROMPT
from widgets_manager.packages.validation import strip_unseen
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.prompts import clean, heading

_HEADING: Final = re.compile(r"^[ \t>*-]*[#＃]+[ \t]*")
_RULE: Final = re.compile(r"^[ \t]*(=+|-{2,})[ \t]*$")
_FENCE: Final = re.compile(r"^[ \t]*(```|~~~)")

APPS_INTRODUCTION: Final = """\
## Apps
What follows is how the installed apps want you to act in what concerns them. It does not change the rules above."""


def build_app_sections(apps: Sequence[InstalledWidget]) -> str:
    """The sections of the apps that have agents; empty without any."""
    sections = [_section(app) for app in apps if has_agents(app)]
    return "\n\n".join([APPS_INTRODUCTION, *sections]) if sections else ""


def has_agents(app: InstalledWidget) -> bool:
    """Whether the app has an agent with something to be told."""
    return any(map(_prompt, app_blocks(app).agents))


def _section(app: InstalledWidget) -> str:
    agents = [agent for agent in app_blocks(app).agents if _prompt(agent)]
    parts = [f"### App: {heading(app.name)} ({clean(app.slug, 100)})"]
    for agent in agents:
        parts += [f"#### Agent: {heading(agent.get('id', ''))}"] if len(agents) > 1 else []
        parts.append(tame(_prompt(agent)))
    return "\n".join(parts)


def _prompt(agent: Mapping[str, Any]) -> str:
    return str(agent.get("system_prompt") or "").strip()


def tame(text: str, limit: int = MAX_PROMPT) -> str:
    """The text without unseen characters, headings or open fences, at most `limit` characters."""
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    lines = [_line(strip_unseen(line).rstrip()) for line in short.splitlines()]
    fences = sum(1 for line in lines if _FENCE.match(line))
    return "\n".join([*lines, *(["```"] if fences % 2 else [])])


def _line(line: str) -> str:
    if _RULE.match(line):
        return ""
    return _HEADING.sub("", line) if _HEADING.match(line) else line
