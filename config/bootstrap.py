"""The entry of `make`: `python3 -m config.bootstrap run|serve|test|test-full|bench|chaos`. Standard library only.

It brings the toolchain, then becomes the program that was asked for: signals reach that program directly.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from config.toolchain import (
    BASE_DIR,
    PYTHON,
    SetupError,
    ensure_chromium,
    ensure_front_end,
    ensure_node_modules,
    ensure_packages,
    ensure_published_client,
)

_RUNTIME = "requirements.lock"
_DEVELOPMENT = "requirements-dev.lock"


def main(arguments: Sequence[str]) -> int:
    """Carry out one command; the exit code. Faults of the set-up are one sentence on stderr."""
    try:
        return _command(arguments[0] if len(arguments) == 1 else "")
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _command(name: str) -> int:
    if name in {"run", "serve"}:
        with _alone():
            ensure_packages(_RUNTIME)
            ensure_front_end()
        if name == "run":
            os.environ["ENVIRONMENT"] = "development"
        else:
            os.environ["ENVIRONMENT"] = "production"
        _become("-m", "config.embedded.supervisor")
    if name in {"test", "test-full"}:
        _prepare_development()
        ensure_chromium()
        from config.verify import verify

        return 0 if verify(full=name == "test-full") else 1
    if name == "bench":
        _prepare_development()
        _become("-m", "benchmarks")
    if name == "chaos":
        _prepare_development()
        _become("-m", "benchmarks.jobs.chaos")
    print("usage: python3 -m config.bootstrap run|serve|test|test-full|bench|chaos", file=sys.stderr)
    return 2


def _prepare_development() -> None:
    with _alone():
        ensure_packages(_DEVELOPMENT)
        ensure_published_client()
        if (BASE_DIR / "package.json").exists():
            ensure_node_modules()
        ensure_front_end()


@contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups at once would write into the same .venv: the second waits for the first."""
    descriptor = os.open(BASE_DIR, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _become(*arguments: str) -> None:
    os.chdir(BASE_DIR)
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), *arguments])  # noqa: S606  (no shell is meant)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
