"""Every frame and every way to get one wrong: refused with an ERROR, and the connection stays."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from chat.agents.frames import CLIENT_FRAMES, MAX_FRAME, MAX_TEXT
from tests.agents.client import AgentClient
from tests.agents.conftest import Talk, make_talk
from tests.people import Person

OTHER = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


@pytest.fixture
def talk(transactional_db: None, alice: Person) -> Talk:
    return make_talk(alice)


def b64(text: str | bytes) -> str:
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


# What is sent (raw, or changes of a good MSG; None takes a field away), the code, the path, a word of the message.
RAW: list[tuple[str | bytes, str, str | None]] = [
    ("{", "INVALID_JSON", None),
    ('{"type":"MSG","type":"MSG"}', "INVALID_JSON", "type"),
    ('{"type":NaN}', "INVALID_JSON", "type"),
    ('{"type":' + "[" * 3000, "INVALID_JSON", "type"),
    ('["MSG"]', "INVALID_FRAME", None),
    ("7", "INVALID_FRAME", None),
    ("{}", "INVALID_FRAME", "type"),
    ('{"type":7}', "INVALID_FRAME", "type"),
    (b"\x00\x01", "INVALID_FRAME", None),
    ('{"x":"' + "x" * MAX_FRAME + '"}', "TOO_LARGE", None),
    ('{"type":"ACK_READ"}', "INVALID_FRAME", "message_id"),
    ('{"type":"ACK_READ","message_id":"that one"}', "INVALID_FRAME", "message_id"),
]
WRONG: list[tuple[dict[str, Any], str, str | None]] = [
    ({"id": None}, "INVALID_FRAME", "id"),
    ({"id": ""}, "INVALID_FRAME", "id"),
    ({"id": 7}, "INVALID_FRAME", "id"),
    ({"id": "x" * 201}, "INVALID_FRAME", "id"),
    ({"conversation_id": None}, "INVALID_FRAME", "conversation_id"),
    ({"conversation_id": OTHER}, "NOT_FOUND", None),
    ({"conversation_id": "none"}, "NOT_FOUND", None),
    ({"to": None}, "INVALID_FRAME", "to"),
    ({"to": OTHER}, "NOT_FOUND", None),
    ({"to": "alice"}, "NOT_FOUND", None),
    ({"to": f"group:{OTHER}"}, "INVALID_FRAME", "to"),
    ({"payload_b64": None}, "INVALID_FRAME", "payload_b64"),
    ({"payload_b64": 7}, "INVALID_FRAME", "payload_b64"),
    ({"payload_b64": "a-b_"}, "INVALID_FRAME", "payload_b64"),
    ({"payload_b64": b64(b"\xff\xfe")}, "INVALID_FRAME", "payload_b64"),
    ({"payload_b64": b64("a\x00b")}, "INVALID_FRAME", "payload_b64"),
    ({"payload_b64": b64("x" * (MAX_TEXT + 1))}, "TOO_LARGE", "payload_b64"),
    ({"payload_b64": b64("")}, "INVALID_PAYLOAD", "payload_b64"),
    ({"encrypted": True}, "ENCRYPTION_UNSUPPORTED", "encrypted"),
    ({"encrypted": "no"}, "ENCRYPTION_UNSUPPORTED", "encrypted"),
    ({"reply_to_message_id": OTHER}, "NOT_FOUND", None),
    ({"reply_to_message_id": ""}, "INVALID_FRAME", "reply_to_message_id"),
    ({"attachments": {}}, "INVALID_FRAME", "attachments"),
    ({"attachments": [{"blob_id": OTHER}] * 11}, "INVALID_FRAME", "attachments"),
    ({"attachments": ["a"]}, "INVALID_FRAME", "attachments[0]"),
    ({"attachments": [{"name": "a"}]}, "INVALID_FRAME", "attachments[0].blob_id"),
    ({"attachments": [{"blob_id": OTHER, "name": 7}]}, "INVALID_FRAME", "attachments[0].name"),
    ({"attachments": [{"blob_id": OTHER, "name": "a"}]}, "NOT_FOUND", None),
]
# Texts that begin with a brace are JSON of one of the known forms.
PAYLOADS: list[tuple[Any, str, str | None]] = [
    ("{not json", "INVALID_PAYLOAD", None),
    ({"hello": 1}, "INVALID_PAYLOAD", "type"),
    ({"type": "widget.unknown"}, "INVALID_PAYLOAD", "type"),
    ({"type": "widget.response", "id": "a", "ref": "w", "value": True}, "INVALID_PAYLOAD", "type"),
    ({"kind": "chat.message"}, "INVALID_PAYLOAD", "text"),
    ({"kind": "chat.message", "text": 7}, "INVALID_PAYLOAD", "text"),
    ({"kind": "chat.message", "text": "a", "attachments": [7]}, "INVALID_PAYLOAD", "attachments[0]"),
    ({"type": "widget.standard", "kind": "confirm", "spec": {"title": "a"}}, "INVALID_PAYLOAD", "id"),
    ({"type": "widget.standard", "id": "w", "spec": {"title": "a"}}, "INVALID_PAYLOAD", "kind"),
    ({"type": "widget.standard", "id": "w", "v": 2, "kind": "confirm"}, "INVALID_PAYLOAD", "v"),
    ({"type": "widget.standard", "id": "w", "kind": "guess", "spec": {}}, "INVALID_SPEC", "kind"),
    ({"type": "widget.standard", "id": "w", "kind": "confirm"}, "INVALID_SPEC", "spec"),
    (
        {"type": "widget.standard", "id": "w", "kind": "confirm", "spec": {"title": "a"}, "expires_at": "soon"},
        "INVALID_PAYLOAD",
        "expires_at",
    ),
    (
        {
            "type": "widget.standard",
            "id": "w",
            "kind": "confirm",
            "spec": {"title": "a"},
            "expires_at": "2020-01-01T00:00:00Z",
        },
        "INVALID_SPEC",
        "expires_at",
    ),
    (
        {"type": "widget.standard", "id": "w", "kind": "confirm", "spec": {"title": "a"}, "response_mode": "all"},
        "INVALID_PAYLOAD",
        "response_mode",
    ),
    ({"type": "widget.update", "id": "u", "ref": "none", "patch": {}}, "NOT_FOUND", None),
    ({"type": "widget.update", "id": "u", "patch": {}}, "INVALID_PAYLOAD", "ref"),
    ({"type": "widget.update", "id": "u", "ref": "w"}, "INVALID_PAYLOAD", "patch"),
    ({"type": "widget.update", "id": "u", "ref": "w", "patch": {"spec": 7}}, "INVALID_PAYLOAD", "patch.spec"),
    ({"type": "widget.update", "id": "u", "ref": "w", "patch": {"kind": "x"}}, "INVALID_PAYLOAD", "patch.kind"),
]


def test_whatever_is_wrong_is_told_and_the_connection_stays(live_url: str, talk: Talk) -> None:
    with AgentClient(live_url, talk.token) as agent:
        for text, code, path in RAW:
            agent.socket.send(text)
            answer = agent.next()
            found = (answer["type"], answer["code"], answer.get("path", "").partition("[")[0] or None)
            assert found == ("ERROR", code, path), (text, answer)
        for changes, code, path in WRONG:
            frame = {
                "type": "MSG",
                "id": "one",
                "conversation_id": str(talk.conversation.pk),
                "to": str(talk.person.user.pk),
                "payload_b64": b64("hello"),
                "encrypted": False,
            } | changes
            agent.send(**{key: value for key, value in frame.items() if value is not None})
            answer = agent.next()
            assert (answer["code"], answer.get("path")) == (code, path), (changes, answer)
            assert path is None or path.split("[")[0].split(".")[0] in answer["message"], answer
            assert answer.get("id") == (
                frame["id"] if isinstance(frame["id"], str) and len(frame["id"]) <= 200 else None
            )
        for payload, code, path in PAYLOADS:
            text = payload if isinstance(payload, str) else json.dumps(payload)
            answer = agent.say(talk.conversation.pk, talk.person.user.pk, text)
            assert (answer.get("code"), answer.get("path")) == (code, path), (payload, answer)
        assert agent.say(talk.conversation.pk, talk.person.user.pk, "still here")["type"] == "ACK"
    assert talk.said == ["still here"]


def test_what_is_not_known_is_ignored(live_url: str, talk: Talk) -> None:
    with AgentClient(live_url, talk.token) as agent:
        agent.send(type="TYPING", conversation_id=str(talk.conversation.pk))
        agent.send(type="ACK_READ", to="x", message_id=OTHER, conversation_id="x", more=1)
        agent.nothing_more()
        answer = agent.say(
            talk.conversation.pk, talk.person.user.pk, "hello", to_device_id="d", history_record={"a": 1}
        )
        assert answer["type"] == "ACK"


def test_nothing_but_messages_and_errors_comes_unasked(live_url: str, talk: Talk) -> None:
    with AgentClient(live_url, talk.token, acks=False) as agent:
        agent.send(
            type="MSG",
            id="a",
            conversation_id=str(talk.conversation.pk),
            to=str(talk.person.user.pk),
            payload_b64=b64("hello"),
        )
        agent.nothing_more()
    assert talk.said == ["hello"]


def test_a_text_that_is_written_as_a_message(live_url: str, talk: Talk) -> None:
    with AgentClient(live_url, talk.token) as agent:
        wrapped = json.dumps({"kind": "chat.message", "text": '{"a": 1}', "attachments": []})
        assert agent.say(talk.conversation.pk, f"group:{talk.conversation.pk}", wrapped)["type"] == "ACK"
        # Nobody can type the answer to a widget.
        talk.post('{"type":"widget.response","id":"a","ref":"w","value":true,"cancelled":false}')
        payload = json.loads(agent.take()["text"])
        assert payload["kind"] == "chat.message"
        assert json.loads(payload["text"])["type"] == "widget.response"
    assert talk.said[0] == '{"a": 1}'


def test_a_text_of_a_megabyte(live_url: str, talk: Talk) -> None:
    text = "ä" * (MAX_TEXT // 2)
    with AgentClient(live_url, talk.token) as agent:
        assert agent.say(talk.conversation.pk, talk.person.user.pk, text)["type"] == "ACK"
    assert talk.said == [text]


def test_the_table_of_frames_is_whole() -> None:
    assert set(CLIENT_FRAMES) == {"MSG", "ACK_READ"}
