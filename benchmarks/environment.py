"""Throw-away servers for benchmarks, and one table for all of them."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.embedded.servers import PostgreSQL, Valkey


@dataclass(frozen=True)
class Ratio:
    """One row of the table: how many times the measured thing costs what it is compared with, and the target."""

    name: str
    value: float
    target: float | None = None
    note: str = ""

    def __str__(self) -> str:
        verdict = (
            ""
            if self.target is None
            else f"   target {self.target:g} x"
            + ("" if self.value <= self.target else f", missed by {self.value / self.target - 1:.0%}")
        )
        return f"{self.name:<44} {self.value:7.2f} x{verdict}{'   ' + self.note if self.note else ''}"


def show(rows: Sequence[Ratio]) -> None:
    """Print the rows."""
    for row in rows:
        print(row, flush=True)


@contextmanager
def servers(settings: str = "config.settings") -> Iterator[None]:
    """A PostgreSQL and a Valkey of one's own, their addresses in the environment, production settings."""
    folder = Path(tempfile.mkdtemp(prefix="wm-bench-"))
    postgresql, valkey = PostgreSQL(folder / "pg", folder), Valkey(folder, folder / "valkey.log")
    try:
        postgresql.start()
        valkey.start()
        os.environ.update(DATABASE_URL=postgresql.url, REDIS_URL=valkey.url, SECRET_KEY=secrets.token_urlsafe(40))
        os.environ.update(PLUGIN_DATABASE_URL=postgresql.plugin_url)
        os.environ.update(ENVIRONMENT="production", LOG_LEVEL="WARNING", DJANGO_SETTINGS_MODULE=settings)
        os.environ.update(DATA_DIR=str(folder))
        yield
    finally:
        valkey.kill()
        postgresql.kill()
        shutil.rmtree(folder, ignore_errors=True)
