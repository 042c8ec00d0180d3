"""Stage: exceptions. Why an address was not fetched."""

from __future__ import annotations

import enum

from widgets_manager.core.exceptions import ApiError


class Reason(enum.StrEnum):
    """The kinds of failure, for logs and for callers that treat them apart."""

    URL = "url"
    BLOCKED = "blocked"
    DNS = "dns"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    STATUS = "status"
    REDIRECTS = "redirects"
    CONTENT_TYPE = "content_type"
    TOO_LARGE = "too_large"


class FetchError(ApiError):
    """The address was refused, did not answer, or answered something that is not accepted."""

    status = 502
    code = "FETCH_FAILED"

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
