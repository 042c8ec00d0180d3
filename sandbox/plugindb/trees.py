"""Stage: validation. The parser's tree of a text, and the check of each of its parts against the vocabulary.

The parser is PostgreSQL's own (`postgast`). What is sent to the database is written anew from the checked tree, so
that the two can never read a text differently.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import postgast
from google.protobuf.message import DecodeError, Message
from postgast.pg_query_pb2 import ParseResult

from sandbox.plugindb.exceptions import StatementRefused
from sandbox.plugindb.vocabulary import FUNCTIONS, SETTINGS, SYSTEM_COLUMNS, TYPES

_PLACES: Final = (
    "location",
    "stmt_location",
    "stmt_len",
    "rexpr_list_start",
    "rexpr_list_end",
    "list_start",
    "list_end",
)
_OWN_VALUES: Final = frozenset({"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"})


def parse(text: str) -> ParseResult:
    """The tree. Raises StatementRefused with what the parser says."""
    if "\0" in text:
        raise StatementRefused("The text contains the NUL character.")
    try:
        return postgast.parse(text)
    except postgast.PgQueryError as error:
        raise StatementRefused(f"This is not SQL: {error.message}.") from None
    except (DecodeError, UnicodeEncodeError):
        raise StatementRefused("The statement is nested too deeply, or is not text.") from None


def write(tree: ParseResult) -> str:
    """The text of a tree. Raises StatementRefused where the text would be read as another tree.

    There are such faults (`(1).f` was written as `1.f`), so each text is read again before it is used.
    """
    text: str = postgast.deparse(tree)
    if _without_places(parse(text)) != _without_places(tree):
        raise StatementRefused("The statement is written in a way that cannot be sent; write it more plainly.")
    return text


def _without_places(tree: ParseResult) -> ParseResult:
    """A copy without what says where in its text each part was."""
    copy = ParseResult()
    copy.CopyFrom(tree)
    for part in parts(copy):
        for name in _PLACES:
            if name in part.DESCRIPTOR.fields_by_name:
                part.ClearField(name)
    return copy


def parts(message: Message) -> list[Any]:
    """The message and everything below it, from the outside in."""
    found = [message]
    for part in found:
        for descriptor, value in part.ListFields():
            if descriptor.message_type is not None:
                if isinstance(value, Message):
                    found.append(value)
                else:
                    found.extend(value)
    return found


def check(message: Message, allowed: frozenset[str]) -> None:
    """Look at every part. Raises StatementRefused for the first that is not in the vocabulary."""
    for part in parts(message):
        name = part.DESCRIPTOR.name
        if name not in allowed:
            raise StatementRefused(f"{_said(name)} cannot be used here.")
        if look := _LOOKS.get(name):
            look(part)


def names(nodes: Any) -> list[str]:
    """The parts of a dotted name; an empty text for what is no name (`*`)."""
    return [node.string.sval if node.HasField("string") else "" for node in nodes]


def enum_name(message: Any, field: str) -> str:
    """The word of an enumeration, such as `CONSTR_UNIQUE`."""
    descriptor = message.DESCRIPTOR.fields_by_name[field]
    return str(descriptor.enum_type.values_by_number[getattr(message, field)].name)


def type_name(message: Any) -> str:
    """The type's own name. Raises StatementRefused unless it is one of the vocabulary's."""
    path = names(message.names)
    if path[:1] == ["pg_catalog"]:
        path = path[1:]
    if len(path) != 1 or path[0] not in TYPES or message.setof or message.pct_type:
        raise StatementRefused(f"The type '{'.'.join(path)[:60]}' cannot be used here.")
    return path[0]


def _look_at_function(call: Any) -> None:
    path = names(call.funcname)
    # What has a syntax of its own (`extract(year from x)`) is a name with a schema to the parser.
    name = path[-1]
    if path[:-1] not in ([], ["pg_catalog"]) or name not in FUNCTIONS:
        raise StatementRefused(f"The function '{'.'.join(path)[:60]}' cannot be used here.")
    if name == "current_setting" and not (call.args and _text(call.args[0]) in SETTINGS):
        raise StatementRefused(f"current_setting is for {' and '.join(sorted(SETTINGS))} only.")


def _look_at_operator(expression: Any) -> None:
    if names(expression.name)[:-1] not in ([], ["pg_catalog"]):
        raise StatementRefused("Operators have no schema here.")


def _look_at_value(function: Any) -> None:
    name = enum_name(function, "op").removeprefix("SVFOP_").removesuffix("_N")
    if name not in _OWN_VALUES:
        raise StatementRefused(f"{name} cannot be used here.")


def _look_at_column(reference: Any) -> None:
    _look_at_fields(names(reference.fields))


def _look_at_indirection(expression: Any) -> None:
    _look_at_fields(names(expression.indirection))


def _look_at_fields(path: list[str]) -> None:
    # PostgreSQL reads `row.pg_typeof` as a call of that function, so names of its own kind are none of columns.
    for name in path:
        if name in SYSTEM_COLUMNS or name.startswith("pg_"):
            raise StatementRefused(f"'{name[:60]}' cannot be used here.")


def _look_at_lock(clause: Any) -> None:
    if clause.locked_rels:
        raise StatementRefused("FOR UPDATE names no tables here.")


def _text(node: Any) -> str:
    return str(node.a_const.sval.sval) if node.HasField("a_const") else ""


def _said(name: str) -> str:
    """`VariableSetStmt` as people would say it."""
    return _WORDS.get(name) or name.removesuffix("Stmt")


_WORDS: Final = {
    "IntoClause": "SELECT INTO",
    "VariableSetStmt": "SET",
    "VariableShowStmt": "SHOW",
    "MergeStmt": "MERGE",
    "CollateClause": "COLLATE",
    "RangeTableSample": "TABLESAMPLE",
    "ColumnRef": "A column's name",
    "ParamRef": "A parameter",
    "SubLink": "A subquery",
}
_LOOKS: Final[dict[str, Callable[[Any], object]]] = {
    "FuncCall": _look_at_function,
    "A_Expr": _look_at_operator,
    "SQLValueFunction": _look_at_value,
    "TypeName": type_name,
    "ColumnRef": _look_at_column,
    "A_Indirection": _look_at_indirection,
    "LockingClause": _look_at_lock,
}
