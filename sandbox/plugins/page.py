"""Stage: access. A plugin's page as a kind of frame: the HTML of its section widget, with `window.PIE` before it."""

from __future__ import annotations

import uuid
from typing import Final

from sandbox.frames.kinds import Document
from sandbox.frames.policies import page_headers
from sandbox.frames.tickets import Mount, names_of
from sandbox.plugins.forms import BLOCK
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
        """Nothing: the page comes with the package."""
        return ""

    def document(self, mount: Mount, widget: InstalledWidget) -> Document:
        """The page as its author wrote it, after our side of `PIE`."""
        version = widget.package_version
        asked = version.blocks[BLOCK]["manifest"].get("widget", {})
        headers = page_headers(asked.get("allowedScripts", ()), asked.get("allowedStyles", ()))
        file = version.files.select_related("blob").get(path=PAGE)
        return Document("plugin", "pie", names_of(mount), headers, read_blob(file.blob).decode("utf-8-sig"))

    def widget_at(self, actor: Actor, place: uuid.UUID) -> InstalledWidget | None:
        """The plugin at a place, such as among the messages of a conversation that the actor may open."""
        try:
            return find_place(actor, place).widget
        except NotFound:
            return None


PAGE_KIND: Final = PageKind()
