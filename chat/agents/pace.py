"""Stage: validation. How fast agents may send: so many frames at once, and as many again in each minute."""

from __future__ import annotations

import math
import time
from typing import Final

from widgets_manager.core.exceptions import ApiError

MINUTE: Final = 60.0
LARGE: Final = 50_000  # characters; a longer frame counts once more for each of them


class TooFast(ApiError):
    """More than may be sent for now; `retry_after` are the seconds until the same is taken."""

    status = 429
    code = "RATE_LIMITED"

    def __init__(self, what: str, retry_after: float) -> None:
        self.retry_after = math.ceil(retry_after * 100) / 100
        super().__init__(
            f"{what}; send it again in {self.retry_after:g} seconds.", data={"retry_after": self.retry_after}
        )


class Pace:
    """The frames that one agent may still send; they come back evenly."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._left = self._most
        self._seen = time.monotonic()

    @property
    def is_full(self) -> bool:
        """Whether nothing has to be remembered."""
        self._refill()
        return self._left == self._most

    def take(self, characters: int) -> None:
        """Count a frame of so many characters. Raises TooFast, and then it is not counted."""
        self._refill()
        cost = min(1 + characters // LARGE, self._most)
        if cost > self._left:
            wait = (cost - self._left) * MINUTE / self._most
            raise TooFast(f"An agent sends at most {self._most:,.0f} frames in a minute", wait)
        self._left -= cost

    def _refill(self) -> None:
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._seen) * self._most / MINUTE)
        self._seen = now
