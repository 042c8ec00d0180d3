"""Adaptive Cards: templates are filled in with their data, once, before anything is built."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from widgets_manager.declarative.evaluation import evaluate
from widgets_manager.declarative.expressions import ExpressionError
from widgets_manager.declarative.importing.result import Notes
from widgets_manager.declarative.values import text

MAX_ITEMS: Final = 200
MAX_LEVELS: Final = 60
MAX_VALUES: Final = 20_000
_EXPRESSION: Final = re.compile(r"(?<!\\)\$\{([^{}]{1,500})\}")
_SPECIAL: Final = re.compile(r"\$(root|data|index)\b")


class _Full(Exception):
    """The template yields more than is taken."""


def fill(card: dict[str, Any], data: Any, notes: Notes) -> dict[str, Any]:
    """The card with `${…}`, `$when` and `$data` carried out; without data, expressions stay as they are written."""
    if data is None:
        return card
    try:
        filled = _Filling(data, notes).value({**card, "$data": None}, {"data": data, "index": None}, 0)
    except _Full:
        notes.note("", "AdaptiveCard", "the template with its data is too large; it is shown unfilled")
        return card
    return filled[0] if filled and isinstance(filled[0], dict) else card


class _Filling:
    def __init__(self, root: Any, notes: Notes) -> None:
        self.root, self.notes, self.count = root, notes, 0

    def value(self, value: Any, scope: Mapping[str, Any], level: int) -> list[Any]:
        """What stands in the place of the value: nothing, itself, or several for a repeated object."""
        self.count += 1
        if self.count > MAX_VALUES or level > MAX_LEVELS:
            raise _Full
        if isinstance(value, str):
            return [self.text(value, scope)]
        if isinstance(value, list):
            return [[filled for one in value for filled in self.value(one, scope, level + 1)]]
        return self.object(value, scope, level) if isinstance(value, dict) else [value]

    def object(self, value: dict[str, Any], scope: Mapping[str, Any], level: int) -> list[Any]:
        data = value.get("$data")
        own = self.text(data, scope) if isinstance(data, str) else data
        if isinstance(own, list):
            scopes = [{"data": one, "index": index} for index, one in enumerate(own[:MAX_ITEMS])]
        else:
            scopes = [dict(scope) if own is None else {"data": own, "index": scope["index"]}]
        return [self.plain(value, inner, level) for inner in scopes if self.wanted(value, inner)]

    def plain(self, value: dict[str, Any], scope: Mapping[str, Any], level: int) -> dict[str, Any]:
        members = {name: item for name, item in value.items() if name not in ("$data", "$when")}
        filled = {name: self.value(item, scope, level + 1) for name, item in members.items()}
        return {name: item[0] for name, item in filled.items() if item}

    def wanted(self, value: dict[str, Any], scope: Mapping[str, Any]) -> bool:
        when = value.get("$when")
        found = self.text(when, scope) if isinstance(when, str) else when
        return found is None or (found is not False and found != "false" and found != "")

    def text(self, template: str, scope: Mapping[str, Any]) -> Any:
        """A text with its expressions carried out; one that is a whole expression keeps the value's type."""
        whole = _EXPRESSION.fullmatch(template.strip())
        if whole:
            return self.expression(whole[1], scope, template)
        shown = _EXPRESSION.sub(lambda found: text(self.expression(found[1], scope, found[0])), template)
        return shown.replace("\\${", "${")

    def expression(self, source: str, scope: Mapping[str, Any], written: str) -> Any:
        names = dict(scope["data"]) if isinstance(scope["data"], dict) else {}
        names |= {"_root": self.root, "_data": scope["data"], "_index": scope["index"]}
        try:
            return evaluate("{{" + _SPECIAL.sub(r"_\1", source) + "}}", names)
        except (ExpressionError, RecursionError):
            self.notes.note("", "template", f"the expression {written[:60]!r} cannot be carried out")
            return written
