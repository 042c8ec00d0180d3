"""Stage: access. The plugins' database server: who owns it, what every schema shares, and whose roles are whose.

Roles belong to a whole cluster, where other deployments may have plugins as well. So a deployment has an id, made when
its database is first used, and every role is named by it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from sandbox.plugindb.exceptions import PluginDatabaseUnavailable
from sandbox.plugindb.models import PluginAuthor, PluginDatabase

Connection = psycopg.Connection[tuple[Any, ...]]
CONNECT_SECONDS: Final = 5
AUTHORS: Final = "widgets_plugin_authors"
_BLOCK: Final = 64  # bytes of a block of SHA-256, as RFC 2104 has it
# The only thing that policies trust. It knows its caller by the session, the transaction and a code that only this
# application can make; nothing that SQL can set is believed. An author's own role stands for its person.
_PLATFORM: Final = """
CREATE SCHEMA IF NOT EXISTS platform;
CREATE TABLE IF NOT EXISTS platform.deployment (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), id text NOT NULL, inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS platform.authors (role_name text PRIMARY KEY, user_id text NOT NULL);
CREATE TABLE IF NOT EXISTS platform.schemas (name text PRIMARY KEY, orphan_since timestamptz);
CREATE OR REPLACE FUNCTION platform.acting_user() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT coalesce(
        (SELECT user_id FROM platform.authors WHERE role_name = session_user::text),
        (SELECT substr(auth, 66) FROM platform.deployment, current_setting('app.auth', true) AS auth
         WHERE substr(auth, 1, 64) = encode(sha256(outer_pad || sha256(inner_pad || convert_to(concat_ws('|',
             pg_backend_pid(), (extract(epoch FROM transaction_timestamp()) * 1000000)::bigint, session_user,
             substr(auth, 66)), 'UTF8'))), 'hex'))
    );
