"""Stage: access. The methods of `context`, by name: what a handler may ask of this server."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.isolates.exceptions import HostCallError
from sandbox.plugins.origins import Origin
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.widgets.models import InstalledWidget


@dataclass(slots=True)
class RunState:
    """What one run has done so far, and what its methods remember of it from call to call."""

    run_id: uuid.UUID
    widget: InstalledWidget
    manifest: Mapping[str, Any]
    origin: Origin
    widget_events: list[Any] = field(default_factory=list)
    memory: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContextCall:
    """One call. `actor` is read anew; `entry` is the journal's, for a job's statements."""

    method: str
    actor: Actor
    params: list[Any]
    state: RunState
    entry: Any = None

    def param(self, index: int, name: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        """A parameter. Raises InvalidInput that names it; absent ones (undefined, null) take the default."""
        value = self.params[index] if index < len(self.params) else None
        if value is None and default is not ...:
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            words = " or ".join(_WORDS[each] for each in (kind if isinstance(kind, tuple) else (kind,)))
            raise InvalidInput(f"context.{self.method}: {name} must be {words}", path=name)
        return value


_WORDS: Final[dict[type, str]] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    dict: "an object",
    list: "a list",
}


@dataclass(frozen=True, slots=True)
class ContextMethod:
    """A method. One that `writes` runs in a unit of work, as the actor of that moment.

    A run may call it at most `most` times, with at most `most_bytes` bytes of JSON altogether (None: the isolate's own
    bounds). `learn` sees what it answered, also when a job's journal gave the answer.
    """

    name: str
    run: Callable[[ContextCall], Any]
    writes: bool = False
    most: int | None = None
    most_bytes: int | None = None
    learn: Callable[[RunState, Any], None] | None = None


class ContextMethods:
    """Methods by name."""

    def __init__(self) -> None:
        self._known: dict[str, ContextMethod] = {}

    def register(self, method: ContextMethod) -> None:
        """Add a method. Raises ValueError when its name is taken."""
        if method.name in self._known:
            raise ValueError(f"context.{method.name} is registered twice")
        self._known[method.name] = method

    def get(self, name: str) -> ContextMethod:
        """The method of that name. Raises HostCallError UNKNOWN_METHOD."""
        found = self._known.get(name)
        if found is None:
            raise HostCallError("UNKNOWN_METHOD", f"context has no method {name[:60]!r}.")
        return found

    def __iter__(self) -> Iterator[ContextMethod]:
        return iter(self._known.values())


context_methods: Final = ContextMethods()
