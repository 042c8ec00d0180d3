"""Stage: exceptions. The one error type of the application, and the shapes it takes.

Every refusal is an ApiError; `errors.py` renders it as
`{"error": {"code", "message", "path"?, "errors"?: [{"path", "message", "line"?, "file"?}], …data}}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a document: where it is (`intents[2].permission`, empty for the whole) and what is wrong.

    `line` counts from 1 where the text has lines; `file` is the path in a package where that has several.
    """

    path: str
    message: str
    line: int | None = None
    file: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """`{path, message}`, with `line` and `file` where there are any."""
        return {key: value for key, value in asdict(self).items() if value is not None}


class ApiError(Exception):
    """A refusal that people and programs can read.

    `code` is an upper-case word of the public API, `status` the HTTP status, `path` the place of the fault,
    `errors` all faults of a document, `data` further public keys beside them (such as `confirmationId`).
    """

    status = 400
    code = "BAD_REQUEST"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        path: str | None = None,
        errors: Sequence[Problem] = (),
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.status = status or type(self).status
        self.path = path
        self.errors = tuple(errors)
        self.data = dict(data or {})

    def as_dict(self) -> dict[str, Any]:
        """The public body: `{"error": {…}}`."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.path is not None:
            error["path"] = self.path
        if self.errors:
            error["errors"] = [problem.as_dict() for problem in self.errors]
        return {"error": error | self.data}


class InvalidInput(ApiError):
    """A parameter is missing, of the wrong type or out of bounds."""

    status = 422
    code = "INVALID_INPUT"


class NotSignedIn(ApiError):
    """Nobody is signed in, or the token is unknown, expired or revoked."""

    status = 401
    code = "NOT_SIGNED_IN"


class PermissionDenied(ApiError):
    """The actor sees the thing but may not do this to it."""

    status = 403
    code = "PERMISSION_DENIED"


class NotFound(ApiError):
    """There is no such thing, or it is a stranger's, which must look the same."""

    status = 404
    code = "NOT_FOUND"


class Conflict(ApiError):
    """What was asked does not fit what is there now."""

    status = 409
    code = "CONFLICT"


class ConfirmationRequired(ApiError):
    """The tenant wants a person to confirm this; `data` carries confirmationId, summary and args."""

    status = 409
    code = "CONFIRMATION_REQUIRED"
