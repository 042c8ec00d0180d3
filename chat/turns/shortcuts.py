"""Stage: access. What apps offer where no model answers: their inline widgets and tabs, as intents for the matcher.

An inline widget is shown as the model would show it, by `widget.render`; a tab is pointed to. Only what a message
names whole is offered: nobody is shown a widget by a word that happens to be in its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote as in_address

from chat.turns.widget_tools import MODULE, granted_apps
from widgets_manager.apps.access import app_blocks
from widgets_manager.llm.types import Clarify, IntentCall, IntentOption, ToolCall
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.prompts import clean

PREFIX: Final = "app:"  # no panel's id begins so
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One inline widget (`arguments` of `widget.render`), or a tab's `address`, by what it is called."""

    option: IntentOption
    names: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """The shortcuts of a turn."""

    entries: tuple[Shortcut, ...] = ()

    @property
    def options(self) -> list[IntentOption]:
        """As what the matcher may choose."""
        return [entry.option for entry in self.entries]

    def read(self, call: IntentCall) -> IntentCall | ToolCall | str:
        """The call of the widget, the sentence that points to the tab; a panel's intent as it is."""
        for entry in self.entries:
            if (entry.option.panel_id, entry.option.name) == (call.panel_id, call.intent_name):
                if entry.address:
                    return f"[{entry.option.panel_title}: {entry.option.description}]({entry.address})"
                return ToolCall(f"{MODULE}_render", dict(entry.arguments), "shortcut")
        return call

    def ask(self, clarify: Clarify) -> Clarify:
        """A question back; shortcuts are no buttons, so the person answers in words."""
        if any(choice.panel_id.startswith(PREFIX) for choice in clarify.choices):
            return Clarify(clarify.question)
        return clarify


def shortcuts_of(apps: Sequence[InstalledWidget], text: str, *, alone: bool) -> Shortcuts:
    """What a message names of the apps' tabs, and of the inline widgets of those that are granted `widget.render`."""
    shown = {app.pk for app in granted_apps("render", apps)}
    found: list[Shortcut] = []
    for app in apps:
        found += _tabs(app)
        found += _inline(app, alone) if app.pk in shown else ()
    words = _words(text)
    return Shortcuts(tuple(one for one in found if any(_is_named(name, words) for name in one.names)))


def _is_named(name: str, words: set[str]) -> bool:
    wanted = _words(name)
    return bool(wanted) and wanted <= words


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.replace("_", " ").lower()))


def _tabs(app: InstalledWidget) -> Iterator[Shortcut]:
    for tab in app_blocks(app).widgets.get("workspace_tabs", ()):
        title = _title(tab, tab["id"])
        option = _option(app, f"open_{tab['id']}", title, [f"open {title}", f"go to {title}", f"open the {title} tab"])
        yield Shortcut(option, (title, str(tab["id"])), address=f"/apps/{app.pk}/?tab={in_address(str(tab['id']))}")


def _inline(app: InstalledWidget, alone: bool) -> Iterator[Shortcut]:
    for name, entry in app_blocks(app).widgets.get("inline", {}).items():
        title = _title(entry, name)
        called = dict.fromkeys((title, name.replace("_", " ").replace("-", " "), name))
        examples = [f"show {what}" for what in called] + [f"show the {what} widget" for what in called]
        option = _option(app, f"show_{name}", title, examples)
        arguments = {"zone": "inline", "ref": name} | ({} if alone else {"app": app.slug})
        yield Shortcut(option, tuple(called), arguments)


def _title(entry: Mapping[str, Any], name: str) -> str:
    title = str(entry.get("title") or "")
    return clean(name.replace("_", " ").replace("-", " ") if not title or "{{" in title else title, 100)


def _option(
    app: InstalledWidget,
    name: str,
    title: str,
    examples: Iterable[str],
) -> IntentOption:
    return IntentOption(
        panel_id=f"{PREFIX}{app.slug}",
        panel_title=clean(app.name, 200),
        label=None,
        widget_name=clean(app.name, 200),
        focused=False,
        name=name,
        description=title,
        examples=list(examples),
        params={},
        permission="read",
    )
