"""Stage: exceptions. Why a widget's script is refused what it asks for."""

from __future__ import annotations

from widgets_manager.core.exceptions import ApiError, InvalidInput, PermissionDenied


class NoSandbox(ApiError):
    """The panel is none of a widget that brings a script."""

    status = 400
    code = "NO_SANDBOX"


class UnknownMethod(InvalidInput):
    """The bridge has no such method."""

    code = "UNKNOWN_METHOD"


class PermissionRequired(PermissionDenied):
    """The person has not been asked, or their answer no longer counts.

    `data` names the permission and, for the person, the call's subject.
    """

    code = "PERMISSION_REQUIRED"


class StorageFull(ApiError):
    """The value has no room; `data` has what is used, what is needed and the quota, in bytes."""

    status = 413
    code = "STORAGE_FULL"


class InvalidScript(ApiError):
    """422: what was fetched is no script that a widget's document can hold."""

    status = 422
    code = "INVALID_SCRIPT"


class InvalidStyle(ApiError):
    """422: what was fetched is no style sheet that a widget's document can hold."""

    status = 422
    code = "INVALID_STYLE"
