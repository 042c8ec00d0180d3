"""Stage 1 of the isolates service: what is said on its sockets, and how it is told apart.

Three conversations, each in JSON:
- caller and service: frames with their length before them (`pack`, `Frames`); the first names the protocol's version.
- service, zygote and child: one message in one packet of a socket that keeps packets apart.
- caller and child, on a socket that the service makes for one run: lines (`Lines`). Everything a child says is
  untrusted, and so is bounded before it is read.
"""

from __future__ import annotations

import json
import math
import struct
from typing import Any, Final

PROTOCOL: Final = 2
FRAME_SIZE: Final = 64 * 1024
PACKET_SIZE: Final = 4096
_LENGTH: Final = struct.Struct("<I")


class ProtocolError(ValueError):
    """The other side said what it may not; the message says what."""


class TooDeep(ProtocolError):
    """JSON that is nested deeper than this side reads."""


def dumps(value: Any) -> bytes:
    """One line of JSON. Raises TypeError and ValueError for what JSON cannot carry."""
    text = _WRITER.encode(value)
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which only an escape can carry
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def loads(data: bytes) -> dict[str, Any]:
    """A JSON object. Raises ProtocolError for anything else, however deep or large its numbers are."""
    try:
        value = _READER.decode(data.decode("utf-8", "surrogatepass"))
    except RecursionError:
        raise TooDeep("JSON that is nested too deeply") from None
    except ValueError as error:
        raise ProtocolError(f"no JSON: {error}") from None
    if not isinstance(value, dict):
        raise ProtocolError("no JSON object")
    return value


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _whole(text: str) -> int | float:
    """JavaScript has no other numbers than doubles; a long row of digits must not cost quadratic time."""
    return int(text) if len(text) < 20 else _real(text)


def _real(text: str) -> float:
    """Raises ValueError for what is beyond all doubles: as JSON it could not be written again."""
    value = float(text)
    if math.isinf(value):
        raise ValueError("a number beyond all doubles")
    return value


# Made once: json.dumps and json.loads would make one for each message.
_WRITER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_READER: Final = json.JSONDecoder(parse_constant=_refuse, parse_int=_whole, parse_float=_real)


def pack(message: dict[str, Any]) -> bytes:
    """A frame. Raises ProtocolError when it is too large."""
    body = dumps(message)
    if len(body) > FRAME_SIZE:
        raise ProtocolError(f"a frame of {len(body)} bytes")
    return _LENGTH.pack(len(body)) + body


class Frames:
    """Cuts a stream into frames."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """The frames that are complete now. Raises ProtocolError."""
        self._held += data
        found = []
        while len(self._held) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._held)
            if length > FRAME_SIZE:
                raise ProtocolError(f"a frame of {length} bytes")
            if len(self._held) < _LENGTH.size + length:
                break
            found.append(loads(bytes(self._held[_LENGTH.size : _LENGTH.size + length])))
            del self._held[: _LENGTH.size + length]
        return found


class Lines:
    """Cuts a stream into lines of at most `largest` bytes."""

    def __init__(self, largest: int) -> None:
        self._held = bytearray()
        self._largest = largest

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are complete now. Raises ProtocolError."""
        first, *others = data.split(b"\n")
        lines = []
        self._held += first
        for other in others:
            self._bound()
            lines.append(bytes(self._held))
            self._held = bytearray(other)
        self._bound()
        return lines

    def _bound(self) -> None:
        if len(self._held) > self._largest:
            raise ProtocolError(f"a line of more than {self._largest} bytes")
