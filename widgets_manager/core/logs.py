"""Stage: access. JSON log lines with request, tenant and user ids, and the debug events of the chat flow."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final, Literal

from django.conf import settings

from widgets_manager.core import request_context

_debug = logging.getLogger("widgets.debug")
_STANDARD: Final = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

DebugEvent = Literal[
    "widget_install_success",
    "widget_install_fail",
    "widget_manifest_loaded",
    "widget_chat_prompt_injected",
    "widget_intent_routed",
]


class JSONFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, ids, and whatever `extra` carries."""

    def format(self, record: logging.LogRecord) -> str:
        """Render the record; a value that JSON does not know is shown as its text."""
        context = request_context.get()
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {
            name: value
            for name, value in (
                ("request_id", context.request_id),
                ("tenant_id", context.tenant_id),
                ("user_id", context.user_id),
            )
            if value
        }
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD and name != "request"}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class ApiAnswersApart(logging.Filter):
    """Drops Django's own lines about answers of the API: each has its line of widgets.request, and a fault of ours its
    traceback (core.errors). An answer such as 502 FETCH_FAILED is none of our faults.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is to be logged."""
        path: str = getattr(getattr(record, "request", None), "path", "")
        return bool(record.exc_info) or not path.startswith("/api/")


def debug_event(event: DebugEvent, **data: Any) -> None:
    """Log one event of the install and chat flow when DEBUG_EVENTS is on (source: seed 004, debug logging)."""
    if settings.DEBUG_EVENTS:
        _debug.info(event, extra={"event": event, **data})
