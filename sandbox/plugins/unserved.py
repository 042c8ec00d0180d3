"""Stage: validation. What plugins may bring and this server does not serve: the one table of it.

A part that is served one day loses its row here; the preview, the documentation and `plugin_lint` follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypedDict

# The parts of a package beside the keys of its manifest.
HANDLER: Final = "handler"
WIDGET: Final = "===widget==="
PUBLIC: Final = "===public-file==="
PERSISTENT: Final = "runtime.persistent"

UNSERVED: Final[dict[str, str]] = {
    PUBLIC: "its public pages are kept and not published",
    "developerSecrets": "its author cannot give them",
    "userSecrets": "people cannot give them",
    "userFields": "people cannot set them",
    "oauth": "people cannot sign in for it",
    "automation": "nothing starts it",
    PERSISTENT: "its session metadata is kept; files, packages and processes are not",
    "pricing": "nothing is charged",
}


class Inactive(TypedDict):
    """A part of a package that does nothing here, and what that means."""

    part: str
    message: str


def inactive(parts: Iterable[str]) -> list[Inactive]:
    """Those of the parts that this server does not serve, in the order of the table."""
    had = set(parts)
    return [Inactive(part=part, message=message) for part, message in UNSERVED.items() if part in had]
