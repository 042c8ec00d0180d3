"""`python -m benchmarks.rendering`: our renderer beside `adaptivecards` and `@a2ui/lit`, in one Chromium run.

The same content for 10, 100, 500 and 2,000 nodes: cards with two texts, an input and a button. The renderers take
turns; the medians are compared. A value below 1 x means that ours is faster. About a minute.
"""

from __future__ import annotations

import functools
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from benchmarks.environment import Ratio, show
from config.toolchain import BASE_DIR, node_environ

SIZES: Final = (10, 100, 500, 2_000)
ROUNDS: Final = {10: 15, 100: 15, 500: 9, 2_000: 5}
OURS: Final = "ours"
PEERS: Final = ("adaptivecards", "@a2ui/lit")
PAGE: Final = Path(__file__).parent / "page"
CHROMIUM: Final = os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium")
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class _Quiet(SimpleHTTPRequestHandler):
    """Serves the page without a line for each request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served_page() -> Iterator[str]:
    """The built page on a port of its own; the value is its address."""
    with tempfile.TemporaryDirectory(prefix="wm-bench-") as folder:
        command = ["npx", "vite", "build", "--logLevel", "error", "--config", str(PAGE / "vite.config.ts")]
        subprocess.run(command, cwd=BASE_DIR, env={**node_environ(), "OUT_DIR": folder}, check=True)
        handler = functools.partial(_Quiet, directory=str(Path(folder)))
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/index.html"
            server.shutdown()


def measure(page: Page, nodes: int) -> list[Ratio]:
    """The rows of one size."""
    times = page.evaluate("([nodes, rounds]) => window.measure(nodes, rounds)", [nodes, ROUNDS[nodes]])
    medians = {name: {kind: statistics.median(row[kind]) for kind in row} for name, row in times.items()}
    return [
        Ratio(
            f"{nodes:>5,} nodes, {label}, beside {peer}",
            medians[OURS][kind] / medians[peer][kind],
            note=f"{medians[OURS][kind]:.1f} ms to {medians[peer][kind]:.1f} ms",
        )
        for kind, label in (("first", "first render"), ("patch", "one change"))
        for peer in PEERS
    ]


def main() -> int:
    """Build, measure each size in one page, print."""
    with served_page() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1000, "height": 800})
        page.goto(address)
        page.wait_for_function("() => 'measure' in window")
        for nodes in SIZES:
            show(measure(page, nodes))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
