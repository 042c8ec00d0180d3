"""Stage: access. The registry of what can be shown in a frame: scripts of manifests, and what rooms above bring.

A kind says which widgets are of it, what keeps one from being shown, and what its document is made of. Everything
around the document (tickets, the wrapper, headers that seal it) is the same for all.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from sandbox.frames.exceptions import NoSandbox
from sandbox.frames.tickets import Mount
from widgets_manager.core.actor import Actor
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.models import InstalledWidget


@dataclass(frozen=True, slots=True)
class Document:
    """What a frame's document is made of: a template, a script of the front end's build, its config, its headers.

    `page` is HTML of the author's own, written as it is after the script.
    """

    template: Literal["widget", "plugin"]
    script: Literal["bridge", "pie"]
    config: Mapping[str, Any]
    headers: Mapping[str, str]
    page: str = ""


class FrameKind(Protocol):
    """One way for a widget to show itself; every widget comes with its version loaded."""

    def brings(self, version: PackageVersion) -> bool:
        """Whether a package is of this kind."""

    def require(self, widget: InstalledWidget) -> None:
        """Raise ApiError when it may not be shown at all."""

    def missing(self, widget: InstalledWidget) -> str:
        """Why there is nothing to show, for the person; empty when there is something."""

    def document(self, mount: Mount, widget: InstalledWidget) -> Document:
        """Its document."""

    def widget_at(self, actor: Actor, place: uuid.UUID) -> InstalledWidget | None:
        """The widget at a place of this kind that is on no dashboard, when the actor sees it."""


class FrameKinds:
    """Kinds in the order of registration."""

    def __init__(self) -> None:
        self._known: list[FrameKind] = []

    def register(self, kind: FrameKind) -> None:
        """Add a kind."""
        self._known.append(kind)

    def of(self, widget: InstalledWidget) -> FrameKind:
        """The kind of a widget. Raises NoSandbox for one that shows itself in no frame."""
        for kind in self._known:
            if kind.brings(widget.package_version):
                return kind
        raise NoSandbox(f"{widget.name} has no script and no page of its own.", path="widgetId")

    def widget_at(self, actor: Actor, place: uuid.UUID) -> InstalledWidget | None:
        """The widget at a place that is on no dashboard, when the actor sees it."""
        found = (kind.widget_at(actor, place) for kind in self._known)
        return next((widget for widget in found if widget is not None), None)


frame_kinds: Final = FrameKinds()
