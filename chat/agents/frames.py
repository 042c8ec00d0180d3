"""Stage: validation. The frames of `/ws/agent`: what agents may say, and what they are told."""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass
from typing import Any, Final

import orjson

from widgets_manager.core.exceptions import ApiError, InvalidInput
from widgets_manager.core.strict_json import parse_json
from widgets_manager.live.frames import Closing

MAX_TEXT: Final = 1024 * 1024  # bytes of a decoded payload
MAX_FRAME: Final = 2 * 1024 * 1024  # bytes of a frame, which holds the payload in base64
MAX_ID: Final = 200  # characters of an id that an agent chooses
MAX_ATTACHMENTS: Final = 10

# The types of frames and their fields; docs/agents.md and the tests are held to these.
CLIENT_FRAMES: Final = {
    "MSG": (
        "id",
        "conversation_id",
        "to",
        "payload_b64",
        "encrypted",
        "to_device_id",
        "reply_to_message_id",
        "attachments",
    ),
    "ACK_READ": ("to", "message_id", "conversation_id"),
}
SERVER_FRAMES: Final = {
    "MSG": (
        "id",
        "from",
        "to",
        "conversation_id",
        "payload_b64",
        "encrypted",
        "reply_to_message_id",
        "attachments",
    ),
    "ERROR": ("code", "message", "id", "path", "retry_after"),
    "ACK": ("id", "message_id"),
    "PING": (),
}
PING: Final = '{"type":"PING"}'

UNKNOWN_TOKEN: Final = Closing(4401, "the token is unknown or revoked")
OWNER_GONE: Final = Closing(4401, "the agent's owner no longer belongs to the organisation")
REPLACED: Final = Closing(4409, "another connection of this agent has taken over")


@dataclass(frozen=True, slots=True)
class AttachmentField:
    """A file that a frame names; what it says of type and size is not believed."""

    blob_id: str
    name: str


@dataclass(frozen=True, slots=True)
class AgentFrame:
    """A checked frame of an agent: MSG with its decoded `text`, or ACK_READ with `message_id`."""

    type: str
    id: str = ""
    conversation_id: str = ""
    to: str = ""
    text: str = ""
    message_id: str = ""
    reply_to: str | None = None
    attachments: tuple[AttachmentField, ...] = ()


class FrameError(ApiError):
    """A frame that was refused; `frame_id` is the id that it gave itself."""

    status = 422
    code = "INVALID_FRAME"

    def __init__(self, error: ApiError, frame_id: str | None = None) -> None:
        super().__init__(error.message, code=error.code, status=error.status, path=error.path)
        self.frame_id = frame_id


def parse_agent_frame(text: str | None) -> AgentFrame | None:
    """The frame, or None for a type that is not known here. Raises FrameError; a binary frame arrives as None."""
    frame_id: str | None = None
    try:
        if text is None:
            raise InvalidInput("A frame is JSON text, not binary.", code="INVALID_FRAME")
        data = parse_json(text, max_bytes=MAX_FRAME)
        if not isinstance(data, dict):
            raise InvalidInput("A frame is a JSON object.", code="INVALID_FRAME")
        given = data.get("id")
        frame_id = given if isinstance(given, str) and len(given) <= MAX_ID else None
        kind = data.get("type")
        if not isinstance(kind, str):
            raise _invalid("type", "required" if kind is None else "must be a string")
        if kind == "MSG":
            return _message(data)
        return _read(data) if kind == "ACK_READ" else None
    except ApiError as error:
        raise FrameError(error, frame_id) from None


def message_frame(
    *,
    message_id: uuid.UUID,
    sender: uuid.UUID,
    agent_id: uuid.UUID,
    conversation_id: uuid.UUID,
    text: str,
    reply_to: uuid.UUID | None,
    attachments: list[dict[str, Any]],
) -> str:
    """What a person said, as the agent gets it."""
    frame: dict[str, Any] = {
        "type": "MSG",
        "id": str(message_id),
        "from": str(sender),
        "to": str(agent_id),
        "conversation_id": str(conversation_id),
        "payload_b64": base64.b64encode(text.encode()).decode(),
        "encrypted": False,
    }
    if reply_to is not None:
        frame["reply_to_message_id"] = str(reply_to)
    if attachments:
        frame["attachments"] = attachments
    return orjson.dumps(frame).decode()


