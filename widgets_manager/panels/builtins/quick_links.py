"""Stage: handlers. Quick Links: one's own links behind twenty-six badges, A to Z."""

from __future__ import annotations

from string import ascii_uppercase
from typing import Any, Final

from widgets_manager.panels.access import BADGE_PREFIX, active_badges
from widgets_manager.panels.builtins.manifests import intent, manifest, param
from widgets_manager.panels.templates.base import by_name, operation
from widgets_manager.panels.templates.links import OPERATIONS, list_links, view
from widgets_manager.widgets.registry import BuiltinPanel, PanelTemplate

PANEL_TYPE: Final = "quick-links"
TEMPLATE: Final = PanelTemplate(
    panel_type=PANEL_TYPE,
    operations=OPERATIONS | by_name(operation("show", "read", list_links)),
    view=view,
    size=(3, 4),
)


def slug_of(letter: str) -> str:
    """The slug of a badge."""
    return f"{BADGE_PREFIX}{letter.lower()}"


def badge(letter: str) -> BuiltinPanel:
    """The panel of one badge."""
    return BuiltinPanel(manifest=_manifest(letter), template=TEMPLATE, icon="bolt", active_slugs=active_badges)


def badges() -> list[BuiltinPanel]:
    """All of them."""
    return [badge(letter) for letter in ascii_uppercase]


def _manifest(letter: str) -> dict[str, Any]:
    slug, said = slug_of(letter), f"links {letter.lower()}"
    which = {
        "name": param("string", "Name of the link"),
        "position": param("number", "Its position in the list, from 1; -1 is the last"),
    }
    intents = [
        intent(
            "show_links", f"{slug}/show", "read", f"Show the links behind badge {letter}",
            [f"show {said}", f"show quick {said}", f"list my {said}", f"what is in {said}"],
        ),
        intent(
            "open_link", f"{slug}/open", "read", f"Open a link of badge {letter}",
            [f"open link docs from {said}", f"open docs in quick {said}", f"open the first link from {said}"],
            **which,
        ),
        intent(
            "add_link", f"{slug}/add", "write", f"Add a link to badge {letter}",
            [f"add https://example.com to {said}", f"add link https://example.com as Example to quick {said}"],
            url=param("string", "Web address, https or http", required=True),
            name=param("string", "Name to show; the host when absent"),
        ),
        intent(
            "remove_link", f"{slug}/remove", "write", f"Remove a link from badge {letter}",
            [f"remove docs from {said}", f"remove the second link from quick {said}"],
            **which,
        ),
    ]  # fmt: skip
    return manifest(slug, PANEL_TYPE, f"Quick Links {letter}", "Your own links, seen by nobody else.", intents)
