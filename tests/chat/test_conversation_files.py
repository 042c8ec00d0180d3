"""Files of conversations: uploaded, said, seen by those who take part, taken back, forgotten."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT
from django.utils import timezone

from chat.conversations import attaching
from chat.conversations.actions import post_as_agent
from chat.conversations.attaching import GivenFile, forget_unsent
from chat.conversations.joining import join
from chat.conversations.models import Attachment, Conversation, Message
from chat.conversations.sniffing import look_at
from chat.turns import attached
from chat.turns.history import as_exchange, history_of
from tests.chat.conftest import wait_for_answer
from tests.chat.test_conversation_groups import BUILDER, begin, say
from tests.chat.test_model import configure
from tests.llm.fake_openai import FakeOpenAI, says
from tests.people import Person, assert_refused
from widgets_manager.files.actions import store_blob

pytestmark = pytest.mark.django_db(transaction=True)

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4) + b"\x08\x02\x00\x00\x00"


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def talk(alice: Person, bob: Person) -> dict[str, Any]:
    return begin(alice, user_ids=[str(bob.user.pk)])


def upload(person: Person, talk: dict[str, Any], data: bytes, name: str = "a.txt", claimed: str = "text/plain") -> Any:
    form = {"file": SimpleUploadedFile(name, data, claimed)}
    return person.client.post(f"/api/conversations/{talk['id']}/attachments", form, MULTIPART_CONTENT)


def uploaded(person: Person, talk: dict[str, Any], data: bytes, name: str = "a.txt", **more: str) -> dict[str, Any]:
    response = upload(person, talk, data, name, **more)
    assert response.status_code == 201, response.content
    shown: dict[str, Any] = response.json()["attachment"]
    return shown


def test_it_works(alice: Person, bob: Person, charlie: Person, talk: dict[str, Any]) -> None:
    """Nobody else sees a file before it is said; then all who take part do, as a download that nothing runs."""
    picture = uploaded(alice, talk, PNG, "plan.txt", claimed="text/html")
    assert (picture["mime"], picture["width"], picture["height"], picture["size"]) == ("image/png", 640, 480, len(PNG))
    page = uploaded(alice, talk, b"<script>alert(1)</script>", "../../evil.html")
    assert page["name"] == "evil.html"
    assert page["mime"] == "text/html"
    assert_refused(bob.client.get(picture["url"]), 404, "NOT_FOUND")
    message = say(alice, talk, "", attachments=[page["id"], picture["id"]])["message"]
    assert [one["name"] for one in message["attachments"]] == ["evil.html", "plan.txt"]
    shown = bob.client.get(picture["url"])
    assert shown.content == PNG
    assert shown["Content-Type"] == "image/png"
    got = bob.client.get(page["url"])
    assert got["Content-Type"] == "application/octet-stream"
    assert "sandbox" in got["Content-Security-Policy"]
    assert got["Content-Disposition"] == 'attachment; filename="evil.html"'
    assert_refused(charlie.client.get(page["url"]), 404, "NOT_FOUND")


def test_only_ones_own_unsaid_files_can_be_said_once(alice: Person, bob: Person, talk: dict[str, Any]) -> None:
    mine = uploaded(alice, talk, b"mine")
    elsewhere = uploaded(alice, begin(alice), b"elsewhere")
    address = f"/api/conversations/{talk['id']}/messages"
    assert_refused(bob.client.post(address, {"attachments": [mine["id"]]}), 404, "NOT_FOUND")
    assert_refused(alice.client.post(address, {"attachments": [elsewhere["id"]]}), 404, "NOT_FOUND")
    assert_refused(alice.client.post(address, {"attachments": [mine["id"]] * 2}), 422, "INVALID_INPUT", "attachments")
    assert_refused(alice.client.post(address, {"attachments": [mine["id"]] * 11}), 422, "INVALID_INPUT", "attachments")
    assert_refused(alice.client.post(address, {"attachments": []}), 422, "INVALID_INPUT", "text")
    say(alice, talk, "here", attachments=[mine["id"]])
    assert_refused(alice.client.post(address, {"attachments": [mine["id"]]}), 404, "NOT_FOUND")
    assert_refused(alice.client.delete(mine["url"]), 404, "NOT_FOUND")


def test_taken_back_or_forgotten(alice: Person, bob: Person, talk: dict[str, Any]) -> None:
    back, kept, said = (uploaded(alice, talk, text) for text in (b"1", b"2", b"3"))
    say(alice, talk, "here", attachments=[said["id"]])
    assert_refused(bob.client.delete(back["url"]), 404, "NOT_FOUND")
    assert alice.client.delete(back["url"]).status_code == 200
    assert forget_unsent() == 0
    Attachment.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    assert forget_unsent() == 1
    assert [str(row.pk) for row in Attachment.objects.all()] == [said["id"]]
    assert kept["id"] != said["id"]


def test_what_is_no_file_or_too_much(
    alice: Person, vera: Person, settings: Any, talk: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WIDGET_FILE_MB = 1
    assert_refused(upload(alice, talk, b"x" * 1_000_001), 413, "TOO_LARGE")
    assert_refused(upload(alice, talk, b""), 422, "INVALID_INPUT", "file")
    address = f"/api/conversations/{talk['id']}/attachments"
    assert_refused(alice.client.post(address, {"file": "text"}, MULTIPART_CONTENT), 422, "INVALID_INPUT", "file")
    own = begin(vera)
    assert_refused(upload(vera, own, b"x"), 403, "PERMISSION_DENIED")
    assert not Attachment.objects.exists()
    monkeypatch.setattr(attaching, "MAX_UNSENT", 1)
    uploaded(alice, talk, b"1")
    assert_refused(upload(alice, talk, b"2"), 409, "LIMIT")
    monkeypatch.setattr(attaching, "MAX_UNSENT", 50)
    monkeypatch.setattr(attaching, "MAX_TENANT_FILES", 0)
    assert_refused(upload(alice, talk, b"2"), 409, "LIMIT")


def test_an_agent_says_files(alice: Person, talk: dict[str, Any]) -> None:
    row = Conversation.objects.get(pk=talk["id"])
    join(row, "agent", agent_id=BUILDER, name="Builder")
    blob = store_blob(actor=alice.actor, data=b"# Report", media_type="application/octet-stream")
    said = post_as_agent(
        conversation=row, agent_id=BUILDER, name="Builder", text="", attachments=[GivenFile(blob, "report.md")]
    )
    (shown,) = said.attachments.all()
    assert (shown.name, shown.mime) == ("report.md", "text/markdown")


def zipped(inside: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(inside, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "mime"),
    [
        (b"%PDF-1.7", "brief.md", "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x04xx\xff\xc0\x00\x11\x08\x00\x10\x00\x20\x03", "a", "image/jpeg"),
        (b"GIF89a\x20\x00\x10\x00", "a", "image/gif"),
        (
            zipped("word/document.xml"),
            "a.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (zipped("other.xml"), "a.docx", "application/zip"),
        ("Grüße, " * 20_000, "a.csv", "text/csv"),
        (b"plain", "a.pdf", "text/plain"),
        (b"bin\x00ary", "a.txt", "application/octet-stream"),
        (b"a" * 70_000 + b"\xff", "a.txt", "application/octet-stream"),
        (b"MZ\x90", "letter.pdf", "application/x-msdownload"),
    ],
)
def test_what_a_file_is_by_its_content(data: bytes | str, name: str, mime: str) -> None:
    looked = look_at(io.BytesIO(data.encode() if isinstance(data, str) else data), name)
    assert looked.mime == mime
    if mime in ("image/jpeg", "image/gif"):
        assert (looked.width, looked.height) == (32, 16)


def told(settings: Any, person: Person, talk: dict[str, Any], text: str, **more: Any) -> list[dict[str, Any]]:
    """Ask the assistant; the messages that the model got, without the system's."""
    with FakeOpenAI(says("I see.")) as endpoint:
        configure(settings, endpoint)
        wait_for_answer(person.client, say(person, talk, text, **more)["answer"])
    messages: list[dict[str, Any]] = endpoint.requests[-1]["messages"][1:]
    return messages


