"""The dashboard of the benchmark: five sample widgets, the board twice, and the built-ins."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from widgets_manager.llm.types import IntentOption, ParamSpec

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "samples" / "manifests"
# Key in the cases → (file or built-in, letter of the instance).
PLACES = {
    "board-a": ("task-board", "A"),
    "board-b": ("task-board", "B"),
    "reading": ("reading-list", "A"),
    "notes": ("meeting-notes", "A"),
    "team-links": ("team-links", "A"),
    "sales": ("sales-metric", "A"),
    "recent": ("recent", None),
    "links-a": ("quick-links", "A"),
    "links-b": ("quick-links", "B"),
    "demo": ("demo", None),
}


@dataclass(frozen=True)
class Scene:
    """The visible intents, and the operation behind each."""

    options: tuple[IntentOption, ...]
    operations: dict[tuple[str, str], str]

    def focused_on(self, panel: str | None) -> tuple[IntentOption, ...]:
        """The options with one panel in focus."""
        return tuple(replace(option, focused=option.panel_id == panel) for option in self.options)


def load_scene() -> Scene:
    """The scene from the repository's sample manifests. Raises FileNotFoundError when one is missing."""
    built_in = {m["panelId"]: m for m in json.loads((HERE / "builtins.json").read_text("utf-8"))["manifests"]}
    options: list[IntentOption] = []
    operations: dict[tuple[str, str], str] = {}
    for panel, (name, letter) in PLACES.items():
        manifest = built_in.get(name) or json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
        title = f"{manifest['title']} {letter}" if name == "quick-links" else manifest["title"]
        for intent in manifest["intents"]:
            options.append(option_of(intent, panel, title, letter, manifest["title"]))
            operations[panel, intent["name"]] = operation_of(intent)
    return Scene(tuple(options), operations)


def operation_of(intent: dict[str, Any]) -> str:
    """The last segment of the handler, or the intent's name where the handler has no operation."""
    segments = intent["handler"].removeprefix("api:/api/panels/").split("/")
    return segments[-1] if len(segments) > 1 else str(intent["name"])


def option_of(intent: dict[str, Any], panel: str, title: str, letter: str | None, widget: str) -> IntentOption:
    """One manifest intent as the chat offers it."""
    params = {
        name: ParamSpec(
            spec["type"],
            spec.get("required", False),
            spec.get("description", ""),
            spec.get("default"),
            tuple(spec.get("enum", ())),
        )
        for name, spec in intent.get("paramsSchema", {}).items()
    }
    return IntentOption(
        panel,
        title,
        letter,
        widget,
        False,
        intent["name"],
        intent["description"],
        intent["examples"],
        params,
        intent["permission"],
    )