def error_frame(error: ApiError, frame_id: str | None = None) -> str:
    """A refusal; `id` is that of the refused frame, `path` the place of the fault, `retry_after` seconds."""
    frame = {"type": "ERROR", "code": error.code, "message": error.message, "id": frame_id, "path": error.path}
    frame["retry_after"] = error.data.get("retry_after")
    return orjson.dumps({key: value for key, value in frame.items() if value is not None}).decode()


def ack_frame(frame_id: str, message_id: uuid.UUID | None) -> str:
    """The agent's frame was carried out (now or before); `message_id` is the message that it became."""
    return orjson.dumps({"type": "ACK", "id": frame_id, "message_id": str(message_id) if message_id else None}).decode()


def _message(data: dict[str, Any]) -> AgentFrame:
    if data.get("encrypted", False) is not False:
        raise InvalidInput(
            "encrypted: end-to-end encryption is not supported yet; send encrypted false and the text as it is",
            code="ENCRYPTION_UNSUPPORTED",
            path="encrypted",
        )
    reply_to = data.get("reply_to_message_id")
    return AgentFrame(
        "MSG",
        id=_text(data, "id"),
        conversation_id=_text(data, "conversation_id"),
        to=_text(data, "to"),
        text=_payload(data),
        reply_to=_text(data, "reply_to_message_id") if reply_to is not None else None,
        attachments=attachment_fields(data.get("attachments"), "attachments"),
    )


def _read(data: dict[str, Any]) -> AgentFrame:
    return AgentFrame("ACK_READ", message_id=_text(data, "message_id"))


def attachment_fields(given: Any, path: str) -> tuple[AttachmentField, ...]:
    """The files that a list names. Raises InvalidInput with the path of the first fault."""
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > MAX_ATTACHMENTS:
        raise _invalid(path, f"must be a list of at most {MAX_ATTACHMENTS} attachments")
    return tuple(_attachment(item, f"{path}[{index}]") for index, item in enumerate(given))


def _attachment(item: Any, path: str) -> AttachmentField:
    if not isinstance(item, dict):
        raise _invalid(path, "must be an object")
    name = item.get("name", "file")
    if not isinstance(name, str):
        raise _invalid(f"{path}.name", "must be a string")
    return AttachmentField(_text(item, "blob_id", f"{path}."), name)


def _payload(data: dict[str, Any]) -> str:
    given = data.get("payload_b64")
    if not isinstance(given, str):
        raise _invalid("payload_b64", "required" if given is None else "must be a string")
    try:
        raw = base64.b64decode(given, validate=True)
        text = raw.decode()
    except (binascii.Error, ValueError):
        raise _invalid("payload_b64", "must be standard base64 of UTF-8 text") from None
    if len(raw) > MAX_TEXT:
        raise InvalidInput(
            f"payload_b64: has {len(raw):,} bytes; at most {MAX_TEXT:,} are accepted",
            code="TOO_LARGE",
            path="payload_b64",
        )
    if "\x00" in text:
        raise _invalid("payload_b64", "must not contain the NUL character")
    return text


def _text(data: dict[str, Any], name: str, before: str = "") -> str:
    value = data.get(name)
    if value is None:
        raise _invalid(before + name, "required")
    if not isinstance(value, str) or not value or len(value) > MAX_ID:
        raise _invalid(before + name, f"must be a string of 1 to {MAX_ID} characters")
    return value


def _invalid(path: str, what: str) -> InvalidInput:
    return InvalidInput(f"{path}: {what}", code="INVALID_FRAME", path=path)
