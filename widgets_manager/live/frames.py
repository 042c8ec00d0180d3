"""Stage: validation. The frames of `/ws/live/`: what clients may say, and what they are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson

from widgets_manager.core.exceptions import ApiError, InvalidInput
from widgets_manager.core.strict_json import parse_json

MAX_FRAME: Final = 4096  # bytes of a client's frame
MAX_NUMBER: Final = 2**53 - 1  # what a browser counts exactly

# The types of frames and their fields; the stranger table and docs/live.md are held to these.
CLIENT_FRAMES: Final = {"subscribe": ("stream", "after"), "unsubscribe": ("stream",), "ping": ()}
SERVER_FRAMES: Final = {
    "snapshot": ("stream", "number", "data"),
    "subscribed": ("stream", "number"),
    "event": ("stream", "number", "event", "data"),
    "ephemeral": ("stream", "event", "data"),
    "resync": ("stream",),
    "error": ("code", "message", "stream"),
    "pong": (),
}


@dataclass(frozen=True, slots=True)
class Closing:
    """Why the server ends a connection."""

    code: int
    reason: str


SIGNED_OUT: Final = Closing(4401, "signed out")
OTHER_TENANT: Final = Closing(4401, "another organisation is chosen now")
ACCESS_CHANGED: Final = Closing(4403, "access changed")


@dataclass(frozen=True, slots=True)
class ClientFrame:
    """A frame that a client sent; `stream` is still to be parsed, `after` is checked."""

    type: str
    stream: str = ""
    after: int | None = None


def parse_client_frame(text: str | None) -> ClientFrame:
    """Raises InvalidJson, TooLarge or InvalidInput; a binary frame arrives here as None."""
    if text is None:
        raise InvalidInput("A frame is JSON text, not binary.")
    data = parse_json(text, max_bytes=MAX_FRAME, max_depth=8)
    kind = data.get("type") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in CLIENT_FRAMES:
        raise InvalidInput(f"type: must be one of {', '.join(CLIENT_FRAMES)}", path="type")
    fields = CLIENT_FRAMES[kind]
    unknown = sorted(set(data) - {"type", *fields})
    if unknown:
        allowed = ", ".join(("type", *fields))
        raise InvalidInput(f"unknown field '{unknown[0][:60]}'; allowed: {allowed}", path=unknown[0][:60])
    return ClientFrame(kind, _stream(data) if fields else "", _after(data))


def _stream(data: dict[str, Any]) -> str:
    stream = data.get("stream")
    if not isinstance(stream, str) or len(stream) > 100:
        raise InvalidInput("stream: must be text such as workspace:<uuid>", path="stream")
    return stream


def _after(data: dict[str, Any]) -> int | None:
    after = data.get("after")
    if after is None:
        return None
    if not isinstance(after, int) or isinstance(after, bool) or not 0 <= after <= MAX_NUMBER:
        raise InvalidInput("after: must be the number of an event, or null", path="after")
    return after


def snapshot_frame(stream: object, number: int, data: dict[str, Any]) -> str:
    """The state of a stream at `number`; it replaces whatever the client knew."""
    return _dump({"type": "snapshot", "stream": str(stream), "number": number, "data": data})


def subscribed_frame(stream: object, number: int) -> str:
    """The client's number was usable; the events up to `number`, if any, follow."""
    return _dump({"type": "subscribed", "stream": str(stream), "number": number})


def event_frame(stream: object, number: int, event: str, data: str) -> str:
    """A stored event; `data` is JSON text, which is not parsed again for every socket."""
    return f'{{"type":"event","stream":"{stream}","number":{number},"event":"{event}","data":{data}}}'


def ephemeral_frame(stream: object, event: str, data: str) -> str:
    """An event that is never stored; `data` is JSON text."""
    return f'{{"type":"ephemeral","stream":"{stream}","event":"{event}","data":{data}}}'


def resync_frame(stream: object) -> str:
    """The client is no longer subscribed and should subscribe again, after the last number it has seen."""
    return _dump({"type": "resync", "stream": str(stream)})


def error_frame(error: ApiError, stream: str | None = None) -> str:
    """A refusal; with `stream`, of a subscription to it."""
    frame = {"type": "error", "code": error.code, "message": error.message}
    return _dump(frame | ({"stream": stream} if stream else {}))


PONG: Final = '{"type":"pong"}'


def _dump(frame: dict[str, Any]) -> str:
    return orjson.dumps(frame).decode()
