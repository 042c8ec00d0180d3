"""Stage: access. What no log line may hold: secrets are taken out of the finished line, wherever they came from.

Lines are made by this project and by libraries, with tracebacks and extra fields; one pass over the rendered line
covers them all. It is the second fence: nothing here is a reason to log a secret on purpose.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Final

from widgets_manager.core.logs import JSONFormatter

REMOVED: Final = "[removed]"
# Shorter ones could be words of the language.
_SHORTEST_SECRET: Final = 16
# Each with a text that a line must hold, in lower case, before it is searched: most lines hold none of them.
# No pattern takes a quotation mark or a backslash with it: the line stays the JSON that it was.
_SECRETS: Final = tuple(
    (hint, re.compile(pattern, re.IGNORECASE))
    for hint, pattern in (
        ("/invite/", r"""(/invite/)[^/?\s"\\]+"""),
        ("/widgets/frame/", r"""(/widgets/frame/)[^/?\s"\\]+"""),
        ("bearer ", r"(\bBearer )[\w.~+/=-]{8,}"),
        ("basic ", r"(\bBasic )[\w.~+/=-]{8,}"),
        ("sessionid=", r"""(\bsessionid=)[^;&\s"'\\]+"""),
        ("csrf", r"""(\bcsrf(?:token|middlewaretoken)=)[^;&\s"'\\]+"""),
        # A query's parameter, by its name.
        (
            "=",
            r"([?&][\w.-]{0,40}(?:token|ticket|secret|passw|key|signature|sig|auth|code)[\w.-]{0,40}=)"
            r"""[^&\#\s"'\\<>]+""",
        ),
        # User and password before a host.
        ("@", r"""(://)[^/\s"'\\@]{1,300}(?=@)"""),
        # This server's own: personal, service and agent tokens, invites.
        *((kind, rf"(){kind}[\w-]{{20,}}") for kind in ("wmp_", "wms_", "wma_", "inv_")),
    )
)


def redact(line: str) -> str:
    """The line with `[removed]` for invite secrets, tickets, bearer tokens, cookies, and secrets in URLs."""
    lowered = line.lower()
    for hint, pattern in _SECRETS:
        if hint in lowered:
            line = pattern.sub(rf"\1{REMOVED}", line)
    return line


class RedactingFormatter(JSONFormatter):
    """JSON lines without secrets; `secrets` are values of settings that are taken out wherever they stand."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._values = tuple(value for value in secrets if len(value) >= _SHORTEST_SECRET)

    def format(self, record: logging.LogRecord) -> str:
        """Render the record, then take secrets out."""
        line = super().format(record)
        for value in self._values:
            line = line.replace(value, REMOVED)
        return redact(line)
