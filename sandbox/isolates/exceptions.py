"""Stage: exceptions. How a run of a handler can fail, and how a host call is refused. Free of Django."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sandbox.isolates.client import HostCall

# What each code means to the person who clicked; authors see message and stack.
CODES: Final = {
    "HANDLER_ERROR": "The plugin's code failed.",
    "HANDLER_TIMEOUT": "The plugin took too long and was stopped.",
    "HANDLER_MEMORY": "The plugin needed more memory than it may use and was stopped.",
    "HANDLER_CRASHED": "The plugin's process ended unexpectedly.",
    "TOO_LARGE": "The plugin's data is larger than allowed.",
    "TOO_MANY_CALLS": "The plugin asked the server more often than it may.",
    "STOPPED": "The run was stopped.",
    "BUSY": "The server is busy with other actions: try again in a moment.",
    "UNAVAILABLE": "Plugins cannot run on this server right now.",
}


class IsolateError(Exception):
    """A run that gave no result. `code` is one of CODES; `message` is for the author and may quote the handler.

    `name` and `stack` are those of the JavaScript error (HANDLER_ERROR and the limits that code can catch); the places
    in `stack` that begin with `handler.js` are the author's own. `log` is what the handler wrote to its console,
    `calls` what it asked for, `seconds` how long it took.
    """

    def __init__(self, code: str, message: str = "", *, name: str = "", stack: str = "") -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.message = message or CODES[code]
        self.name = name
        self.stack = stack
        self.log: list[LogLine] = []
        self.calls: list[HostCall] = []
        self.seconds = 0.0

    @property
    def sentence(self) -> str:
        """One plain sentence for the person who started the run."""
        return CODES[self.code]


class HostCallError(Exception):
    """Raised by a broker to refuse a call: the handler's promise is rejected with this message and code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


LogLine = tuple[str, str]  # level, text
