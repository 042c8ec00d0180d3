"""`make bench`: every benchmark, one after the other; each brings its own servers and is bounded in time."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

PARTS: Final = (
    "manifests",
    "live",
    "matcher",
    "declarative",
    "rendering",
    "sandbox",
    "isolates",
    "plugindb",
    "jobs",
    "agents",
)


def main() -> int:
    """Run each part in a process of its own; the exit code is that of the first one that failed."""
    codes = []
    for part in PARTS:
        print(f"\n== {part} ==", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"benchmarks.{part}"], timeout=600, check=False).returncode)
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
