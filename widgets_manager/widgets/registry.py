"""Stage: access. Registries that the rooms above fill: panel templates (who serves intents) and built-in panels.

`intent_handlers` maps a manifest's panelType to the template that serves its operations and draws it; a panelType
that nobody registered is served by the template `collection`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from widgets_manager.core.actor import Actor
from widgets_manager.widgets.panel import IntentResult, Panel

Effect = Literal["read", "write"]
Keeps = Literal["own", "workspace"]
FALLBACK: Final = "collection"


@dataclass(frozen=True, slots=True)
class OperationCall:
    """One checked call of an operation: `params` fit the intent's paramsSchema, the actor may do it."""

    actor: Actor
    panel: Panel
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """What a template can do. `effect` is its own; the manifest can make it stricter, never laxer.

    `params` names what `run` understands: name → JSON type, for calls that no manifest describes.
    """

    name: str
    effect: Effect
    run: Callable[[OperationCall], IntentResult]
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PanelTemplate:
    """Serves one panelType: its operations, and its view `(actor, panel) → {"tree", "data"}`."""

    panel_type: str
    operations: Mapping[str, Operation]
    view: Callable[[Actor, Panel], dict[str, Any]]
    size: tuple[int, int] = (4, 4)


@dataclass(frozen=True, slots=True)
class BuiltinPanel:
    """A panel that comes with the application: a manifest like any other, and its template."""

    manifest: Mapping[str, Any]
    template: PanelTemplate
    icon: str = "widgets"
    # The slugs of a family that are in a person's chat although they placed them nowhere; None: this one always is.
    active_slugs: Callable[[Actor], Collection[str]] | None = None
    # Whose its items are: each person's own wherever it stands, or those of the workspace that it stands on.
    keeps: Keeps = "own"

    @property
    def slug(self) -> str:
        """Its panelId, which no installed widget may take."""
        return str(self.manifest["panelId"])


class IntentHandlers:
    """The registry of panel templates."""

    def __init__(self) -> None:
        self._templates: dict[str, PanelTemplate] = {}

    def register(self, template: PanelTemplate) -> None:
        """Serve a panelType. Raises ValueError when it is taken."""
        if template.panel_type in self._templates:
            raise ValueError(f"panelType '{template.panel_type}' is already served")
        self._templates[template.panel_type] = template

    def template_for(self, panel: Panel) -> PanelTemplate:
        """The template that serves a panel."""
        if panel.builtin:
            return builtins[panel.slug].template
        return self.for_type(panel.panel_type)

    def for_type(self, panel_type: str) -> PanelTemplate:
        """The template of a panelType, `collection` for one that nobody serves."""
        return self._templates.get(panel_type) or self._templates[FALLBACK]


@dataclass(frozen=True, slots=True)
class PlacelessPanels:
    """What a room above offers chat backends beside the panels: for each a manifest, and what runs its intents.

    `run` is called in no transaction, with the intent's name and params that it checks itself.
    """

    load: Callable[[Actor], list[Panel]]
    run: Callable[[Actor, Panel, str, Mapping[str, Any]], IntentResult]


intent_handlers: Final = IntentHandlers()
placeless_panels: Final[list[PlacelessPanels]] = []
builtins: Final[dict[str, BuiltinPanel]] = {}


def register_builtin(panel: BuiltinPanel) -> None:
    """Add a built-in panel. Raises ValueError when its slug is taken."""
    if panel.slug in builtins:
        raise ValueError(f"built-in '{panel.slug}' is already registered")
    builtins[panel.slug] = panel
