"""An agent as a program is one: its socket, and the frames in both directions."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any, Self

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

PATIENCE = 20.0  # seconds until a test gives up; nothing is measured


class AgentClient:
    """One connection of an agent."""

    def __init__(self, url: str, token: str, *, acks: bool = True, **options: Any) -> None:
        address = f"{url.replace('http://', 'ws://')}/ws/agent?token={token}{'&acks=1' if acks else ''}"
        self._opening = connect(
            address, proxy=None, **{"max_queue": None, "max_size": None, "open_timeout": 60, **options}
        )
        self.socket: ClientConnection

    def __enter__(self) -> Self:
        self.socket = self._opening.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._opening.__exit__(*error)

    def send(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def next(self) -> dict[str, Any]:
        """The next frame that says something."""
        frame: dict[str, Any] = {"type": "PING"}
        while frame["type"] == "PING":
            frame = json.loads(self.socket.recv(timeout=PATIENCE))
        return frame

    def message(self) -> dict[str, Any]:
        """The next frame, which is a message; `text` is what it says."""
        frame = self.next()
        assert frame["type"] == "MSG", frame
        return frame | {"text": base64.b64decode(frame["payload_b64"]).decode()}

    def read(self, frame: dict[str, Any]) -> None:
        """Acknowledge a message."""
        self.send(type="ACK_READ", to=frame["from"], message_id=frame["id"], conversation_id=frame["conversation_id"])

    def take(self) -> dict[str, Any]:
        """The next message, acknowledged."""
        frame = self.message()
        self.read(frame)
        return frame

    def say(self, conversation: object, to: object, text: str, **more: Any) -> dict[str, Any]:
        """Send a message; returns how it was answered."""
        frame_id = more.pop("id", None) or str(uuid.uuid4())
        payload = base64.b64encode(text.encode()).decode()
        frame = {"type": "MSG", "id": frame_id, "conversation_id": str(conversation), "to": str(to), "encrypted": False}
        self.send(**(frame | {"payload_b64": payload} | more))
        return self.next()

    def ask(self, conversation: object, to: object, kind: str, spec: Any, **more: Any) -> dict[str, Any]:
        """Send a widget; returns how it was answered."""
        envelope = {key: more.pop(key) for key in ("id", "attachments") if key in more}
        widget = {"type": "widget.standard", "id": more.pop("widget_id", "w"), "v": 1, "kind": kind, "spec": spec}
        return self.say(conversation, to, json.dumps(widget | more), **envelope)

    def nothing_more(self) -> None:
        """Whatever the server had to say has been said: a malformed frame is answered first of all."""
        self.socket.send("{")
        frame = self.next()
        assert frame["type"] == "ERROR", frame

    def closed(self) -> tuple[int, str]:
        """Read until the server closes; its code and reason."""
        with pytest.raises(ConnectionClosed) as ended:
            self._read_on()
        assert ended.value.rcvd is not None
        return ended.value.rcvd.code, ended.value.rcvd.reason

    def _read_on(self) -> None:
        while True:
            self.socket.recv(timeout=PATIENCE)
