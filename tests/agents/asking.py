"""What an agent asks and people answer, without a socket: the same calls that the socket makes."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

from chat.agents.access import identify
from chat.agents.actions.incoming import receive_message
from chat.agents.frames import parse_agent_frame
from chat.agents.models import Delivery
from chat.conversations.models import Message
from tests.agents.conftest import Talk
from tests.people import Person


def send(talk: Talk, text: str, *, to: object = None, frame_id: str | None = None, **more: Any) -> Message | None:
    """An agent's MSG; returns the message that it became."""
    frame = {
        "type": "MSG",
        "id": frame_id or str(uuid.uuid4()),
        "conversation_id": str(talk.conversation.pk),
        "to": str(to or talk.person.user.pk),
        "payload_b64": base64.b64encode(text.encode()).decode(),
        "encrypted": False,
    }
    parsed = parse_agent_frame(json.dumps(frame | more))
    assert parsed is not None
    message_id = receive_message(identify(talk.token), parsed)
    return Message.objects.get(pk=message_id) if message_id else None


def ask(talk: Talk, kind: str, spec: Any, *, to: object = None, widget_id: str = "w", **more: Any) -> Message:
    """A widget; returns its message."""
    widget = {"type": "widget.standard", "id": widget_id, "v": 1, "kind": kind, "spec": spec}
    message = send(talk, json.dumps(widget | more), to=to)
    assert message is not None
    return message


def change(talk: Talk, *, ref: str = "w", **patch: Any) -> None:
    """A change of a widget."""
    send(talk, json.dumps({"type": "widget.update", "id": str(uuid.uuid4()), "v": 1, "ref": ref, "patch": patch}))


def to_everybody(talk: Talk) -> str:
    return f"group:{talk.conversation.pk}"


def post_answer(talk: Talk, message: Message, person: Person | None = None, **body: Any) -> Any:
    """The request with an answer."""
    address = f"/api/conversations/{talk.conversation.pk}/messages/{message.pk}/answer"
    return (person or talk.person).client.post(address, body)


def answer(talk: Talk, message: Message, person: Person | None = None, **body: Any) -> dict[str, Any]:
    """An answer that is taken."""
    response = post_answer(talk, message, person, **body)
    assert response.status_code == 201, response.content
    taken: dict[str, Any] = response.json()
    return taken


def frame_of(talk: Talk, body: dict[str, Any]) -> dict[str, Any]:
    """The frame that an answer put on its way to the agent."""
    row = Delivery.objects.get(agent=talk.agent, message_id=body["answer"]["id"])
    frame: dict[str, Any] = json.loads(row.frame)
    return frame


def response_of(talk: Talk, body: dict[str, Any]) -> dict[str, Any]:
    """What that frame says."""
    payload: dict[str, Any] = json.loads(base64.b64decode(frame_of(talk, body)["payload_b64"]))
    return payload
