"""Stage: access. The registry of server functions: what the actions and sources of apps call as `module.action`.

A Django app registers its functions in `AppConfig.ready()`:

    register_function("calendar.create_meeting", description="Create a meeting.", run=create_meeting,
                      params_model=CreateMeetingParams, effect="write")

`run` gets a FunctionCall whose `params` is the checked model and whose `actor` says who acts. It reads and writes only
what is the actor's, through the actions of its own app. It runs in a unit of work.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel

from widgets_manager.apps.results import ActionResult
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput, NotFound
from widgets_manager.declarative.problems import hint

if TYPE_CHECKING:
    from widgets_manager.widgets.models import InstalledWidget

__all__ = ["ActionResult", "Function", "FunctionCall", "functions", "register_function", "resolve_function"]

Effect = Literal["read", "write"]
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)+")
_LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """One checked call: `params` is an instance of the function's model, or the plain arguments without one.

    `app` is the app whose widget or agent calls, `session_id` the conversation; None where there is none.
    """

    actor: Actor
    params: Any
    app: InstalledWidget | None = None
    session_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A registered function. `effect` decides which role may call it, and whether it is audited."""

    name: str
    description: str
    run: Callable[[FunctionCall], ActionResult]
    params_model: type[BaseModel] | None = None
    effect: Effect = "read"
    # Names under which a form or a widget's ctx may fill an argument; every name without a model.
    known: frozenset[str] | None = field(default=None)

    @property
    def module(self) -> str:
        """`calendar` of `calendar.create_meeting`: what a grant names."""
        return self.name.rpartition(".")[0]

    @property
    def action(self) -> str:
        """`create_meeting` of `calendar.create_meeting`."""
        return self.name.rpartition(".")[2]

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments, for a model that is offered the function."""
        if self.params_model is None:
            return {"type": "object", "properties": {}}
        return self.params_model.model_json_schema()


_functions: dict[str, Function] = {}


def register_function(
    name: str,
    *,
    description: str,
    run: Callable[[FunctionCall], ActionResult],
    params_model: type[BaseModel] | None = None,
    effect: Effect = "read",
) -> Function:
    """Let apps call `run` as `name` (`module.action`). Raises ValueError for a name that is malformed or taken."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"'{name}' is not a name such as calendar.create_meeting")
    if name in _functions:
        raise ValueError(f"the function '{name}' is registered twice")
    function = Function(name, description, run, params_model, effect, _known(params_model))
    _functions[name] = function
    return function


def unregister_function(name: str) -> None:
    """Forget it (for tests)."""
    _functions.pop(name, None)


def functions() -> list[Function]:
    """Every registered function, by name."""
    return [_functions[name] for name in sorted(_functions)]


def resolve_function(name: str, *, also: Iterable[str] = ()) -> Function:
    """The function of a full name, or of a bare one that only one module has.

    `also` are further names that the caller would have known, for the message. Raises UNKNOWN_TOOL (404) with the
    closest name and AMBIGUOUS_TOOL (422) with the candidates.
    """
    if name in _functions:
        return _functions[name]
    found = [function for function in functions() if function.action == name]
    if len(found) == 1:
        return found[0]
    if found:
        candidates = [function.name for function in found]
        raise InvalidInput(
            f"'{name}' is the name of several tools; write one of {', '.join(candidates)}.",
            code="AMBIGUOUS_TOOL",
            path="tool",
            data={"candidates": candidates},
        )
    known = sorted({*also, *_functions})
    bare = [function.action for function in functions()]
    raise NotFound(
        f"There is no tool '{name[:100]}' here (there are: {listed(known)}){hint(name, [*known, *bare])}.",
        code="UNKNOWN_TOOL",
        path="tool",
    )


def is_known_tool(name: str, *, also: Iterable[str] = ()) -> bool:
    """Whether `resolve_function` would find it, alone or among others, or `also` has it."""
    return name in _functions or name in also or any(function.action == name for function in functions())


def listed(names: Iterable[str]) -> str:
    """The names for a sentence, the first twenty of many."""
    shown = list(names)
    rest = f" and {len(shown) - _LISTED} more" if len(shown) > _LISTED else ""
    return (", ".join(shown[:_LISTED]) + rest) or "none"


def _known(model: type[BaseModel] | None) -> frozenset[str] | None:
    if model is None or model.model_config.get("extra") == "allow":
        return None
    by_name = bool(model.model_config.get("populate_by_name") or model.model_config.get("validate_by_name"))
    names: set[str] = set()
    for name, info in model.model_fields.items():
        names |= {info.alias} if info.alias else {name}
        names |= {name} if by_name else set()
    return frozenset(names)
