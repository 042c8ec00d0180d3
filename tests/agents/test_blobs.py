"""`/agent/blobs`: what agents upload, send and read."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from chat.agents.actions import blobs
from chat.agents.actions.delivering import forget_old
from chat.agents.models import AgentBlob
from chat.conversations.models import Attachment
from tests.agents.asking import send
from tests.agents.conftest import Talk, make_talk
from tests.people import Person, assert_refused

BYTES = "application/octet-stream"


def agent_client(talk: Talk) -> Client:
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {talk.token}"})


def upload(talk: Talk, data: bytes = b"%PDF-1.7 brief") -> dict[str, Any]:
    response = agent_client(talk).post("/agent/blobs", data, content_type=BYTES)
    assert response.status_code == 201, response.content
    stored: dict[str, Any] = response.json()
    return stored


def upload_as_person(talk: Talk, data: bytes = b"# Brief", name: str = "brief.md") -> dict[str, Any]:
    """An upload of the person's, and its blob's id."""
    address = f"/api/conversations/{talk.conversation.pk}/attachments"
    response = Client.post(talk.person.client, address, {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 201, response.content
    row = Attachment.objects.get(pk=response.json()["attachment"]["id"])
    return {"id": str(row.pk), "blob_id": str(row.blob_id), "name": row.name, "mime": row.mime, "size": row.size}


def test_it_works(talk: Talk) -> None:
    data = b"%PDF-1.7 brief"
    stored = upload(talk, data)
    assert stored == {"id": stored["id"], "sha256": hashlib.sha256(data).hexdigest()}
    response = agent_client(talk).get(f"/agent/blobs/{stored['id']}")
    assert response.content == data
    assert response["Content-Disposition"] == "attachment"
    file = {"id": "a", "name": "brief.txt", "mime": "text/html", "size": 1, "blob_id": stored["id"]}
    message = send(talk, "Here it is.", attachments=[file])
    assert message is not None
    shown = message.attachments.get()
    assert (shown.name, shown.mime, shown.size) == ("brief.txt", "application/pdf", len(data))


def test_a_body_that_is_larger_than_django_keeps_in_memory(talk: Talk) -> None:
    data = b"x" * 3_000_000
    stored = upload(talk, data)
    assert agent_client(talk).get(f"/agent/blobs/{stored['id']}").content == data


def test_too_large_and_empty_are_refused(talk: Talk, settings: Any) -> None:
    settings.WIDGET_FILE_MB = 1
    client = agent_client(talk)
    assert_refused(client.post("/agent/blobs", b"x" * 1_000_001, content_type=BYTES), 413, "TOO_LARGE")
    assert_refused(client.post("/agent/blobs", b"", content_type=BYTES), 422, "INVALID_INPUT")


def test_only_agents_come_in(talk: Talk) -> None:
    for client, code in (
        (Client(), "NOT_SIGNED_IN"),
        (talk.person.client, "NOT_SIGNED_IN"),
        (talk.person.bearer(), "TOKEN_UNKNOWN"),
    ):
        assert_refused(client.post("/agent/blobs", b"x", content_type=BYTES), 401, code)


def test_an_agent_reads_what_was_said_to_it_and_nothing_else(talk: Talk, bob: Person, charlie: Person) -> None:
    stored = upload(talk)
    address = f"/agent/blobs/{stored['id']}"
    for person in (bob, charlie, talk.person):
        other = make_talk(person, "Other")
        assert_refused(agent_client(other).get(address), 404, "NOT_FOUND")
    assert_refused(agent_client(talk).get("/agent/blobs/none"), 404, "NOT_FOUND")
    said = upload_as_person(talk)
    mine = agent_client(talk)
    assert_refused(mine.get(f"/agent/blobs/{said['blob_id']}"), 404, "NOT_FOUND")
    talk.post("Read this", attachments=[said["id"]])
    assert mine.get(f"/agent/blobs/{said['blob_id']}").content == b"# Brief"
    talk.leave()
    assert_refused(mine.get(f"/agent/blobs/{said['blob_id']}"), 404, "NOT_FOUND")
    assert mine.get(address).status_code == 200


def test_a_page_of_another_origin_may_ask(talk: Talk) -> None:
    response = Client().options("/agent/blobs", headers={"Origin": "https://elsewhere.example"})
    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    refused = Client().get("/agent/blobs/none")
    assert (refused.status_code, refused["Access-Control-Allow-Origin"]) == (401, "*")


def test_how_much_is_kept_and_how_long(talk: Talk, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WIDGET_FILE_MB = 1
    monkeypatch.setattr(blobs, "MAX_FILES", 1)
    said, other = upload(talk, b"x" * 600_000), upload(talk, b"y" * 600_000)
    send(talk, "Here it is.", attachments=[{"name": "x.txt", "blob_id": said["id"]}])
    refused = agent_client(talk).post("/agent/blobs", b"z", content_type=BYTES)
    assert "1 MB" in assert_refused(refused, 409, "LIMIT")["message"]
    AgentBlob.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert forget_old() == 2
    upload(talk, b"z")
    assert agent_client(talk).get(f"/agent/blobs/{said['id']}").status_code == 200
    assert_refused(agent_client(talk).get(f"/agent/blobs/{other['id']}"), 404, "NOT_FOUND")
    # What is uploaded again is kept for another week.
    AgentBlob.objects.update(created_at=timezone.now() - timedelta(days=8))
    upload(talk, b"z")
    assert forget_old() == 0
