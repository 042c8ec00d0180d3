"""Plugins for the tests, written as their authors write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

FIXTURES: Final = Path(__file__).parents[1] / "fixtures" / "plugins"
SAMPLES: Final = Path(__file__).parents[2] / "samples" / "plugins"

CODE: Final = """\
async function handler(input, context) {
  return { ok: true };
}
module.exports = { handler };
"""
TOOL: Final[dict[str, Any]] = {"name": "do_it", "description": "Does it."}


def pie(header: dict[str, Any] | None = None, body: str = CODE, sections: str = "", **manifest: Any) -> str:
    """A tool `doer`, with the changes to its front matter and to its manifest (None takes a key away)."""
    asked = {key: value for key, value in {"tool": TOOL, **manifest}.items() if value is not None}
    front = {"name": "doer", "tier": "tool", "manifest": asked} | (header or {})
    return "---\n" + _yaml(front) + f"---\n{body}{sections}"


def skill(text: str = "Answer in rhymes.\n", **header: Any) -> str:
    """An always-on skill `rhymer`."""
    front = {"name": "rhymer", "tier": "skill", "displayName": "Rhymer"} | header
    return "---\n" + _yaml(front) + f"---\n{text}"


def _yaml(front: dict[str, Any]) -> str:
    """Block style at the top, JSON below it: both are YAML."""
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in front.items() if value is not None)
