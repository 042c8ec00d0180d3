"""`make chaos`, small: workers, Valkey and PostgreSQL are killed under jobs of a plugin."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config import env
from tests.config.application import environ_for


@pytest.mark.full
def test_it_works(tmp_path: Path) -> None:
    environ = {**environ_for(tmp_path), "CHAOS_JOBS": "40", "CHAOS_KILLS": "4"}
    command = [sys.executable, "-m", "benchmarks.jobs.chaos"]
    done = subprocess.run(
        command, env=environ, cwd=env.BASE_DIR, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rows of the plugin's table: 80, lost 0, doubled 0" in done.stdout
    assert "data of its widget: 80" in done.stdout
    assert "'PostgreSQL stopped hard': 1" in done.stdout
