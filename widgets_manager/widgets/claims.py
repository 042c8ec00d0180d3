"""Stage: access. What is worth a warning before a manifest is installed beside the others."""

from __future__ import annotations

from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Problem
from widgets_manager.packages.parsers import Package
from widgets_manager.widgets.intents import serving_operation
from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.panels_of import load_panels


def unserved_handlers(package: Package) -> list[Problem]:
    """Intents whose handler nothing on this server serves: they are installed, and refused when they are called."""
    panel = _preview(package)
    return [
        Problem(f"intents[{index}].handler", f"nothing on this server serves '{intent['handler']}'")
        for index, intent in enumerate(panel.intents)
        if serving_operation(panel, intent) is None
    ]


def claimed_examples(actor: Actor, package: Package) -> list[Problem]:
    """Examples that another panel of the actor already answers to; the chat will have to ask."""
    owners = {
        _normal(example): panel.name
        for panel in load_panels(actor)
        for intent in panel.intents
        for example in intent.get("examples", ())
    }
    return [
        Problem(f"intents[{i}].examples[{j}]", f"'{example}' is already an example of {owners[_normal(example)]}")
        for i, intent in enumerate(package.manifest.get("intents", ()))
        for j, example in enumerate(intent.get("examples", ()))
        if _normal(example) in owners
    ]


def _normal(example: str) -> str:
    return " ".join(example.lower().split()).rstrip(".!?")


def _preview(package: Package) -> Panel:
    return Panel(
        panel_id=package.slug,
        slug=package.slug,
        panel_type=str(package.manifest.get("panelType", "")),
        name=package.name,
        label="",
        manifest=package.manifest,
    )
