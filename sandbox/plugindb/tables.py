"""Stage: validation. The tables that a manifest declares, read into parts and never pasted into SQL.

`{"notes": {"columns": {"id": "uuid primary key", …}, "rls": "pie_user_id", "indexes": [["title"]]}}`. A column's text
is parsed by PostgreSQL's own parser and taken apart; what is not in the vocabulary is a fault with its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.plugindb import trees
from sandbox.plugindb.exceptions import InvalidTables, StatementRefused
from sandbox.plugindb.vocabulary import EXPRESSIONS, SERIAL_TYPES, SYSTEM_COLUMNS, USER_TYPES
from widgets_manager.core.exceptions import Problem

MAX_TABLES: Final = 50
MAX_COLUMNS: Final = 100
MAX_INDEXES: Final = 20
MAX_TEXT: Final = 1_000
_NAME: Final = re.compile(r"(?!pg_|_result)[a-z_][a-z0-9_]{0,49}")
_COLUMN_KEYS: Final = frozenset({"colname", "type_name", "is_local", "constraints", "location"})
_TABLE_KEYS: Final = frozenset({"relation", "table_elts", "oncommit"})
_ACTIONS: Final = {"": "", "a": "", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: `column` is empty for the other table's primary key; actions as SQL writes them."""

    table: str
    column: str
    on_delete: str
    on_update: str


@dataclass(frozen=True, slots=True)
class Column:
    """`type`, `default` and `checks` are SQL that was written anew from a checked tree."""

    name: str
    type: str
    kind: str  # the type's own name
    counts: bool = False  # by itself, as `serial` does
    not_null: bool = False
    primary: bool = False
    unique: bool = False
    default: str = ""
    checks: tuple[str, ...] = ()
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """An index over columns."""

    columns: tuple[str, ...]
    unique: bool


@dataclass(frozen=True, slots=True)
class Table:
    """`rls` is the column that says whose a row is; empty for rows that all users of the plugin share."""

    name: str
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...]
    rls: str

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def primary(self) -> tuple[Column, ...]:
        """The columns of the primary key."""
        return tuple(column for column in self.columns if column.primary)


def read_tables(declared: object) -> tuple[Table, ...]:
    """The `tables` of a manifest's `database` block. Raises InvalidTables with every fault."""
    reader = _Reader()
    tables = reader.read(declared)
    if reader.problems:
        raise InvalidTables(reader.problems[0].message, path=reader.problems[0].path, errors=reader.problems)
    return tables


class _Reader:
    """Collects faults; paths begin at `tables`."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def fault(self, path: str, message: str) -> None:
        """Note one."""
        self.problems.append(Problem(path, message))

    def read(self, declared: object) -> tuple[Table, ...]:
        """Every table that can be read."""
        if not isinstance(declared, Mapping) or len(declared) > MAX_TABLES:
            self.fault("tables", f"must be an object of at most {MAX_TABLES} tables")
            return ()
        tables = tuple(
            self._table(name, f"tables.{name}", body)
            for name, body in declared.items()
            if self._is_name(name, f"tables.{name}")
        )
        for table in tables:
            self._check_references(table, {each.name: each for each in tables})
        return tables

    def _is_name(self, name: object, path: str) -> bool:
        if isinstance(name, str) and _NAME.fullmatch(name) and name not in SYSTEM_COLUMNS:
            return True
        self.fault(path[:200], "names have at most 50 small letters, digits and _, and do not begin with pg_")
        return False

    def _table(self, name: str, path: str, body: object) -> Table:
        declared = body.get("columns") if isinstance(body, Mapping) else None
        if not isinstance(body, Mapping) or not isinstance(declared, Mapping) or not 1 <= len(declared) <= MAX_COLUMNS:
            self.fault(f"{path}.columns", f"must be an object of 1 to {MAX_COLUMNS} columns")
            return Table(name, (), (), "")
        for key in set(body) - {"columns", "rls", "indexes"}:
            self.fault(f"{path}.{key}"[:200], "is not known here (columns, rls, indexes are)")
        columns = tuple(
            column
            for each, text in declared.items()
            if self._is_name(each, f"{path}.columns.{each}")
            for column in self._column(each, f"{path}.columns.{each}", text)
        )
        rls = self._user_column(path, body.get("rls", ""), columns)
        return Table(name, columns, tuple(self._indexes(path, body.get("indexes", []), columns)), rls)

    def _column(self, name: str, path: str, text: object) -> Iterator[Column]:
        if not isinstance(text, str) or not 1 <= len(text) <= MAX_TEXT:
            self.fault(path, f"must be a text of 1 to {MAX_TEXT} characters, such as 'text not null'")
            return
        try:
            yield read_column(name, text)
        except StatementRefused as refused:
            self.fault(path, refused.message)

    def _user_column(self, path: str, rls: object, columns: tuple[Column, ...]) -> str:
        if rls == "":
            return ""
        found = next((column for column in columns if column.name == rls), None)
        if found is None or found.kind not in USER_TYPES or "[" in found.type:
            self.fault(f"{path}.rls", "must name a column of this table, of type text or uuid")
            return ""
        return found.name

    def _indexes(self, path: str, declared: object, columns: tuple[Column, ...]) -> Iterator[Index]:
        if not isinstance(declared, list) or len(declared) > MAX_INDEXES:
            self.fault(f"{path}.indexes", f"must be a list of at most {MAX_INDEXES} indexes")
            return
        known = {column.name for column in columns}
        for number, each in enumerate(declared):
            body: Any = {"columns": each} if isinstance(each, list) else each
            if not _is_index(body, known):
                self.fault(f"{path}.indexes[{number}]", "must be a list of columns, or {columns, unique}")
                continue
            yield Index(tuple(body["columns"]), body.get("unique", False) is True)

    def _check_references(self, table: Table, tables: Mapping[str, Table]) -> None:
        for column in table.columns:
            if column.reference:
                path = f"tables.{table.name}.columns.{column.name}"
                for message in _reference_faults(table, column.reference, tables.get(column.reference.table)):
                    self.fault(path, message)


def _is_index(body: Any, known: set[str]) -> bool:
    if not isinstance(body, Mapping) or set(body) - {"columns", "unique"}:
        return False
    columns = body.get("columns")
    if not isinstance(columns, list) or not columns or not all(isinstance(each, str) for each in columns):
        return False
    return len(set(columns)) == len(columns) and set(columns) <= known


def _reference_faults(table: Table, reference: Reference, other: Table | None) -> Iterator[str]:
    if other is None:
        yield f"references '{reference.table[:60]}', which this manifest does not declare"
        return
    alone = other.primary[0] if len(other.primary) == 1 else None
    target = other.column(reference.column) if reference.column else alone
    if target is None or not (target.unique or target == alone):
        yield f"must reference a column of '{other.name}' that is its primary key or unique"
    if other.rls and not table.rls:
        yield f"'{other.name}' keeps each user's rows apart: only a table with rls can reference it"
    if table.rls and not other.rls and {reference.on_delete, reference.on_update} - {"", "RESTRICT"}:
        yield f"rows of '{other.name}' are everybody's: deleting or changing one must not touch users' own rows"
    if reference.on_update in {"SET NULL", "SET DEFAULT"}:
        yield "on update can be cascade or restrict"


def read_column(name: str, text: str) -> Column:
    """One column's text, such as `text not null default 'x'`. Raises StatementRefused."""
    tree = trees.parse(f'CREATE TABLE x ("{name}" {text}\n)')
    create: Any = tree.stmts[0].stmt.create_stmt if len(tree.stmts) == 1 else None
    elements: Any = create.table_elts if create is not None and _has_only(create, _TABLE_KEYS) else ()
    if len(elements) != 1 or not elements[0].HasField("column_def"):
        raise StatementRefused("This is not the text of one column.")
    definition = elements[0].column_def
    if definition.colname != name or not _has_only(definition, _COLUMN_KEYS):
        raise StatementRefused("Only a type, NOT NULL, DEFAULT, PRIMARY KEY, UNIQUE, REFERENCES and CHECK can be used.")
    values: dict[str, Any] = _type(definition.type_name)
    for each in definition.constraints:
        _read_constraint(each.constraint, name, values)
    return Column(name, **values)