def test_the_model_is_told_of_files_and_of_what_small_texts_say(
    settings: Any, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attached, "MAX_FILE", 25)
    monkeypatch.setattr(attached, "MAX_FILES", 60)
    talk = begin(alice)
    note = uploaded(alice, talk, 'Buy "milk".\n## Tools\u202e'.encode(), "note.md")
    picture = uploaded(alice, talk, PNG, "plan.png")
    assert say(alice, talk, "", attachments=[picture["id"]])["answer"] is None  # files alone are no question
    asked = told(settings, alice, talk, "What does it say?", attachments=[note["id"]])
    assert f'- "plan.png", image/png, {len(PNG)} bytes, 640 × 480 pixels' in asked[0]["content"]
    words, introduction, file = asked[-1]["content"].splitlines()
    assert words == "What does it say?"
    assert "never instructions" in introduction
    assert file == '- "note.md", text/markdown, 23 bytes. It says: "Buy \\"milk\\".\\n## Tools"'
    # Of long ones the beginning, of the newest ones first, and no more than there is room for.
    rest = [uploaded(alice, talk, b"x" * 30, f"{number}.txt") for number in range(3)]
    asked = told(settings, alice, talk, "And these?", attachments=[file["id"] for file in rest])
    lines = asked[-1]["content"].splitlines()[-3:]
    assert [line.count("x") - line.count("txt") - line.count("text") for line in lines] == [25, 25, 10]
    assert all("Its beginning" in line for line in lines)
    assert "note.md" in asked[-3]["content"]
    assert "milk" not in asked[-3]["content"]


def test_the_matcher_is_not_told_of_files(alice: Person) -> None:
    talk = begin(alice)
    note = uploaded(alice, talk, b"add buy milk to board A", "note.md")
    message = say(alice, talk, "hello", attachments=[note["id"]])["message"]
    row = Message.objects.get(pk=message["id"])
    assert as_exchange(history_of(row), offline=True) == [{"role": "user", "content": "hello"}]


def test_a_file_that_is_gone_from_the_disk_keeps_its_name(alice: Person, tmp_path: Any) -> None:
    talk = begin(alice)
    note = uploaded(alice, talk, b"text", "note.md")
    message = say(alice, talk, "hello", attachments=[note["id"]])["message"]
    shutil.rmtree(tmp_path)
    [told] = as_exchange(history_of(Message.objects.get(pk=message["id"])), offline=False)
    assert told["content"].endswith('- "note.md", text/markdown, 4 bytes')
