"""How the matcher's word tables are written: as plain text, one space between words."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def word_row(text: str) -> list[str]:
    """The words of a text, in order."""
    return text.split()


def phrases(text: str) -> list[tuple[str, ...]]:
    """The phrases of a text, separated by commas, each as its words."""
    return [tuple(part.split()) for part in text.split(",") if part.strip()]
