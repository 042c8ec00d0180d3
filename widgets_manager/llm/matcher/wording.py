"""Stage 8 of the matcher: its sentences to people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from widgets_manager.llm.matcher.normalise import clean
from widgets_manager.llm.matcher.panels import Panel
from widgets_manager.llm.types import IntentOption

_SHOWN: Final = 6
_LONGEST: Final = 60


def _readable(name: str) -> str:
    spaced = "".join(" " + char if char.isupper() else char for char in name).replace("_", " ").replace("-", " ")
    return " ".join(spaced.lower().split())


def _short(value: Any) -> str:
    text = clean(str(value))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def summary(option: IntentOption, panel: Panel, params: Mapping[str, Any]) -> str:
    """One line that says what would be done, such as `Add task “buy milk” – Task Board B`."""
    what = _readable(option.name).capitalize()
    values = ", ".join(
        f"“{_short(value)}”" if isinstance(value, str) else f"{_readable(name)} {_short(value)}"
        for name, value in sorted(params.items(), key=lambda pair: list(option.params).index(pair[0]))
    )
    return f"{what} {values} – {_short(panel.display)}" if values else f"{what} – {_short(panel.display)}"


def which(options: Sequence[IntentOption], panels: Sequence[Panel]) -> str:
    """The question between candidates."""
    names = [_short(panel.display) for panel in panels]
    if len(set(names)) < len(names) or len(names) == 1:
        return f"What should I do on {names[0]}: " + " or ".join(_readable(option.name) for option in options) + "?"
    return f"Which one do you mean: {' or '.join(names)}?"


def several(panels: Sequence[Panel]) -> str:
    """The answer to a message that names two panels."""
    return f"I can work on one panel at a time. What should I do on {_short(panels[0].display)}?"


def missing(option: IntentOption, panel: Panel, names: Sequence[str]) -> str:
    """The question for required parameters, with an example to follow."""
    wanted = " and the ".join(_readable(name) for name in names)
    example = next((f" For example: “{_short(text)}”." for text in option.examples), "")
    task = f"{_readable(option.name)} on {_short(panel.display)}"
    return f"To {task} I need the {wanted}. Please say it in one sentence.{example}"


def unknown_panel(said: str, panels: Iterable[Panel]) -> str:
    """The answer to a letter that no panel has."""
    word = said.split()[0].lower().rstrip("s")
    names = [_short(panel.display) for panel in panels]
    near = [name for name in names if word in name.lower()] or names
    return f"There is no “{_short(said)}” here. I can see: {', '.join(near[:_SHOWN])}."


def help_text(options: Sequence[IntentOption], panels: Mapping[str, Panel], *, refused: bool) -> str:
    """What can be asked: one example of each panel, the focused one first."""
    start = "I have not changed anything." if refused else "I can only help with the panels you see."
    if not options:
        return f"{start} No panel is visible that I could ask: add a widget to the dashboard first."
    lines: dict[str, str] = {}
    for option in sorted(options, key=lambda option: not option.focused):
        if option.panel_id not in lines and option.examples:
            lines[option.panel_id] = f"- {_short(panels[option.panel_id].display)}: “{_short(option.examples[0])}”"
    listed = list(lines.values())[:_SHOWN]
    return f"{start} You can say, for example:\n" + "\n".join(listed) if listed else start
