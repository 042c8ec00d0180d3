"""Stage: validation. Headers that a stranger's tree or script may send along with a request of this server's."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from widgets_manager.core.exceptions import InvalidInput

MAX_HEADERS: Final = 20
_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,100}")
_VALUE: Final = re.compile(r"[\t\x20-\x7e]{0,2000}")
# Headers that say who asks, or how the bytes are sent: a widget decides neither.
_FORBIDDEN: Final = re.compile(
    r"cookie2?|authorization|host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect"
    r"|accept-encoding|user-agent|forwarded|x-forwarded-.*|proxy-.*|sec-.*|idempotency-key",
    re.IGNORECASE,
)


def sendable_headers(
    headers: Mapping[str, Any], path: str = "headers", *, besides: Collection[str] = ()
) -> dict[str, str]:
    """The headers as texts. Raises InvalidInput, its path below `path`, for those that are not theirs to set.

    `besides` are lower-case names that others may not set and this caller may.
    """
    if len(headers) > MAX_HEADERS:
        raise InvalidInput(f"{path}: has {len(headers)}, at most {MAX_HEADERS} are sent", path=path)
    sent = {}
    for name, value in headers.items():
        at, text = f"{path}.{name[:100]}", "" if value is None else str(value)
        if _FORBIDDEN.fullmatch(name) and name.lower() not in besides:
            raise InvalidInput(f"{at}: this header is the server's to set", path=at)
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(text):
            raise InvalidInput(f"{at}: must be a name of letters, digits and - with a plain ASCII text", path=at)
        sent[name] = text
    return sent
