"""Addresses as they are written in a tree: the browser follows a few schemes only, so that others are faults."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_IGNORED: Final = re.compile(r"[\t\n\r]|^[\x00-\x20]+")  # what browsers leave out before they look for a scheme


def address_fault(text: str, schemes: Sequence[str]) -> str | None:
    """What is wrong with an address whose scheme is written out; None where an expression may bring it."""
    found = _SCHEME.match(_IGNORED.sub("", text.partition("{{")[0]))
    if found is None or found[1].lower() in schemes:
        return None
    return f"an address must be {', '.join(schemes)} or a path on this server, not {found[1]}:"