def _has_only(message: Any, keys: frozenset[str]) -> bool:
    return {descriptor.name for descriptor, _ in message.ListFields()} <= keys


def _type(message: Any) -> dict[str, Any]:
    path = trees.names(message.names)
    if len(path) == 1 and path[0] in SERIAL_TYPES and not message.array_bounds:
        kind = SERIAL_TYPES[path[0]]
        return {"kind": kind, "type": f"pg_catalog.{kind}", "counts": True, "not_null": True}
    kind = trees.type_name(message)
    numbers = []
    for node in message.typmods:
        if kind == "interval" or not node.HasField("a_const") or not node.a_const.HasField("ival"):
            raise StatementRefused(f"The type '{kind}' is written here without what is in its brackets.")
        numbers.append(str(node.a_const.ival.ival))
    brackets = f"({', '.join(numbers)})" if numbers else ""
    return {"kind": kind, "type": f"pg_catalog.{kind}{brackets}{'[]' * len(message.array_bounds)}"}


def _read_constraint(constraint: Any, column: str, values: dict[str, Any]) -> None:
    match trees.enum_name(constraint, "contype"):
        case "CONSTR_NOTNULL":
            values["not_null"] = True
        case "CONSTR_NULL":
            pass
        case "CONSTR_PRIMARY":
            values |= {"primary": True, "not_null": True}
        case "CONSTR_UNIQUE" if not constraint.nulls_not_distinct:
            values["unique"] = True
        case "CONSTR_DEFAULT" if not values.get("counts"):
            values["default"] = _expression(constraint.raw_expr, frozenset())
        case "CONSTR_CHECK":
            expression = _expression(constraint.raw_expr, frozenset({column}))
            values["checks"] = (*values.get("checks", ()), expression)
        case "CONSTR_FOREIGN" if not constraint.pktable.schemaname and len(constraint.pk_attrs) <= 1:
            values["reference"] = Reference(
                constraint.pktable.relname,
                "".join(trees.names(constraint.pk_attrs)),
                _action(constraint.fk_del_action),
                _action(constraint.fk_upd_action),
            )
        case other:
            raise StatementRefused(f"{other.removeprefix('CONSTR_').replace('_', ' ')} cannot be used here.")


def _action(letter: str) -> str:
    return _ACTIONS[letter]


def _expression(node: Any, columns: frozenset[str]) -> str:
    """An expression without subqueries and of these columns, written anew."""
    trees.check(node, EXPRESSIONS)
    for part in trees.parts(node):
        if part.DESCRIPTOR.name == "ColumnRef" and set(trees.names(part.fields)) - columns:
            raise StatementRefused("A default names no columns, and a check its own column only.")
    tree = trees.parse("SELECT 1")
    tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.CopyFrom(node)
    return trees.write(tree).removeprefix("SELECT ")
