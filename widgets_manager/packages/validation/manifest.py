"""Stage: validation. One call checks a manifest: all its faults at once, and warnings for what is only odd."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final

import orjson

from widgets_manager.core.exceptions import Problem
from widgets_manager.core.strict_json import json_path
from widgets_manager.packages.blocks import package_blocks
from widgets_manager.packages.exceptions import InvalidManifest
from widgets_manager.packages.validation.meaning import (
    allowlist_problems,
    config_schema_problems,
    entrypoint_problems,
    handler_warnings,
    intent_problems,
)
from widgets_manager.packages.validation.shape import SCHEMA, has_shape, shape_problems, type_name
from widgets_manager.packages.validation.texts import may_have_unseen, unseen_warnings
from widgets_manager.packages.validation.unknown import unknown_key_warnings

MAX_MANIFEST_BYTES: Final = 100 * 1024
MAX_PROBLEMS: Final = 50
MAX_SLUG: Final = 100
MAX_INTENTS: Final[int] = SCHEMA["properties"]["intents"]["maxItems"]
_NOT_IN_SLUG = re.compile(r"[^a-z0-9-]")
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """A checked document: `manifest` is the document itself, meant to be used only when there are no `errors`."""

    manifest: dict[str, Any]
    errors: list[Problem]
    warnings: list[Problem]

    @property
    def ok(self) -> bool:
        """Whether the manifest may be installed."""
        return not self.errors

    def raise_for_errors(self) -> None:
        """Raise InvalidManifest (422) when there is any error."""
        if self.errors:
            raise InvalidManifest(self.errors)


def validate_manifest(document: object, *, development: bool = False) -> ValidationResult:
    """Check a document against PanelChatManifest 1.0 (schema/panel_manifest.json, docs/manifest.md).

    Never raises for a bad document. At most MAX_PROBLEMS errors and as many warnings, sorted by path.
    `development` permits sandbox scripts by http from this machine.
    """
    if not isinstance(document, dict):
        return ValidationResult({}, [Problem("", f"must be an object, not {type_name(document)}")], [])
    try:
        serialised = orjson.dumps(document)
    except TypeError as error:  # orjson's errors are TypeErrors: unknown types, half characters, depth, huge numbers
        return ValidationResult(document, [Problem("", f"is not plain JSON: {error}")], [])
    refused = _refusal(document, serialised)
    if refused:
        return ValidationResult(document, [refused], [])
    errors = [] if has_shape(document) else shape_problems(document, MAX_PROBLEMS)
    errors = [*errors, *islice(_further_errors(document, development=development), MAX_PROBLEMS)]
    unseen = unseen_warnings(document) if may_have_unseen(serialised) else ()
    of_blocks = () if errors else _block_warnings(document)
    return ValidationResult(document, _first(errors), _first(chain(_warnings(document), of_blocks, unseen)))


def slug_of(panel_id: str) -> str:
    """The lower-case form of a panelId with every character outside a-z, 0-9 and - replaced by -."""
    return _NOT_IN_SLUG.sub("-", panel_id.lower())


def _further_errors(document: dict[str, Any], *, development: bool) -> Iterator[Problem]:
    yield from intent_problems(document)
    panel_id = document.get("panelId")
    if isinstance(panel_id, str) and len(slug_of(panel_id)) > MAX_SLUG >= len(panel_id):
        yield Problem("panelId", f"gives a slug of more than {MAX_SLUG} characters in lower case")
    if "sandbox" in document:
        yield from entrypoint_problems(document, development=development)
        yield from allowlist_problems(document, development=development)
    if "configSchema" in document:
        yield from config_schema_problems(document)
    for name, block in package_blocks.of(document).items():
        for problem in package_blocks[name].validate(block, document, development=development):
            yield _below(name, problem)


def _block_warnings(document: dict[str, Any]) -> Iterator[Problem]:
    for name, block in package_blocks.of(document).items():
        for problem in package_blocks[name].warn(block, document):
            yield _below(name, problem)


def _below(name: str, problem: Problem) -> Problem:
    joint = "" if not problem.path or problem.path.startswith("[") else "."
    return Problem(f"{json_path([name])}{joint}{problem.path}", problem.message)


def _warnings(document: dict[str, Any]) -> Iterable[Problem]:
    panel_id = document.get("panelId")
    slug = slug_of(panel_id) if isinstance(panel_id, str) else ""
    if slug and not slug.strip("-"):
        yield Problem("panelId", f"gives the slug '{slug}', which says nothing: use some of a-z and 0-9")
    if document.get("title") == "":
        yield Problem("title", "is empty; the panelId is shown instead")
    own = handler_warnings(document, slug) if slug else ()
    yield from chain(own, unknown_key_warnings(document))


def _refusal(document: dict[str, Any], text: bytes) -> Problem | None:
    """What keeps the document, whose JSON is `text`, from being looked at further: its size, or U+0000 somewhere."""
    intents = document.get("intents")
    if isinstance(intents, list) and len(intents) > MAX_INTENTS:
        return Problem("intents", f"has {len(intents):,} items; at most {MAX_INTENTS} are allowed")
    if len(text) > MAX_MANIFEST_BYTES:
        return Problem("", f"has {len(text):,} bytes; at most {MAX_MANIFEST_BYTES:,} are allowed")
    path = _find_nul(document, []) if b"\\u0000" in text else None
    return None if path is None else Problem(json_path(path), "has the character U+0000, which cannot be stored")


def _find_nul(value: object, path: list[str | int]) -> list[str | int] | None:
    """Where the first U+0000 stands (a key counts as its object). Depth is bounded: orjson has accepted the value."""
    if isinstance(value, str):
        return path if "\0" in value else None
    if isinstance(value, dict) and any("\0" in key for key in value):
        return path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = (_find_nul(child, [*path, key]) for key, child in children)
    return next((path for path in found if path is not None), None)


def _first(problems: Iterable[Problem]) -> list[Problem]:
    unique = dict.fromkeys(islice(problems, 4 * MAX_PROBLEMS))
    return sorted(unique, key=_position)[:MAX_PROBLEMS] if unique else []


def _position(problem: Problem) -> list[str | int]:
    """Sorts intents[2] before intents[10]."""
    return [int(part) if part.isdecimal() else part for part in _DIGITS.split(problem.path)]
