"""Stage: models. A panel as the chat sees it, and what running one of its intents gives.

Source: panel-manifest 1.0 and its chat section (docs/manifest.md).
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Panel:
    """An instance of an installed widget, or a built-in (placed or not), with the manifest that describes it.

    `placeless` is what a room above offers chat backends beside these: it stands on no screen, so it is always visible.
    """

    panel_id: str
    slug: str
    panel_type: str
    name: str
    label: str
    manifest: dict[str, Any]
    config: dict[str, Any] = field(default_factory=dict)
    instance_id: uuid.UUID | None = None
    widget_id: uuid.UUID | None = None
    workspace_id: uuid.UUID | None = None
    workspace_name: str = ""
    builtin: bool = False
    placeless: bool = False

    @property
    def title(self) -> str:
        """What people call it: the name, with the label where several can stand side by side."""
        return f"{self.name} {self.label}".strip() if not self.builtin else self.name

    @property
    def intents(self) -> list[dict[str, Any]]:
        """The manifest's intents."""
        return list(self.manifest.get("intents", ()))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Panel:
        """The panel of its JSON form (a dataclass as orjson writes it)."""
        ids = {key: uuid.UUID(data[key]) for key in ("instance_id", "widget_id", "workspace_id") if data.get(key)}
        return cls(**(data | ids))


@dataclass(frozen=True, slots=True)
class ResultItem:
    """One row of a result list in the chat."""

    id: str
    type: str
    title: str = ""
    subtitle: str = ""
    url: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The public form; of what is empty only id and type are kept."""
        return {key: value for key, value in asdict(self).items() if value or key in ("id", "type")}


@dataclass(frozen=True, slots=True)
class IntentResult:
    """What a handler answers; `success=False` with `error` is its own refusal, not an API error."""

    success: bool = True
    message: str = ""
    error: str = ""
    title: str = ""
    subtitle: str = ""
    items: tuple[ResultItem, ...] | None = None
    total_count: int | None = None
    show_in_view_panel: str = ""
    navigate_to: str = ""
    open_url: str = ""
    data: Any = None

    def as_dict(self) -> dict[str, Any]:
        """The public camelCase form; what is empty is left out."""
        named = {
            "message": self.message,
            "error": self.error,
            "title": self.title,
            "subtitle": self.subtitle,
            "totalCount": self.total_count,
            "showInViewPanel": self.show_in_view_panel,
            "navigateTo": self.navigate_to,
            "openUrl": self.open_url,
        }
        shown: dict[str, Any] = {"success": self.success}
        shown |= {key: value for key, value in named.items() if value not in ("", None)}
        if self.items is not None:
            shown["items"] = [item.as_dict() for item in self.items]
        return shown if self.data is None else shown | {"data": self.data}
