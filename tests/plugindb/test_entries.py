"""Statements with an entry in the journal: carried out once, whoever asks again, and nobody else's to touch."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from sandbox.plugindb.access import get_database
from sandbox.plugindb.actions.credentials import show_credentials
from sandbox.plugindb.actions.querying import QueryResult, query
from sandbox.plugindb.entries import Entry, forget_entries
from sandbox.plugindb.exceptions import StatementRefused
from sandbox.plugindb.server import manager
from tests.people import Person
from widgets_manager.core.exceptions import ApiError
from widgets_manager.widgets.models import InstalledWidget

INSERT = "INSERT INTO notes (title) VALUES ($1) RETURNING title"
Ask = Callable[..., QueryResult]


@pytest.fixture
def once(alice: Person, notes: InstalledWidget) -> Ask:
    """A statement of alice's with that entry."""
    database = get_database(alice.actor, notes)
    assert database is not None

    def do(entry: Entry | None, text: str = INSERT, *params: object) -> QueryResult:
        return query(database=database, user=str(alice.user.pk), sql=text, params=params, entry=entry)

    return do


def entry(job: uuid.UUID, sequence: int = 1, moment: int = 7) -> Entry:
    return Entry(job, 0, sequence, moment)


def count(once: Ask) -> int:
    return int(once(None, "SELECT count(*)::int AS n FROM notes").rows[0]["n"])


def test_it_works(once: Ask) -> None:
    job = uuid.uuid4()
    first = once(entry(job), INSERT, "milk")
    again = entry(job, moment=99)
    assert once(again, INSERT, "milk") == first
    assert again.moment == 7, "the recorded moment is the one that counts"
    assert count(once) == 1
    once(entry(job, 2), INSERT, "bread")
    once(entry(uuid.uuid4()), INSERT, "eggs")
    assert count(once) == 3


def test_a_refusal_is_recorded_and_whatever_the_statement_did_is_undone(once: Ask) -> None:
    job = uuid.uuid4()
    for title in (None, "now it would fit"):
        with pytest.raises(ApiError) as caught:
            once(entry(job), INSERT, title)
        assert (caught.value.code, caught.value.data["sqlstate"]) == ("QUERY_FAILED", "23502")
    assert count(once) == 0


def test_what_is_recorded_is_json_with_any_text(once: Ask) -> None:
    job, text = uuid.uuid4(), 'q"uote \\ \u2028 \U0001f600'
    assert once(entry(job), INSERT, text) == once(entry(job), INSERT, text)
    assert once(entry(job), INSERT, text).rows == [{"title": text}]


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_the_answer_of_one(once: Ask) -> None:
    job = uuid.uuid4()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: once(entry(job), INSERT, "milk").rows, range(4)))
    assert answers == [[{"title": "milk"}]] * 4
    assert count(once) == 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM platform.journal",
        "SELECT platform.recall_entry('x')",
        "SELECT platform.begin_entry('x', gen_random_uuid(), 'y', 1)",
        "SELECT begin_entry('x', gen_random_uuid(), 'y', 1)",
    ],
)
def test_plugins_statements_do_not_reach_it(once: Ask, text: str) -> None:
    with pytest.raises(StatementRefused):
        once(None, text)


def test_authors_neither_read_nor_forge_it(
    alice: Person, notes: InstalledWidget, once: Ask, settings: Any, plugins: str
) -> None:
    job = uuid.uuid4()
    once(entry(job), INSERT, "secret")
    with manager() as connection:
        row = connection.execute("SELECT key, answer FROM platform.journal WHERE job = %s", [job]).fetchone()
    assert row is not None
    forged = "0" * 64 + f":{row[0]}"
    settings.PLUGIN_DB_PORT = 5433  # as though the embedded server had a port; this connects by its socket
    told = show_credentials(actor=alice.actor, widget=notes)
    address = make_conninfo(plugins, user=told.username, password=told.password)
    with psycopg.connect(address, autocommit=True) as connection:
        for text in ("SELECT * FROM platform.journal", "DELETE FROM platform.journal"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(text.encode())
        assert connection.execute("SELECT answer FROM platform.recall_entry(%s)", [forged]).fetchall() == [(None,)]
        made = connection.execute("SELECT platform.begin_entry(%s, %s, 'x', 1)", [forged + "0", job]).fetchall()
        assert made == [(None,)]
        connection.execute("SELECT platform.end_entry(%s, 'x')", [forged])
    with manager() as connection:
        rows = connection.execute("SELECT key, answer FROM platform.journal WHERE job = %s", [job]).fetchall()
    assert rows == [row]


def test_entries_go_with_their_job_and_their_plugin(once: Ask) -> None:
    gone, kept = uuid.uuid4(), uuid.uuid4()
    once(entry(gone), INSERT, "a")
    once(entry(kept), INSERT, "b")
    assert forget_entries([gone]) == 1
    with manager() as connection:
        assert connection.execute(
            "SELECT job FROM platform.journal WHERE job = ANY(%s)", [[gone, kept]]
        ).fetchall() == [(kept,)]
