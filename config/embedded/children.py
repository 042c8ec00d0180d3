"""Stage 5 of the embedded servers: a child that is started again when it ends by itself."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from config.embedded.processes import end

_FIRST_PAUSE = 0.5  # seconds; doubled by each failure in a row
_LONGEST_PAUSE = 30.0
_STABLE = 30.0  # a child that lived this long has recovered


@dataclass
class Child:
    """One supervised process. `start` starts it and returns it; `stop_signal` asks it to end in good order."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    due: float = 0.0  # the monotonic time of the next start
    since: float = 0.0

    def run(self) -> None:
        """Start it now."""
        self.since = time.monotonic()
        self.process = self.start()

    def adopt(self, process: subprocess.Popen[bytes] | None) -> None:
        """Supervise a process that already runs."""
        self.since = time.monotonic()
        self.process = process

    def tend(self, now: float) -> str | None:
        """Notice its end, or start it again when its pause is over; returns what there is to tell."""
        if self.process is None:
            if now >= self.due:
                self.run()
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.failures = 1 if now - self.since > _STABLE else self.failures + 1
        pause = min(_FIRST_PAUSE * 2 ** (self.failures - 1), _LONGEST_PAUSE)
        self.process, self.due = None, now + pause
        return f"{self.name} ended ({_describe(code)}); starting it again in {pause:g} s"

    def ask_to_stop(self) -> None:
        """Send the stop signal without waiting."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Stop it and wait; kill it when its patience is over."""
        end(self.process, self.stop_signal, self.patience)


def _describe(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
