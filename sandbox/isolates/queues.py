"""Stage 2 of the isolates service: a queue that is fair between tenants, whoever fills it."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar


class Waiting(Protocol):
    """What can wait."""

    @property
    def tenant(self) -> str:
        """Whose it is."""


Item = TypeVar("Item", bound=Waiting)


class FairQueue(Generic[Item]):
    """First come, first served within a tenant; tenants take turns.

    A tenant that has just been served stands behind all others. At most `per_tenant` wait for one tenant, and ten times
    as many in all.
    """

    def __init__(self, per_tenant: int) -> None:
        self._per_tenant = per_tenant
        self._lines: OrderedDict[str, deque[Item]] = OrderedDict()

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def __iter__(self) -> Iterator[Item]:
        return (item for line in self._lines.values() for item in line)

    def put(self, item: Item) -> bool:
        """Append it to its tenant's line; False when there is no room."""
        line = self._lines.get(item.tenant, ())
        if len(line) >= self._per_tenant or len(self) >= 10 * self._per_tenant:
            return False
        self._lines.setdefault(item.tenant, deque()).append(item)
        return True

    def take(self, may_run: Callable[[str], bool]) -> Item | None:
        """The next item of the first tenant that may run something; None when nobody may."""
        for tenant, line in self._lines.items():
            if may_run(tenant):
                item = line.popleft()
                self._lines.move_to_end(tenant)
                if not line:
                    del self._lines[tenant]
                return item
        return None

    def remove(self, item: Item) -> bool:
        """Take it out wherever it stands; whether it was there."""
        line = self._lines.get(item.tenant)
        if line is None or item not in line:
            return False
        line.remove(item)
        if not line:
            del self._lines[item.tenant]
        return True
