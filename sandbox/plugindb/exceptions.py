"""Stage: exceptions. Why a plugin's tables are not made, or its statement is not carried out."""

from __future__ import annotations

from widgets_manager.core.exceptions import ApiError, Conflict, InvalidInput


class InvalidTables(InvalidInput):
    """The manifest's tables are not what this server makes; `errors` has every fault, with its path."""

    code = "INVALID_TABLES"


class TablesConflict(Conflict):
    """The declared tables do not fit what is there already."""

    code = "TABLES_CONFLICT"


class StatementRefused(InvalidInput):
    """The statement is not one of those that a plugin may send. Nothing was sent to the database."""

    code = "STATEMENT_REFUSED"


class QueryFailed(ApiError):
    """The database refused the statement; `data` has its `sqlstate`. Nothing was written."""

    status = 422
    code = "QUERY_FAILED"


class QueryTimeout(ApiError):
    """The statement took too long and was stopped. Nothing was written."""

    status = 504
    code = "QUERY_TIMEOUT"


class ResultTooLarge(ApiError):
    """The rows have more bytes than an answer may have. Nothing was written."""

    status = 413
    code = "RESULT_TOO_LARGE"


class PluginDatabaseUnavailable(ApiError):
    """There is no plugins' database, it does not answer, or all connections to it are in use."""

    status = 503
    code = "PLUGIN_DATABASE_UNAVAILABLE"