END;
CREATE TABLE IF NOT EXISTS platform.journal (
    key text PRIMARY KEY, job uuid NOT NULL, schema_name text NOT NULL, answer text, moment bigint NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS journal_job ON platform.journal (job);
CREATE INDEX IF NOT EXISTS journal_made ON platform.journal (made_at);
-- The entry that `auth` vouches for, as `app.auth` vouches for a user; null for what this application has not made.
CREATE OR REPLACE FUNCTION platform.entry(auth text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT substr(auth, 66) FROM platform.deployment
    WHERE substr(auth, 1, 64) = encode(sha256(outer_pad || sha256(inner_pad || convert_to(concat_ws('|',
        pg_backend_pid(), (extract(epoch FROM transaction_timestamp()) * 1000000)::bigint, session_user,
        substr(auth, 66)), 'UTF8'))), 'hex') AND starts_with(substr(auth, 66), 'journal:');
END;
-- Take the entry, which makes others who want it wait; nothing when somebody has it already.
CREATE OR REPLACE FUNCTION platform.begin_entry(auth text, job uuid, schema_name text, moment bigint) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    INSERT INTO platform.journal (key, job, schema_name, moment)
    SELECT key, job, schema_name, moment FROM (SELECT platform.entry(auth) AS key) AS wanted WHERE key IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING true;
END;
CREATE OR REPLACE FUNCTION platform.end_entry(auth text, answer text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    UPDATE platform.journal SET answer = end_entry.answer WHERE key = platform.entry(auth);
END;
CREATE OR REPLACE FUNCTION platform.recall_entry(auth text, OUT answer text, OUT moment bigint) RETURNS record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT answer, moment FROM platform.journal WHERE key = platform.entry(auth);
END;
REVOKE ALL ON SCHEMA platform FROM PUBLIC;
REVOKE ALL ON FUNCTION platform.acting_user() FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
"""


@dataclass(frozen=True, slots=True)
class Deployment:
    """This deployment's id, and the key that its acting users are vouched for with."""

    id: str
    key: bytes

    def owner(self, database: PluginDatabase) -> str:
        """The role that owns the schema and its tables. Nobody signs in as it."""
        return f"wm_{self.id}_{database.key}_owner"

    def runtime(self, database: PluginDatabase) -> str:
        """The role that carries out what the plugin's code asks for. It owns nothing."""
        return f"wm_{self.id}_{database.key}_run"

    def author(self, author: PluginAuthor) -> str:
        """The role of one person who develops the plugin."""
        return f"wm_{self.id}_{author.database.key}_{author.pk.hex[:8]}"

    def password(self, role: str, generation: int = 0) -> str:
        """Derived from SECRET_KEY: there is none to store, and none to lose."""
        return _derive(f"password:{self.id}:{role}:{generation}").hex()

    def vouch(self, *, user: str, role: str, process_id: int, moment: int) -> str:
        """The value of `app.auth`: the user, and a code that holds for this session and transaction alone."""
        said = f"{process_id}|{moment}|{role}|{user}".encode()
        return f"{hmac.digest(self.key, said, 'sha256').hex()}:{user}"


def is_configured() -> bool:
    """Whether there is a plugins' database at all."""
    return bool(settings.PLUGIN_DATABASE_URL)


@contextmanager
def manager() -> Iterator[Connection]:
    """A transaction of the role that makes schemas and roles; its search path is the catalogue's alone.

    Raises PluginDatabaseUnavailable.
    """
    with _connected(settings.PLUGIN_DATABASE_URL) as connection:
        connection.execute("SET LOCAL search_path = pg_catalog, pg_temp")
        yield connection


def deployment() -> Deployment:
    """This deployment, its database set up on the first call of a process. Raises PluginDatabaseUnavailable."""
    return _set_up(settings.PLUGIN_DATABASE_URL, settings.SECRET_KEY)


def sign_in(role: str, password: str) -> Connection:
    """A connection of a plugin's role, outside of transactions. Raises psycopg.OperationalError."""
    address = make_conninfo(settings.PLUGIN_DATABASE_URL, user=role, password=password)
    return psycopg.connect(address, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="plugin")


def database_name() -> str:
    """The name of the plugins' database."""
    return str(conninfo_to_dict(settings.PLUGIN_DATABASE_URL).get("dbname", ""))


def verifier(connection: Connection, role: str, password: str) -> sql.Literal:
    """What the server keeps of a password, for a statement that may be logged."""
    return sql.Literal(connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode())


@contextmanager
def _connected(address: str) -> Iterator[Connection]:
    if not address:
        raise PluginDatabaseUnavailable("This server has no database for plugins (PLUGIN_DATABASE_URL).")
    try:
        connection = psycopg.connect(address, connect_timeout=CONNECT_SECONDS, application_name="plugin manager")
    except psycopg.OperationalError:
        raise PluginDatabaseUnavailable("The plugins' database does not answer.") from None
    with connection:
        yield connection


@lru_cache(maxsize=8)
def _set_up(address: str, secret_key: str) -> Deployment:
    try:
        return _set_up_once(address)
    except (psycopg.errors.UniqueViolation, psycopg.errors.InternalError_):
        return _set_up_once(address)  # another process did so at the same moment


def _set_up_once(address: str) -> Deployment:
    with _connected(address) as connection:
        connection.execute(_PLATFORM.encode())
        fresh = secrets.token_hex(4)
        connection.execute(
            "INSERT INTO platform.deployment (id, inner_pad, outer_pad) VALUES (%s, '', '') ON CONFLICT DO NOTHING",
            [fresh],
        )
        found = connection.execute("SELECT id, inner_pad, outer_pad FROM platform.deployment").fetchone()
        assert found is not None  # noqa: S101  (the statement before sees to it)
        key = _derive(f"acting user:{found[0]}")
        pads = tuple(bytes(byte ^ pad for byte in key.ljust(_BLOCK, b"\0")) for pad in (0x36, 0x5C))
        if found[1:] != pads:
            connection.execute("UPDATE platform.deployment SET inner_pad = %s, outer_pad = %s", pads)
        return Deployment(found[0], key)


def _derive(purpose: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"sandbox.plugindb:{purpose}".encode(), hashlib.sha256)
