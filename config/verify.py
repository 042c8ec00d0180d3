"""Stage 2 of `make test`: the checks in order, each shown, ended by the first red one, with a summary."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from config.toolchain import BASE_DIR, PYTHON, node_environ, say


@dataclass(frozen=True, slots=True)
class Step:
    """One check: a title, a command and its environment."""

    title: str
    command: Sequence[str]
    environ: Mapping[str, str]


def steps(*, full: bool) -> Iterator[Step]:
    """The checks of `make test`; `full` adds the long tests."""
    # mypy's Django plugin and the tests read the settings; the tests' own plugin sets the rest.
    python = {**os.environ, "ENVIRONMENT": "test"}
    node = node_environ()

    def module(title: str, *arguments: str) -> Step:
        return Step(title, [str(PYTHON), "-m", *arguments], python)

    yield module("ruff check", "ruff", "check")
    yield module("ruff format", "ruff", "format", "--check")
    yield module("mypy", "mypy", ".")
    if (BASE_DIR / "package.json").exists():
        yield Step("TypeScript", ["npm", "run", "--silent", "check"], node)
        yield Step("front-end tests", ["npm", "run", "--silent", "test"], node)
    long = "" if full else " and not full"
    yield module("pytest", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-m", f"not e2e{long}")
    # A browser on a busy machine may be late: one more try, and the summary names who needed it.
    browser = module("pytest in the browser", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-m", f"e2e{long}")
    yield replace(browser, command=[*browser.command, "--reruns", "1", "-rfER"])


def verify(*, full: bool) -> bool:
    """Run the checks until one is red; whether all were green."""
    plan = list(steps(full=full))
    results: list[tuple[str, str]] = []
    for step in plan:
        say(f"\n=== {step.title}")
        started = time.monotonic()
        code = subprocess.run(
            step.command, cwd=BASE_DIR, env=dict(step.environ), stdin=subprocess.DEVNULL, check=False
        ).returncode
        results.append((step.title, f"{'ok' if code == 0 else 'FAILED'} after {time.monotonic() - started:.0f} s"))
        if code != 0:
            break
    say("\n=== summary")
    results += [(step.title, "not run") for step in plan[len(results) :]]
    for title, result in results:
        say(f"{title:<24}{result}")
    return all(result.startswith("ok") for _, result in results)
