"""Stage: access. What is worth a warning before a manifest is installed beside the others."""

from __future__ import annotations

from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Problem
from widgets_manager.packages.parsers import Package
from widgets_manager.widgets.access import visible_widgets
from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.panels_of import load_panels
from widgets_manager.widgets.serving import serving_operation


def unserved_handlers(package: Package) -> list[Problem]:
    """Intents whose handler nothing on this server serves: they are installed, and refused when they are called."""
    panel = _preview(package)
    return [
        Problem(f"intents[{index}].handler", f"nothing on this server serves '{intent['handler']}'")
        for index, intent in enumerate(panel.intents)
        if serving_operation(panel, intent) is None
    ]


def claimed_examples(actor: Actor, package: Package) -> list[Problem]:
    """Examples of another widget that the actor sees, placed or not, or of a built-in: the chat will have to ask."""
    known = [(row.name, row.manifest) for row in visible_widgets(actor).filter(enabled=True)]
    known += [(panel.name, panel.manifest) for panel in load_panels(actor)]
    owners = {
        _normal(example): name
        for name, manifest in known
        for intent in manifest.get("intents", ())
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
