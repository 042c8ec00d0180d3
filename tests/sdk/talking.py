"""A person who talks with an agent, over the API as the page does."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from tests.people import JSONClient, Person

PATIENCE = 30.0  # seconds until a test gives up; nothing is measured
Message = dict[str, Any]


@dataclass
class Talk:
    """A conversation of a person with an agent of theirs; `env` is what they copied."""

    client: JSONClient
    agent_id: str
    env: str
    conversation_id: str
    heard: int = 0

    @classmethod
    def begin(cls, person: Person) -> Talk:
        client = person.client  # each `client` of a person signs in anew
        made = _created(client.post("/api/agents", {"name": "Helper"}))
        agent_id = made["agent"]["id"]
        talk = _created(client.post("/api/conversations", {"agent_ids": [agent_id]}))
        return cls(client, agent_id, made["env"], talk["conversation"]["id"])

    def say(self, text: str, attachments: list[str] | None = None) -> Message:
        """Send a message."""
        body = {"text": text, "attachments": attachments or []}
        response = self.client.post(f"{self._path}/messages", body)
        assert response.status_code == 202, response.content
        said: Message = response.json()["message"]
        return said

    def next(self) -> Message:
        """The next message of the agent."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for message in self._history():
                if message["number"] > self.heard and message["sender"]["kind"] == "agent":
                    self.heard = message["number"]
                    return message
            assert time.monotonic() < deadline, f"the agent said nothing more after {self._history()[-3:]}"
            time.sleep(0.05)

    def text(self) -> str:
        """What the agent says next."""
        message = self.next()
        assert message["payload"] is None or message["payload"].get("type") != "agent_widget", message
        return str(message["text"])

    def said(self) -> Any:
        """What the next message says behind `= `."""
        text = self.text()
        assert text.startswith("= "), text
        return json.loads(text.removeprefix("= "))

    def widget(self, kind: str) -> Message:
        """The next message, which asks something."""
        message = self.next()
        assert message["payload"]["type"] == "agent_widget", message
        assert message["payload"]["kind"] == kind, message
        return message

    def now(self, message: Message) -> Message:
        """The message as it is now."""
        shown: Message = self.client.get(f"{self._path}/messages/{message['id']}").json()["message"]
        return shown

    def until(self, message: Message, **spec: Any) -> Message:
        """The payload of a widget once its spec has these values."""
        deadline = time.monotonic() + PATIENCE
        while True:
            payload: Message = self.now(message)["payload"]
            if payload["spec"] | spec == payload["spec"]:
                return payload
            assert time.monotonic() < deadline, payload
            time.sleep(0.05)

    def answer(self, message: Message, value: Any) -> None:
        """Answer a widget."""
        self._answer(message, {"value": value})

    def cancel(self, message: Message) -> None:
        """Cancel a widget."""
        self._answer(message, {"cancelled": True})

    def upload(self, name: str, content: bytes) -> str:
        """Store a file to be said; its id."""
        body = {"file": SimpleUploadedFile(name, content)}
        made = _created(self.client.post(f"{self._path}/attachments", body, MULTIPART_CONTENT))
        return str(made["attachment"]["id"])

    def download(self, attachment: Message) -> bytes:
        """The bytes of a file that was said."""
        response = self.client.get(attachment["url"])
        assert response.status_code == 200
        return response.getvalue()

    @property
    def _path(self) -> str:
        return f"/api/conversations/{self.conversation_id}"

    def _history(self) -> list[Message]:
        messages: list[Message] = self.client.get(f"{self._path}/messages").json()["messages"]
        return messages

    def _answer(self, message: Message, body: Message) -> None:
        response = self.client.post(f"{self._path}/messages/{message['id']}/answer", body)
        assert response.status_code in (200, 201), response.content


def _created(response: Any) -> Any:
    assert response.status_code == 201, response.content
    return response.json()
