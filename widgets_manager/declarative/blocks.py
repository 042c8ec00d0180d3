"""Check: the blocks of an app beside `widgets`: what it may do, and who speaks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from widgets_manager.declarative.messages import schema_problems
from widgets_manager.declarative.problems import Problem, quoted, step, unknown
from widgets_manager.declarative.registry import load_catalog

WIDGET_MODULE: Final = "widget"
MAX_PROMPT: Final = 8_000  # characters of an agent's system_prompt that the chat's model is told


@dataclass(frozen=True, slots=True)
class CheckedBlocks:
    """The outcome; `blocks` is `{modules, capabilities: {grant, network}, agents}` with nothing left out."""

    blocks: dict[str, Any]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check_blocks(app: dict[str, Any], *, manifest: bool = False) -> CheckedBlocks:
    """Check the blocks of an app document, or those in a JSON manifest, which has keys of its own besides."""
    catalog = load_catalog()
    found = schema_problems(catalog.app_validator.iter_errors(app), catalog.definitions, "")
    errors = [replace(problem, path=problem.path.removeprefix(".")) for problem in found]
    errors += [] if errors else list(_twice(app))
    blocks = _blocks(app) if not errors else {}
    warnings = [*_unknown_keys(app, manifest), *_doubtful_grants(app), *_long_prompts(app)]
    return CheckedBlocks(blocks, tuple(errors), tuple(warnings))


def _blocks(app: dict[str, Any]) -> dict[str, Any]:
    capabilities = app.get("capabilities", {})
    return {
        "modules": {name: settings or {} for name, settings in app.get("modules", {}).items()},
        "capabilities": {"grant": capabilities.get("grant", []), "network": capabilities.get("network", [])},
        "agents": app.get("agents", []),
    }


def _twice(app: dict[str, Any]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for path, agent in _entries(app, "agents"):
        name = agent["id"]
        if first.setdefault(name, path) != path:
            yield Problem(step(path, "id"), f"{quoted(name)} is already the id of {first[name]}")


def _entries(holder: Any, key: str, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects in a list, with their paths; nothing where there is no list."""
    entries = holder.get(key) if isinstance(holder, dict) else None
    for place, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield step(f"{path}.{key}" if path else key, place), entry


def _unknown_keys(app: dict[str, Any], manifest: bool) -> Iterator[Problem]:
    catalog = load_catalog()
    known = catalog.app["$defs"]
    if not manifest:
        yield from _not_in(app, "", catalog.app["properties"], "block")
    if isinstance(app.get("capabilities"), dict):
        yield from _not_in(app["capabilities"], "capabilities", known["capabilities"]["properties"], "property")
    for path, grant in _entries(app.get("capabilities"), "grant", "capabilities"):
        yield from _not_in(grant, path, known["grant"]["properties"], "property")
    for path, agent in _entries(app, "agents"):
        yield from _not_in(agent, path, known["agent"]["properties"], "property")


def _not_in(value: dict[str, Any], path: str, known: dict[str, Any], noun: str) -> Iterator[Problem]:
    for key in value:
        if key not in known:
            place = step(path, key).removeprefix(".")
            yield Problem(place, unknown(noun, key, known))


def _doubtful_grants(app: dict[str, Any]) -> Iterator[Problem]:
    """Grants of modules that the app does not list, and of actions that a module of this server does not have."""
    modules = app.get("modules")
    served = load_catalog().index["grants"]
    for path, grant in _entries(app.get("capabilities"), "grant", "capabilities"):
        module, actions = grant.get("module"), grant.get("actions")
        if isinstance(modules, dict) and isinstance(module, str) and module not in modules:
            yield Problem(step(path, "module"), f"{quoted(module)} is not listed in modules")
        for place, action in enumerate(actions if isinstance(actions, list) else ()):
            if isinstance(action, str) and action not in served.get(module, (action,)):
                yield Problem(step(step(path, "actions"), place), unknown("action", action, served[module]))


def _long_prompts(app: dict[str, Any]) -> Iterator[Problem]:
    """What of an agent's instructions is not told."""
    for path, agent in _entries(app, "agents"):
        prompt = agent.get("system_prompt")
        size = len(prompt.strip()) if isinstance(prompt, str) else 0
        if size > MAX_PROMPT:
            message = f"has {size:,} characters; the chat is told the first {MAX_PROMPT:,}"
            yield Problem(step(path, "system_prompt"), message)
