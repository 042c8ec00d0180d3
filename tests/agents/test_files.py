"""The file picker: the person's own uploads, of the kinds and as many as were asked for, by their content."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agents.asking import answer, ask, frame_of, post_answer, response_of
from tests.agents.conftest import Talk, make_talk
from tests.agents.specs import FILES
from tests.agents.test_blobs import agent_client, upload_as_person
from tests.people import Person, assert_refused

PDF = b"%PDF-1.7\n"


def ids(*files: dict[str, Any]) -> dict[str, Any]:
    return {"files": [{"id": file["id"], "name": "whatever", "size": 1} for file in files]}


def test_it_works(talk: Talk) -> None:
    message = ask(talk, "file-picker", FILES)
    pdf, note = upload_as_person(talk, PDF, "brief.pdf"), upload_as_person(talk, b"# Brief", "brief.md")
    body = answer(talk, message, value=ids(pdf, note))
    given = response_of(talk, body)["value"]["files"]
    assert [(file["name"], file["mime"], file["size"]) for file in given] == [
        ("brief.pdf", "application/pdf", len(PDF)),
        ("brief.md", "text/markdown", 7),
    ]
    attached = frame_of(talk, body)["attachments"]
    assert [file["blob_id"] for file in attached] == [file["blob_id"] for file in given]
    assert [file["name"] for file in body["answer"]["attachments"]] == ["brief.pdf", "brief.md"]
    assert agent_client(talk).get(f"/agent/blobs/{given[0]['blob_id']}").content == PDF


REFUSED = [
    ("page.pdf", b"<html>no pdf</html>", FILES["accept"], False),
    ("program.md", b"MZ\x90\x00\x03", FILES["accept"], False),
    ("binary.md", b"a\x00b", FILES["accept"], False),
    ("brief.txt", b"text", FILES["accept"], False),
    ("anything.bin", PDF, FILES["accept"], True),
    ("brief.MD", b"text", FILES["accept"], True),
    ("photo.jpg", b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, ["image/*"], True),
    ("photo.jpg", b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, [".jpg"], False),
    ("table.csv", b"a,b", ["text/*"], True),
    ("page.html", b"<html>", ["image/*"], False),
]


@pytest.mark.parametrize(("name", "data", "accept", "taken"), REFUSED)
def test_what_a_file_is_counts_and_not_what_it_is_called(
    talk: Talk, name: str, data: bytes, accept: list[str], taken: bool
) -> None:
    message = ask(talk, "file-picker", FILES | {"accept": accept})
    response = post_answer(talk, message, value=ids(upload_as_person(talk, data, name)))
    if taken:
        assert response.status_code == 201, response.content
    else:
        error = assert_refused(response, 422, "INVALID_INPUT", "value.files[0]")
        assert accept[0] in error["message"]


def test_how_many(talk: Talk) -> None:
    files = [upload_as_person(talk, PDF + bytes([number]), f"{number}.pdf") for number in range(4)]
    message = ask(talk, "file-picker", FILES)
    assert_refused(post_answer(talk, message, value=ids(*files)), 422, "INVALID_INPUT", "value.files")
    assert_refused(post_answer(talk, message, value=ids(files[0], files[0])), 422, "INVALID_INPUT", "value.files")
    one = ask(talk, "file-picker", {"title": "One"}, widget_id="one")
    assert_refused(post_answer(talk, one, value=ids(*files[:2])), 422, "INVALID_INPUT", "value.files")
    answer(talk, one, value=ids(files[0]))
    # A file that was said already is no answer to another question.
    assert_refused(post_answer(talk, message, value=ids(files[0])), 404, "NOT_FOUND")
    answer(talk, message, value=ids(*files[1:]))


def test_files_of_others(alice: Person, bob: Person) -> None:
    talk = make_talk(alice, "Deployer", bob)
    message = ask(talk, "file-picker", FILES, to=bob.user.pk)
    hers = upload_as_person(talk, PDF, "brief.pdf")
    assert_refused(post_answer(talk, message, bob, value=ids(hers)), 404, "NOT_FOUND")
    assert_refused(post_answer(talk, message, bob, value={"files": [{"id": "none"}]}), 404, "NOT_FOUND")
