"""A supervised child is started again, with longer and longer pauses."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from config.embedded.children import Child
from config.embedded.processes import spawn


def child(code: str, tmp_path: Path) -> Child:
    return Child("job", lambda: spawn([sys.executable, "-c", code], log=tmp_path / "log"))


def ended(one: Child) -> None:
    assert one.process is not None
    one.process.wait(10)


def test_it_works(tmp_path: Path) -> None:
    one = child("import time; time.sleep(60)", tmp_path)
    one.run()
    assert one.tend(time.monotonic()) is None
    assert one.process is not None
    one.stop()
    assert one.process.returncode == -signal.SIGTERM


def test_pauses_double_and_end_at_thirty_seconds(tmp_path: Path) -> None:
    one = child("raise SystemExit(3)", tmp_path)
    news = []
    for _ in range(8):
        one.run()
        ended(one)
        news.append(one.tend(one.since + 1))
    assert news[0] == "job ended (exit code 3); starting it again in 0.5 s"
    assert [str(text).rsplit(" ", 2)[1] for text in news] == ["0.5", "1", "2", "4", "8", "16", "30", "30"]


def test_it_is_not_started_before_its_pause_is_over(tmp_path: Path) -> None:
    one = child("raise SystemExit(1)", tmp_path)
    one.run()
    ended(one)
    now = one.since + 1
    one.tend(now)
    one.tend(now + 0.4)
    assert one.process is None
    one.tend(now + 0.6)
    assert one.process is not None
    ended(one)


def test_a_child_that_lived_long_begins_with_a_short_pause(tmp_path: Path) -> None:
    one = child("raise SystemExit(1)", tmp_path)
    one.failures = 6
    one.run()
    ended(one)
    assert "in 0.5 s" in str(one.tend(one.since + 31))


def test_a_child_that_ignores_the_stop_signal_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    code = f"""import pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({str(ready)!r}).touch()
time.sleep(60)"""
    one = child(code, tmp_path)
    one.patience = 0.3
    one.run()
    deadline = time.monotonic() + 20
    while not ready.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    one.stop()
    assert one.process is not None
    assert one.process.returncode == -signal.SIGKILL
