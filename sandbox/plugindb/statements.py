"""Stage: validation. A plugin's statement: checked, its tables named by their schema, its rows turned to JSON.

One of SELECT, INSERT, UPDATE, DELETE, also with WITH. What is sent is written anew from the checked tree. The search
path is then the catalogue's alone: functions, operators and types are PostgreSQL's own, and tables are those of the
schema that is written before their names. A name of WITH hides the table of that name in the whole statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from postgast.pg_query_pb2 import ParseResult

from sandbox.plugindb import trees
from sandbox.plugindb.exceptions import StatementRefused
from sandbox.plugindb.vocabulary import STATEMENTS

MAX_LENGTH: Final = 50_000
_KEPT_LENGTH: Final = 4_000  # longer ones are not remembered
_KINDS: Final = frozenset({"select_stmt", "insert_stmt", "update_stmt", "delete_stmt"})
_RESULT: Final = "_result"
# Rows as JSON, at most so many, and null from where all of them together have more bytes than may be: that is for the
# server to see, since a single row of a gigabyte would have to be read before anybody here could refuse it.
_ROWS: Final = f"""
WITH {_RESULT} AS (SELECT 1)
SELECT CASE WHEN pg_catalog.sum(pg_catalog.octet_length(line)) OVER (ROWS UNBOUNDED PRECEDING) <= $1 THEN line END
FROM (SELECT pg_catalog.row_to_json({_RESULT}.*)::text AS line FROM {_RESULT} LIMIT $2) AS lines
"""  # noqa: S608  (no value of anybody's is in it)


@dataclass(frozen=True, slots=True)
class Statement:
    """A checked statement. `sql` is what is sent; with `gives_rows` each row of its answer is one JSON text, and two
    parameters more are wanted: the limits of bytes and of rows. `plain` gives the rows themselves.
    """

    sql: str
    plain: str
    gives_rows: bool
    parameters: int
    tables: frozenset[str]


def check_statement(sql: str, *, schema: str) -> Statement:
    """Check a statement for the plugin that has this schema. Raises StatementRefused."""
    if len(sql) > MAX_LENGTH:
        raise StatementRefused(f"The statement has more than {MAX_LENGTH:,} characters.")
    return _remembered(sql, schema) if len(sql) <= _KEPT_LENGTH else _checked(sql, schema)


def _checked(sql: str, schema: str) -> Statement:
    tree = trees.parse(sql)
    if len(tree.stmts) != 1:
        raise StatementRefused(f"One statement at a time; this text has {len(tree.stmts)}.")
    node = tree.stmts[0].stmt
    kind = node.WhichOneof("node")
    if kind not in _KINDS:
        trees.check(node, STATEMENTS)  # names what it is
        raise StatementRefused("Only SELECT, INSERT, UPDATE and DELETE are for plugins.")
    trees.check(node, STATEMENTS)
    tables = _name_tables(node, schema)
    parameters = max((part.number for part in _all(node, "ParamRef")), default=0)
    statement = getattr(node, kind)
    gives_rows = kind == "select_stmt" or statement.HasField("returning_clause")
    plain = trees.write(tree)
    sent = _as_json(tree, kind, parameters) if gives_rows else plain
    return Statement(sent, plain, gives_rows, parameters, tables)


_remembered = lru_cache(maxsize=1_000)(_checked)


def _name_tables(node: Any, schema: str) -> frozenset[str]:
    """Write the schema before every table; returns the tables. Raises StatementRefused for those elsewhere."""
    hidden = {each.ctename for each in _all(node, "CommonTableExpr")}
    for name in hidden:
        if name.startswith(("pg_", _RESULT)):
            raise StatementRefused(f"'{name[:60]}' cannot be a name of WITH.")
    found = set()
    for table in _all(node, "RangeVar"):
        if table.relname in hidden and not table.schemaname and not table.catalogname:
            continue
        if table.catalogname or table.schemaname not in ("", schema) or table.relname.startswith("pg_"):
            raise StatementRefused(f"There is no table '{table.relname[:60]}' here.")
        table.schemaname = schema
        found.add(table.relname)
    return frozenset(found)


def _as_json(tree: ParseResult, kind: str, parameters: int) -> str:
    """The statement below one that turns its rows to JSON; its WITH goes to the top, where it may write."""
    outer = trees.parse(_ROWS)
    for limit in _all(outer, "ParamRef"):
        limit.number += parameters
    select: Any = outer.stmts[0].stmt.select_stmt
    inner: Any = getattr(tree.stmts[0].stmt, kind)
    result = select.with_clause.ctes.pop()
    if inner.HasField("with_clause"):
        select.with_clause.CopyFrom(inner.with_clause)
        inner.ClearField("with_clause")
    result.common_table_expr.ctequery.CopyFrom(tree.stmts[0].stmt)
    select.with_clause.ctes.append(result)
    return trees.write(outer)


def _all(node: Any, name: str) -> list[Any]:
    return [part for part in trees.parts(node) if part.DESCRIPTOR.name == name]
