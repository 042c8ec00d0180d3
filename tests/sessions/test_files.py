"""POST /api/apps/{id}/widgets/files and the download."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import Person, assert_refused
from tests.sessions.conftest import begin, data_of, make_app
from widgets_manager.files.actions import collect_garbage
from widgets_manager.sessions.actions import files
from widgets_manager.sessions.actions.files import plain_name
from widgets_manager.sessions.models import SessionFile
from widgets_manager.widgets.models import InstalledWidget


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


def upload(
    person: Person, app: InstalledWidget, name: str = "a.txt", data: bytes = b"hello", session: str | None = None
) -> Any:
    path = f"/api/apps/{app.pk}/widgets/files" + (f"?session_id={session}" if session else "")
    return Client.post(person.client, path, {"file": SimpleUploadedFile(name, data, "text/html")})


def test_it_works(alice: Person, app: InstalledWidget, session: str) -> None:
    file = data_of(upload(alice, app, 'Übersicht "1".html', b"<script>", session), 201)
    assert file == {
        "id": file["id"],
        "name": 'Übersicht "1".html',
        "size": 8,
        "media_type": "text/html",
        "url": f"/api/widget-files/{file['id']}",
    }
    response = alice.client.get(file["url"])
    assert response.content == b"<script>"
    assert response["Content-Disposition"].startswith("attachment; filename*=")
    assert "sandbox" in response["Content-Security-Policy"]
    assert SessionFile.objects.get().blob_id is not None


def test_a_file_that_is_referred_to_stays(alice: Person, app: InstalledWidget) -> None:
    file = data_of(upload(alice, app), 201)
    from datetime import timedelta

    collect_garbage(timedelta(seconds=-10))
    assert alice.client.get(file["url"]).content == b"hello"


def test_bounds(alice: Person, vera: Person, app: InstalledWidget, settings: Any) -> None:
    settings.WIDGET_FILE_MB = 1
    assert_refused(upload(alice, app, data=b"x" * 1_000_001), 413, "TOO_LARGE")
    path = f"/api/apps/{app.pk}/widgets/files"
    assert_refused(Client.post(alice.client, path, {"other": "x"}), 422, "INVALID_INPUT", "file")
    InstalledWidget.objects.update(user=None)
    assert_refused(upload(vera, app), 403, "PERMISSION_DENIED")
    assert not SessionFile.objects.exists()


def test_a_conversation_keeps_so_much_and_no_more(
    alice: Person, app: InstalledWidget, session: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WIDGET_FILE_MB = 1
    monkeypatch.setattr(files, "MAX_SESSION_FILES", 2)
    for data in (b"x" * 900_000, b"y" * 900_000):
        data_of(upload(alice, app, data=data, session=session), 201)
    error = assert_refused(upload(alice, app, data=b"z" * 250_000, session=session), 409, "LIMIT", "file")
    assert error["message"] == (
        "This conversation has files of 1.8 MB in widgets; with this one of 0.2 MB they would have more than the 2 MB "
        "that are kept."
    )
    data_of(upload(alice, app, data=b"z" * 200_000, session=session), 201)
    data_of(upload(alice, app, data=b"z" * 250_000, session=begin(alice)), 201)  # another one has room
    data_of(upload(alice, app, data=b"z" * 250_000), 201)


def test_so_does_a_person_without_one_and_the_organisation(
    alice: Person, bob: Person, charlie: Person, app: InstalledWidget, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WIDGET_FILE_MB = 1
    monkeypatch.setattr(files, "MAX_SESSION_FILES", 1)
    monkeypatch.setattr(files, "MAX_TENANT_FILES", 2)
    InstalledWidget.objects.update(user=None)
    data_of(upload(alice, app, data=b"x" * 900_000), 201)
    said = assert_refused(upload(alice, app, data=b"x" * 900_000), 409, "LIMIT")["message"]
    assert said.startswith("Without a conversation, you have files of 0.9 MB")
    data_of(upload(bob, app, data=b"x" * 900_000), 201)
    said = assert_refused(upload(bob, app, data=b"x" * 900_000, session=begin(bob)), 409, "LIMIT")["message"]
    assert said.startswith("Your organisation has files of 1.8 MB")
    data_of(upload(charlie, make_app(charlie), data=b"x" * 900_000), 201)


def test_others_do_not_get_in(alice: Person, bob: Person, charlie: Person, app: InstalledWidget, session: str) -> None:
    """Neither to what is of a session, nor to what somebody gave without one."""
    addresses = [data_of(upload(alice, app, session=one), 201)["url"] for one in (session, None)]
    for person in (bob, charlie):
        for address in addresses:
            assert_refused(person.client.get(address), 404, "NOT_FOUND")
        assert_refused(upload(person, app), 404, "NOT_FOUND")
    InstalledWidget.objects.update(user=None)
    assert_refused(upload(bob, app, session=session), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\temp\\a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("a\nb.txt", "a b.txt"),
        ("", "file"),
        ("..", "file"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_names(given: str, kept: str) -> None:
    assert plain_name(given) == kept
