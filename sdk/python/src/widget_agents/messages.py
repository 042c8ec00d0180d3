"""What an agent receives: messages, answers to widgets, attachments. Read from the frames of the wire."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

Download = Callable[[str], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class AgentAttachment:
    """A file of a message. `size` in bytes; `width` and `height` in pixels."""

    id: str
    name: str
    mime: str
    size: int
    blob_id: str
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    thumbnail_blob_id: str | None = None
    fetch: Download | None = field(default=None, repr=False, compare=False)

    async def download(self) -> bytes:
        """The content. Raises httpx.HTTPError, and Refused when the server does not give it."""
        if self.fetch is None:
            raise RuntimeError("this attachment was not received from a client: give it to client.download_attachment")
        return await self.fetch(self.blob_id)

    @property
    def wire(self) -> dict[str, Any]:
        """As it stands in frames."""
        names = ("id", "name", "mime", "size", "blob_id", *_OPTIONAL)
        return {name: value for name in names if (value := getattr(self, name)) is not None}


_OPTIONAL = {
    "sha256": str,
    "width": int,
    "height": int,
    "duration_ms": int,
    "thumbnail_blob_id": str,
}


@dataclass(frozen=True, slots=True)
class WidgetResponse:
    """A person's answer: `ref` is the id of the widget, `value` what its kind says."""

    id: str
    ref: str
    value: Any = None
    cancelled: bool = False


class Place(TypedDict):
    """Where something is sent."""

    conversation_id: str
    to: str


@dataclass(frozen=True, slots=True)
class AgentMessage:
    """A message of a person. `raw` is the whole frame."""

    id: str
    conversation_id: str
    from_id: str
    text: str
    attachments: list[AgentAttachment] = field(default_factory=list)
    reply_to_message_id: str | None = None
    widget_response: WidgetResponse | None = None
    from_device_id: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def place(self) -> Place:
        """Where its sender reads: `await agent.send_message(**message.place, text="…")`."""
        return {"conversation_id": self.conversation_id, "to": self.from_id}


def encode_text(text: str) -> str:
    """`payload_b64` of a text; one that looks like JSON is wrapped, so that it is read as what it is."""
    wrapped = json.dumps({"kind": "chat.message", "text": text}) if text.startswith("{") else text
    return encode_payload(wrapped)


def encode_payload(text: str) -> str:
    """`payload_b64` of a text that is a payload already."""
    return base64.b64encode(text.encode()).decode()


def read_message(frame: Mapping[str, Any], fetch: Download) -> AgentMessage:
    """The message of a MSG frame. Raises ValueError when the frame is none."""
    for name in ("id", "from", "conversation_id"):
        if not isinstance(frame.get(name), str) or not frame[name]:
            raise ValueError(f"{name}: a text is required")
    if frame.get("encrypted"):
        raise ValueError("encrypted: this client cannot read encrypted messages")
    text, response = _read_text(base64.b64decode(str(frame.get("payload_b64", ""))).decode())
    files = frame.get("attachments")
    return AgentMessage(
        id=frame["id"],
        conversation_id=frame["conversation_id"],
        from_id=frame["from"],
        text=text,
        attachments=[read_attachment(file, fetch) for file in files] if isinstance(files, list) else [],
        reply_to_message_id=_text(frame.get("reply_to_message_id")),
        widget_response=response,
        from_device_id=_text(frame.get("from_device_id")),
        raw=frame,
    )


def read_attachment(value: Any, fetch: Download | None = None) -> AgentAttachment:
    """An attachment of a frame or of the answer to a file picker. Raises ValueError."""
    try:
        optional = {name: value[name] for name, kind in _OPTIONAL.items() if isinstance(value.get(name), kind)}
        return AgentAttachment(
            id=str(value["id"]),
            name=str(value["name"]),
            mime=str(value["mime"]),
            size=int(value["size"]),
            blob_id=str(value["blob_id"]),
            fetch=fetch,
            **optional,
        )
    except (AttributeError, KeyError, TypeError) as fault:
        raise ValueError(f"attachments: not an attachment ({fault!r})") from fault


def _read_text(text: str) -> tuple[str, WidgetResponse | None]:
    """What a person wrote, or the answer to a widget. JSON of no known form is what a person wrote."""
    if not text.startswith("{"):
        return text, None
    try:
        payload = json.loads(text)
    except ValueError:
        return text, None
    if payload.get("type") == "widget.response" and isinstance(payload.get("ref"), str):
        response = WidgetResponse(
            id=str(payload.get("id", "")),
            ref=payload["ref"],
            value=payload.get("value"),
            cancelled=payload.get("cancelled") is True,
        )
        return "", response
    if payload.get("kind") == "chat.message" and isinstance(payload.get("text"), str):
        return payload["text"], None
    return text, None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
