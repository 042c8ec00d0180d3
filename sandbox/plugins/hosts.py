"""Stage: validation. Hosts that stand in a plugin's code: what it probably fetches from, whatever it declares."""

from __future__ import annotations

import re
from typing import Final

MAX_HOSTS: Final = 50
# Names of XML vocabularies look like addresses; nobody fetches from there.
_NAMESPACES: Final = frozenset({"www.w3.org"})
_ADDRESS: Final = re.compile(
    r"\bhttps?://((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}(?::[0-9]{1,5})?)(?![a-z0-9.:$@-])",
    re.IGNORECASE,
)


def hosts_in(code: str) -> list[str]:
    """The hosts of the addresses that are written out in the code, each once, in its order, at most MAX_HOSTS."""
    found = dict.fromkeys(match[1].lower() for match in _ADDRESS.finditer(code))
    return [host for host in found if host not in _NAMESPACES][:MAX_HOSTS]
