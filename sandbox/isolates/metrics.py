"""Stage 2 of the isolates service: what it counts, for whoever runs the server."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Metrics:
    """Counts since the service's start. `killed` is by reason: why a child was ended while it ran something.

    `retired` is by reason, too: children that ran nothing and were replaced.
    """

    since: float = field(default_factory=time.time)
    finished: int = 0
    warm: int = 0  # runs that found a child with their code
    refused: int = 0  # BUSY
    vanished: int = 0  # callers that left while their run waited
    forks: int = 0
    zygotes: int = 0  # starts of the zygote
    killed: Counter[str] = field(default_factory=Counter)
    retired: Counter[str] = field(default_factory=Counter)
    longest_wait: float = 0.0  # seconds in the queue

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        counts = {name: getattr(self, name) for name in ("since", "finished", "warm", "refused", "vanished", "forks")}
        more = {"zygotes": self.zygotes, "longest_wait": round(self.longest_wait, 3)}
        return {**counts, **more, "killed": dict(self.killed), "retired": dict(self.retired)}
