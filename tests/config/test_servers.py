"""The embedded PostgreSQL and Valkey themselves."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded.servers import PostgreSQL, ServerError
from tests.servers import Servers


def test_it_works(own_servers: Servers) -> None:
    environ = own_servers.environ
    with psycopg.connect(environ["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT current_user, current_database(), split_part(version(), ' ', 2)").fetchone()
    assert row is not None
    assert row[:2] == ("widgets", "widgets")
    assert row[2].startswith("18")
    with redis.Redis.from_url(environ["REDIS_URL"]) as client:
        assert client.ping()


def test_the_application_role_is_not_a_superuser_and_cannot_pass_row_policies(own_servers: Servers) -> None:
    with psycopg.connect(own_servers.environ["DATABASE_URL"]) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False, False, False)


def test_no_password_no_entry(own_servers: Servers) -> None:
    assert own_servers.postgresql is not None
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(own_servers.postgresql.sockets), user="widgets", dbname="widgets")


def test_committed_rows_survive_a_crash_of_postgresql(own_servers: Servers) -> None:
    assert own_servers.postgresql is not None
    with psycopg.connect(own_servers.environ["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    own_servers.postgresql.kill()
    own_servers.postgresql.start()
    with psycopg.connect(own_servers.environ["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_valkey_forgets_everything_in_a_crash(own_servers: Servers) -> None:
    assert own_servers.valkey is not None
    with redis.Redis.from_url(own_servers.valkey.url) as client:
        client.set("key", "value")
    own_servers.valkey.kill()
    own_servers.valkey.start()
    with redis.Redis.from_url(own_servers.valkey.url) as client:
        assert client.get("key") is None


def test_nothing_listens_on_the_network(own_servers: Servers) -> None:
    with psycopg.connect(own_servers.environ["DATABASE_URL"]) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    with redis.Redis.from_url(own_servers.environ["REDIS_URL"]) as client:
        assert client.config_get("port") == {"port": "0"}


def test_django_in_this_process_uses_the_throw_away_servers(worker_valkey: object) -> None:
    assert os.environ["ENVIRONMENT"] == "test"
    assert "wm-tests-" in os.environ["DATABASE_URL"]
    assert getattr(worker_valkey, "url") == os.environ["REDIS_URL"]  # noqa: B009  (the fixture is typed as object)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a user namespace")
def test_root_without_a_user_namespace_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbidden = tmp_path / "bin" / "unshare"
    forbidden.parent.mkdir()
    forbidden.write_text("#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2; exit 1\n")
    forbidden.chmod(0o755)
    monkeypatch.setenv("PATH", f"{forbidden.parent}:{os.environ['PATH']}")
    with pytest.raises(
        ServerError, match=r"forbids a user namespace .*not permitted\)\. Run this as an ordinary user, or set"
    ):
        PostgreSQL(tmp_path / "servers" / "postgresql", tmp_path).start()


def test_a_cluster_of_another_version_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "servers" / "postgresql"
    folder.mkdir(parents=True)
    (folder / "PG_VERSION").write_text("14\n")
    with pytest.raises(ServerError, match="is of PostgreSQL 14, this is 18"):
        PostgreSQL(folder, tmp_path).start()
