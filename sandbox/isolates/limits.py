"""Stage: validation. How much one run may use. Free of Django."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Final

MB: Final = 1024 * 1024
CODE_SIZE: Final = 2 * MB  # bytes of a handler's source
INPUT_SIZE: Final = 16 * MB  # bytes of a line to a child: input and values, or an answer


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run. Heavy runs wait in a queue of their own and get a child that serves nothing else."""

    wall: float = 30.0  # seconds, waiting for host calls included
    cpu: int = 30  # seconds of processor time
    memory: int = 64 * MB  # bytes of heap; what a child may map on top of an empty isolate is half as much more
    calls: int = 1000  # calls of context
    in_flight: int = 200  # of these at once
    payload: int = 1 * MB  # characters of JSON that one call passes
    output: int = 5 * MB  # characters of JSON of the result
    log_lines: int = 500
    log_bytes: int = 64 * 1024
    heavy: bool = False

    def as_json(self) -> dict[str, Any]:
        """What goes over the socket."""
        return asdict(self)


ACTION: Final = Limits()
TOOL: Final = Limits(wall=120, cpu=60)
JOB: Final = Limits(wall=600, cpu=620, memory=512 * MB, calls=10_000, heavy=True)

_LARGEST: Final = Limits(3600, 3700, 1024 * MB, 100_000, 1000, 16 * MB, 16 * MB, 10_000, MB, True)


def parse_limits(data: Any) -> Limits:
    """Limits as another process sent them. Raises ValueError for what is unknown, of a wrong type or out of bounds."""
    if not isinstance(data, dict) or set(data) != {field.name for field in fields(Limits)}:
        raise ValueError("limits: not the known ones")
    for name, value in data.items():
        largest = getattr(_LARGEST, name)
        wanted = (int, float) if name == "wall" else type(largest)
        if not isinstance(value, wanted) or (isinstance(value, bool) and not isinstance(largest, bool)):
            raise ValueError(f"limits: {name} is not a {type(largest).__name__}")
        if not 0 <= value <= largest:
            raise ValueError(f"limits: {name} is not between 0 and {largest}")
    return Limits(**data)
