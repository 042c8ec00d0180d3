"""Random expressions: a table made by rule, with the server's answers, for the browser's implementation to check.

`python -m tests.declarative.random_expressions` writes tests/fixtures/expressions_random.json anew; the same seed makes
the same table. Dates that depend on the reader are left out, as are names that only one side could know.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from widgets_manager.declarative.evaluation import evaluate
from widgets_manager.declarative.expressions import ExpressionError
from widgets_manager.declarative.registry import load_filters

TABLE: Final = Path(__file__).parents[1] / "fixtures" / "expressions_random.json"
COUNT: Final = 1_000
NOW: Final = "2026-03-14T15:09:26Z"
SCOPE: Final[dict[str, Any]] = {
    "form": {"topic": "Plans for Q3", "count": 3, "valid": False, "empty": ""},
    "state": {"picked": ["b", "a", "c"], "filter": "open", "n": -2.5, "nothing": None, "deep": {"a": {"b": [1, 2]}}},
    "ctx": {"path": "/docs/spec.md", "zero": 0, "yes": True, "big": 123456.789, "text": " Ünï “x” <b> "},
    "item": {"id": 7, "title": "the second item", "tags": ["x", "y"], "score": 0.94, "at": "2026-03-01"},
    "items": [
        {"id": 2, "name": "beta", "n": 10, "done": False},
        {"id": 1, "name": "Alpha", "n": 9, "done": True},
        {"id": 3, "name": "gamma", "n": 10, "done": True},
    ],
    "index": 4,
}
_NAMES: Final = ("form", "state", "ctx", "item", "items", "index", "nothing")
_STEPS: Final = (
    *("topic", "count", "valid", "empty", "picked", "filter", "n", "nothing", "deep", "a", "b", "path", "zero", "yes"),
    *("big", "text", "id", "title", "tags", "score", "at", "name", "done", "length", "0", "1", "2", "9"),
)
_ATTACKS: Final = (
    *("constructor", "__proto__", "prototype", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"),
    *("map", "push", "concat", "apply", "call", "bind", "caller", "arguments", "__class__", "__dict__", "__init__"),
)
_LITERALS: Final = (
    *("0", "1", "2", "10", "1.5", "1e3", "0.1", "true", "false", "null", "''", "'a'", "'open'", "'10'", '"x y"'),
    *("'__proto__'", "'constructor'", "'\\u00e9'", "'it\\'s'", "'<b>'"),
)
_OPERATORS: Final = ("??", "||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%")
# What is written in the words of a place, or by the clock, has a table of its own.
_LEFT_OUT: Final = {"relative_time", "date", "time", "number", "money", "percent", "plus_days", "minus_days"}
_FILTERS: Final = tuple(name for name in load_filters() if name not in _LEFT_OUT)


class Maker:
    """Makes texts from one source of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  the same table every time is the point

    def one(self, choices: tuple[Any, ...]) -> Any:
        return self.chance.choice(choices)

    def template(self) -> str:
        """A whole expression, or one within other text; now and then with a fault in it."""
        text = "{{" + self.expression(self.chance.randint(1, 4)) + "}}"
        if self.chance.random() < 0.3:
            text = f"<{text}|{{{{{self.path()}}}}}"
        return text if self.chance.random() < 0.85 else self.damaged(text)

    def damaged(self, text: str) -> str:
        at = self.chance.randrange(len(text))
        return text[:at] + str(self.one(("", *"'\"|.([{}:?#\\ 1a"))) + text[at + 1 :]

    def expression(self, depth: int) -> str:
        if depth <= 0:
            return self.leaf()
        kinds: tuple[Callable[[int], str], ...] = (
            *(self.binary,) * 4,
            *(self.filtered,) * 4,
            *(self.conditional, self.indexed, self.grouped, self.negated),
        )
        return str(self.one(kinds)(depth - 1))

    def leaf(self) -> str:
        return self.path() if self.chance.random() < 0.65 else str(self.one(_LITERALS))

    def path(self) -> str:
        if self.chance.random() < 0.6:
            return self.real_path()
        path = str(self.one(_NAMES))
        for _ in range(self.chance.randint(0, 3)):
            step = self.one(_ATTACKS if self.chance.random() < 0.12 else _STEPS)
            path += f".{step}" if self.chance.random() < 0.8 else f"['{step}']"
        return path

    def real_path(self) -> str:
        """A path that leads to a value."""
        value: Any = SCOPE
        path = ""
        while isinstance(value, dict | list) and value and (not path or self.chance.random() < 0.7):
            key = self.one(tuple(value) if isinstance(value, dict) else tuple(range(len(value))))
            value = value[key]
            path += f".{key}" if path else str(key)
        return path

    def binary(self, depth: int) -> str:
        return f"{self.expression(depth)} {self.one(_OPERATORS)} {self.expression(depth)}"

    def filtered(self, depth: int) -> str:
        name = str(self.one(_FILTERS))
        arguments = load_filters()[name]["args"]
        least = sum(1 for argument in arguments if argument.get("required"))
        given = [self.leaf() for _ in range(self.chance.randint(least, len(arguments)))]
        return f"{self.expression(depth)} | {name}" + (f"({', '.join(given)})" if given else "")

    def conditional(self, depth: int) -> str:
        return f"{self.expression(depth)} ? {self.expression(depth)} : {self.expression(depth)}"

    def indexed(self, depth: int) -> str:
        return f"{self.path()}[{self.expression(depth)}]"

    def grouped(self, depth: int) -> str:
        return f"({self.expression(depth)})"

    def negated(self, depth: int) -> str:
        return f"{self.one(('!', '-'))}{self.expression(depth)}"


def table(seed: int = 3) -> dict[str, Any]:
    """The scope, the time, and `COUNT` different texts, each with its result or that it is refused."""
    maker = Maker(seed)
    now = datetime.fromisoformat(NOW)
    cases: dict[str, dict[str, Any]] = {}
    while len(cases) < COUNT:
        text = maker.template()
        try:
            cases[text] = {"text": text, "result": evaluate(text, SCOPE, now=now)}
        except ExpressionError as error:
            cases[text] = {"text": text, "error": error.position}
    return {"now": NOW, "scope": SCOPE, "cases": list(cases.values())}


def as_text() -> str:
    """The file as it has to be: a case a line."""
    made = table()
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in made.pop("cases"))
    return json.dumps(made, ensure_ascii=False)[:-1] + f', "cases": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    TABLE.write_text(as_text(), encoding="utf-8")
