"""Stage: access. The shell's navigation: each room adds its pages in `ready()`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the left rail; `order` sorts, `icon` is a Material Symbols name."""

    order: int
    label: str
    url_name: str
    icon: str


_entries: dict[str, NavEntry] = {}


def add_entry(entry: NavEntry) -> None:
    """Put a page on the rail; the same url_name replaces."""
    _entries[entry.url_name] = entry


def entries() -> list[NavEntry]:
    """All entries in their order."""
    return sorted(_entries.values(), key=lambda entry: entry.order)
