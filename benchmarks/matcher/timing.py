"""How long one message takes beside many installed widgets: five intents each, one example per intent."""

from __future__ import annotations

import time
from collections.abc import Callable

from widgets_manager.llm.matcher import decide
from widgets_manager.llm.types import IntentOption, ParamSpec

_KINDS = "task note link plant recipe invoice ticket guest lesson parcel".split()  # noqa: SIM905 - reads better
_PLACES = "Garden Office Kitchen Studio School Harbour Garage Library Market Clinic".split()  # noqa: SIM905 - likewise
_MESSAGES = (
    "add buy milk to Garden Plant Board 12",
    "show the invoices of Market Invoice Board 57",
    "remove the second recipe",
    "please complete water the roses",
    "what's the weather like tomorrow?",
)
_TITLE = {"title": ParamSpec("string", required=True, description="Title of the thing")}
_WHICH = {"title": ParamSpec("string"), "position": ParamSpec("number", description="Position from 1")}


def many_options(widgets: int) -> list[IntentOption]:
    """Five intents for each of so many widgets."""
    options = []
    for number in range(widgets):
        kind, place = _KINDS[number % 10], _PLACES[number // 10 % 10]
        title = f"{place} {kind.capitalize()} Board {number}"
        for verb, params, permission in (
            ("list", {}, "read"), ("add", _TITLE, "write"), ("remove", _WHICH, "write"),
            ("complete", _WHICH, "write"), ("clear", {}, "write"),
        ):  # fmt: skip
            options.append(
                IntentOption(
                    f"panel-{number}", title, "A", title, False, f"{verb}_{kind}s", f"{verb.capitalize()} {kind}s",
                    [f"{verb} {kind} {number} of {place}"], params, permission,  # type: ignore[arg-type]  # a literal of this file
                )
            )  # fmt: skip
    return options


def milliseconds(widgets: int, rounds: int = 5) -> tuple[float, float]:
    """CPU time of the first message in a process new to the widgets, then the best of the slowest message."""
    options = many_options(widgets)
    first = _timed(lambda: decide(_MESSAGES[0], options))
    slowest = max(min(_timed(lambda m=m: decide(m, options)) for _ in range(rounds)) for m in _MESSAGES)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    return first, slowest


def _timed(call: Callable[[], object]) -> float:
    started = time.thread_time()
    call()
    return (time.thread_time() - started) * 1000
