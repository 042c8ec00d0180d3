"""Stage 1 of the embedded servers: start a child that cannot outlive its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _bind_to_parent(death_signal: signal.Signals, parent: int) -> Callable[[], None]:
    """What a child does between fork and exec: ask the kernel for a signal when its parent's thread dies."""

    def bind() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the request reached the kernel
            os._exit(1)

    return bind


def spawn(
    arguments: Sequence[str | Path],
    *,
    death_signal: signal.Signals = signal.SIGKILL,
    log: Path | None = None,
    environ: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own; it receives `death_signal` when the calling *thread* ends.

    Call it from the main thread. The terminal's Ctrl-C does not reach the child: whoever starts it stops it, in
    order. Output is appended to `log`, or goes where the parent's output goes. Raises OSError when it cannot start.
    """
    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=None if environ is None else dict(environ),
            pass_fds=pass_fds,
            cwd=folder,
            start_new_session=True,
            preexec_fn=_bind_to_parent(death_signal, os.getpid()),
        )
    finally:
        if output:
            output.close()


def end(process: subprocess.Popen[bytes] | None, signal_number: signal.Signals, patience: float) -> None:
    """Signal a child and wait for it, at most `patience` seconds; then kill it."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal_number)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
