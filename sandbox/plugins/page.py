"""Stage: access. A plugin's page as a kind of frame: the HTML of its section widget, with `window.PIE` before it."""

from __future__ import annotations

import uuid
from typing import Final

from sandbox.frames.kinds import Document
from sandbox.frames.policies import page_headers
from sandbox.frames.tickets import Mount, names_of
from sandbox.plugins.forms import BLOCK
from sandbox.plugins.pinned import bring, missing_pins, pins_of
from sandbox.plugins.places import find_place
from sandbox.plugins.reading import PAGE
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import NotFound
from widgets_manager.files.actions import read_blob
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.scripted import page_of


class PageKind:
    """A page that uses `window.PIE`: on dashboards, and among the messages of conversations."""

    def brings(self, version: PackageVersion) -> bool:
        """Whether it is a plugin with a section widget."""
        return page_of(version.manifest) is not None

    def require(self, widget: InstalledWidget) -> None:
        """Nothing more than that the widget is there."""

    def missing(self, widget: InstalledWidget) -> str:
        """Why what the page loads from elsewhere could not be had; the page itself comes with the package."""
        version = widget.package_version
        missing = {pin.path: f"{pin.url} could not be fetched." for pin in missing_pins(version, version.blocks[BLOCK])}
        told = {problem["path"]: problem["message"] for problem in widget.problems}
        return " ".join(told.get(path, message) for path, message in missing.items())

    def document(self, mount: Mount, widget: InstalledWidget) -> Document:
        """The page as its author wrote it, after our side of `PIE`; what it loads from elsewhere is in it."""
        version = widget.package_version
        block = version.blocks[BLOCK]
        file = version.files.select_related("blob").get(path=PAGE)
        page = bring(read_blob(file.blob).decode("utf-8-sig"), version, block)
        return Document("plugin", "pie", names_of(mount), page_headers(brings=bool(pins_of(block))), page)

    def widget_at(self, actor: Actor, place: uuid.UUID) -> InstalledWidget | None:
        """The plugin at a place, such as among the messages of a conversation that the actor may open."""
        try:
            return find_place(actor, place).widget
        except NotFound:
            return None


PAGE_KIND: Final = PageKind()
