"""Reads the rooms, their order and their imports from the documentation and from the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
STAGES: Final = (
    ("exceptions",),
    ("validation",),
    ("models",),
    ("access",),
    ("cache", "events"),
    ("actions",),
    ("handlers",),
    ("views", "consumers", "tasks", "commands"),
)
# Django's own modules stand outside the stages: they tie the room together.
_OUTSIDE: Final = {"apps", "urls", "__init__"}
_NAMESPACES: Final = ("widgets_manager", "sandbox", "chat")


@dataclass(frozen=True, slots=True)
class Import:
    """A module of a room imports another one; `hinting` where only the type checker does."""

    module: str
    target: str
    line: int
    hinting: bool

    def __str__(self) -> str:
        return f"{self.module} (line {self.line}) imports {self.target}"


def documented_rooms() -> list[str]:
    """The rooms in the order of docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    return re.findall(r"^\d+\. `([a-z_.]+)`", text, re.MULTILINE)


def present_rooms() -> list[str]:
    """The rooms that have a folder with an apps.py."""
    found = [path for name in _NAMESPACES for path in (ROOT / name).glob("*/apps.py")]
    return sorted(".".join(path.parent.relative_to(ROOT).parts) for path in found)


def modules(room: str) -> dict[str, Path]:
    """The room's modules by dotted name, without migrations."""
    folder = ROOT / room.replace(".", "/")
    files = (path for path in folder.rglob("*.py") if "migrations" not in path.parts)
    return {_dotted(path): path for path in files}


def room_of(module: str) -> str | None:
    """`widgets_manager.core` for `widgets_manager.core.actions.audit`; None for what is no room."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] in _NAMESPACES and len(parts) > 1 else None


def imports(module: str, path: Path) -> Iterator[Import]:
    """Every import of the module, also those inside functions."""
    tree = ast.parse(path.read_text(), str(path))
    hints = {node for block in ast.walk(tree) if _is_for_hints(block) for node in ast.walk(block)}
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree):
        for target in _targets(node, package):
            yield Import(module, target, getattr(node, "lineno", 0), node in hints)


def stage_of(module: str, path: Path) -> int | None:
    """The index in STAGES that the module's first line names ("Stage: actions. …").

    None for modules outside the stages, and for those of a room whose own subject has other ones, such as a compiler.
    """
    if path.stem in _OUTSIDE or "templatetags" in path.parts:
        return None
    named = re.match(r"Stage: (\w+)", first_line(path))
    found = [index for index, names in enumerate(STAGES) if named and named.group(1) in names]
    return found[0] if found else None


def first_line(path: Path) -> str:
    """The first line of the module's docstring; empty without one."""
    return (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]


def _targets(node: ast.AST, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parts = package.split(".")
            base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
        return [f"{base}.{alias.name}" for alias in node.names]
    return []


def _is_for_hints(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
