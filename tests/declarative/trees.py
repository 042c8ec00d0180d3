"""The shared example trees: tests/fixtures/trees/, what is in them and what they expect.

`python -m tests.declarative.trees` writes compiled.json, which the browser's tests run.

A document is a file there, or a folder with app.yaml and widgets/. One of `invalid/` begins with a comment `# expect:`
and a line for each error, `# warn:` and a line for each warning: `line | path | part of the message`, the line written
`widgets/card.yaml:3` where it is in another file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from widgets_manager.declarative.documents import Checked, check_texts, read_document
from widgets_manager.declarative.expressions import (
    Binary,
    Conditional,
    ExpressionError,
    Filter,
    Literal,
    Member,
    Name,
    Node,
    Unary,
    parse,
)
from widgets_manager.declarative.problems import InvalidDocument, Problem

TREES = Path(__file__).parents[1] / "fixtures" / "trees"
COMPILED = TREES / "compiled.json"


@dataclass(frozen=True)
class Expected:
    """One problem that a document must have."""

    line: int
    file: str
    path: str
    part: str

    def matches(self, problem: Problem) -> bool:
        same = (problem.line, problem.file, problem.path) == (self.line, self.file, self.path)
        return same and self.part in problem.message


def documents(kind: str) -> dict[str, Path]:
    """The documents of `valid` or `invalid` by name, such as `primitives/card`."""
    folder = TREES / kind
    found = [path for path in folder.rglob("*") if path.suffix in (".yaml", ".json") and path.parent.name != "widgets"]
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(found)}


def files_of(path: Path) -> dict[str, str]:
    """The files of widgets/ beside an app.yaml."""
    folder = path.parent / "widgets"
    found = sorted(folder.iterdir()) if path.name == "app.yaml" and folder.is_dir() else []
    return {f"widgets/{file.name}": file.read_text(encoding="utf-8") for file in found}


def check_file(path: Path) -> Checked:
    """The document as it is checked with the files beside it."""
    return check_texts(path.read_text(encoding="utf-8"), path.name, files=files_of(path))


def expected(path: Path) -> tuple[list[Expected], list[Expected]]:
    """The errors and warnings that the comment at its beginning lists."""
    lists: dict[str, list[Expected]] = {"# expect:": [], "# warn:": []}
    current: list[Expected] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line in lists:
            current = lists[line]
        elif line.startswith("#   "):
            place, where, part = (piece.strip() for piece in line[1:].split("|", 2))
            file, _, number = place.rpartition(":")
            current.append(Expected(int(number), file or path.name, where, part))
    return lists["# expect:"], lists["# warn:"]


def compiled() -> dict[str, Any]:
    """What the browser's tests run: every valid document compiled, and every text with expressions as parsed."""
    valid = {name: check_file(path) for name, path in documents("valid").items()}
    trees = {name: {"kind": checked.kind, "config": checked.config} for name, checked in valid.items()}
    texts = {text for checked in valid.values() for text in _texts(checked.config)}
    for path in documents("invalid").values():
        with suppress(InvalidDocument):
            texts |= set(_texts(read_document(path.read_text(encoding="utf-8"), path.name).value))
    return {"trees": trees, "expressions": {text: parsed(text) for text in sorted(texts)}}


def _texts(value: Any) -> Iterator[str]:
    """The texts with expressions, at any depth."""
    if isinstance(value, str):
        yield from [value] if "{{" in value else []
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def parsed(text: str) -> Any:
    """A template as plain JSON: `{whole, parts}`, or `{error: position}`."""
    try:
        template = parse(text)
    except ExpressionError as error:
        return {"error": error.position}
    parts = [part if isinstance(part, str) else _node(part) for part in template.parts]
    return {"whole": template.whole, "parts": parts}


def _node(node: Node) -> list[Any]:
    match node:
        case Literal(value):
            return ["literal", value]
        case Name(name, _):
            return ["name", name]
        case Member(target, key):
            return ["member", _node(target), _node(key)]
        case Unary(operator, operand):
            return ["unary", operator, _node(operand)]
        case Binary(operator, left, right):
            return ["binary", operator, _node(left), _node(right)]
        case Conditional(test, then, otherwise):
            return ["conditional", _node(test), _node(then), _node(otherwise)]
        case Filter(target, name, arguments, _):
            return ["filter", name, _node(target), *map(_node, arguments)]


def as_text() -> str:
    """The file tests/fixtures/trees/compiled.json as it has to be."""
    return json.dumps(compiled(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    COMPILED.write_text(as_text(), encoding="utf-8")
