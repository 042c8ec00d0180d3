"""What an import yields, and the notes that are taken on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from widgets_manager.declarative.importing.places import unmarked
from widgets_manager.declarative.importing.texts import literal

Node: TypeAlias = dict[str, Any]
Kind: TypeAlias = Literal["adaptive_card", "a2ui"]

MAX_NODES: Final = 1_500  # below the compiler's own limit: one element may become several nodes
MAX_DEPTH: Final = 16  # elements inside each other; each takes up to four levels of JSON
MAX_NOTES: Final = 100


@dataclass(frozen=True, slots=True)
class Imported:
    """A tree, the values it reads, and what had no equivalent: `[{path, element, message}]`.

    `places` are the paths in the payload that the fallbacks are about, one each; `origins` those that nodes were made
    of, by the node's path in the tree.
    """

    kind: Kind
    tree: Node
    ctx: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    fallbacks: tuple[dict[str, str], ...] = ()
    places: tuple[str, ...] = ()
    origins: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Notes:
    """Gathers what had no equivalent, and counts what was made. `locate` gives a path's place in the payload."""

    locate: Callable[[str], str] = str
    found: list[dict[str, str]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    nodes: int = 0

    def note(self, path: str, element: str, message: str, place: str | None = None) -> None:
        """Remember that something was left out or shown in another way; `place` is where, if not at the path."""
        found = {"path": path, "element": element[:80], "message": message}
        if len(self.found) < MAX_NOTES and found not in self.found:
            self.found.append(found)
            self.places.append(self.locate(path) if place is None else place)

    def notice(self, path: str, element: str, message: str, place: str | None = None) -> Node:
        """The same, with a notice in the place of the element."""
        self.note(path, element, message, place)
        return {"type": "alert", "kind": "info", "text": literal(f"{element[:80]}: {message}")}

    def imported(self, kind: Kind, tree: Node, *, ctx: Any = None, state: Any = None) -> Imported:
        """What the import yields, with all that was noted."""
        clean, origins = unmarked(tree)
        return Imported(
            kind,
            clean,
            ctx=ctx or {},
            state=state or {},
            fallbacks=tuple(self.found),
            places=tuple(self.places),
            origins=origins,
        )

    @property
    def is_full(self) -> bool:
        """Whether nothing more is taken; lists end then."""
        return self.nodes > MAX_NODES

    def room(self, depth: int) -> str | None:
        """Why no further element can be taken, if so."""
        self.nodes += 1
        if self.is_full:
            return f"more than {MAX_NODES:,} elements"
        return f"more than {MAX_DEPTH} elements inside each other" if depth > MAX_DEPTH else None


def stacked(nodes: list[Node]) -> Node:
    """One node that holds them all; itself where there is one."""
    return nodes[0] if len(nodes) == 1 else {"type": "column", "children": nodes}
