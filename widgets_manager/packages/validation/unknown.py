"""Stage: validation. Keys that nothing here knows are kept; a warning names the closest known one."""

from __future__ import annotations

from collections.abc import Iterator, Set
from difflib import get_close_matches
from typing import Any

from widgets_manager.core.exceptions import Problem
from widgets_manager.core.strict_json import json_path
from widgets_manager.packages.blocks import package_blocks
from widgets_manager.packages.validation import shape


def unknown_key_warnings(document: dict[str, Any]) -> Iterator[Problem]:
    """A warning for each unknown key of the manifest, its intents, their parameters and the sandbox."""
    if not document.keys() <= shape.KNOWN:
        yield from _unknown(document, (), shape.KNOWN | set(package_blocks))
    intents = document.get("intents")
    for index, intent in enumerate(intents if isinstance(intents, list) else ()):
        if isinstance(intent, dict):
            yield from _in_intent(intent, ("intents", index))
    if "sandbox" in document:
        yield from _in_sandbox(document["sandbox"])


def _in_intent(intent: dict[str, Any], at: tuple[str | int, ...]) -> Iterator[Problem]:
    if not intent.keys() <= shape.KNOWN_INTENT:
        yield from _unknown(intent, at, shape.KNOWN_INTENT)
    params = intent.get("paramsSchema")
    for name, spec in params.items() if isinstance(params, dict) else ():
        if isinstance(spec, dict) and not spec.keys() <= shape.KNOWN_PARAM:
            yield from _unknown(spec, (*at, "paramsSchema", name), shape.KNOWN_PARAM)


def _in_sandbox(sandbox: object) -> Iterator[Problem]:
    if not isinstance(sandbox, dict):
        return
    yield from _unknown(sandbox, ("sandbox",), shape.KNOWN_SANDBOX)
    for key in ("minSize", "preferredSize"):
        size = sandbox.get(key)
        if isinstance(size, dict):
            yield from _unknown(size, ("sandbox", key), shape.KNOWN_SIZE)


def _unknown(holder: dict[str, Any], at: tuple[str | int, ...], known: Set[str]) -> Iterator[Problem]:
    by_lower = {name.lower(): name for name in known}
    for key in holder:
        if key not in known:
            close = get_close_matches(key[:100].lower(), by_lower, n=1, cutoff=0.7)
            hint = f"did you mean '{by_lower[close[0]]}'?" if close else f"known here: {', '.join(sorted(known))}"
            yield Problem(json_path((*at, key)), f"unknown key, kept but not used; {hint}")
