"""Closed widgets and files without a conversation go after a month, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.people import Person
from tests.sessions.conftest import data_of, render
from tests.sessions.test_files import upload
from widgets_manager.files.actions import collect_garbage
from widgets_manager.files.models import Blob
from widgets_manager.jobs.periodic import registered
from widgets_manager.sessions.models import MountedWidget, SessionFile
from widgets_manager.widgets.models import InstalledWidget

LONG_AGO = timedelta(days=31)
LATELY = timedelta(days=29)


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


def work(name: str) -> Callable[[], object]:
    """What the calendar has under the name."""
    return next(one.work for one in registered() if one.name == name)


def test_it_works(alice: Person, session: str, app: InstalledWidget) -> None:
    ids = [render(alice, session, app=str(app.pk), ref="cards")["widget_id"] for _ in range(3)]
    for widget_id, age in zip(ids, (LONG_AGO, LATELY), strict=False):
        data_of(alice.client.post(f"/api/sessions/{session}/widgets/close", {"widget_id": widget_id}))
        MountedWidget.objects.filter(widget_id=widget_id).update(closed_at=timezone.now() - age)
    MountedWidget.objects.filter(widget_id=ids[2]).update(created_at=timezone.now() - LONG_AGO)
    assert work("widget_sessions.closed_widgets")() == 1
    assert list(MountedWidget.objects.values_list("widget_id", flat=True)) == ids[1:]
    assert work("widget_sessions.closed_widgets")() == 0


def test_files_without_a_conversation(alice: Person, session: str, app: InstalledWidget) -> None:
    old, young = (data_of(upload(alice, app, data=data), 201)["id"] for data in (b"old", b"young"))
    kept = data_of(upload(alice, app, data=b"kept", session=session), 201)["id"]
    SessionFile.objects.exclude(pk=young).update(created_at=timezone.now() - LONG_AGO)
    assert work("widget_sessions.lone_files")() == 1
    assert alice.client.get(f"/api/widget-files/{old}").status_code == 404
    assert {str(row.pk) for row in SessionFile.objects.all()} == {young, kept}
    collect_garbage(timedelta(seconds=-10))
    assert Blob.objects.count() == 2


def test_files_go_with_their_conversation(alice: Person, session: str, app: InstalledWidget) -> None:
    data_of(upload(alice, app, session=session), 201)
    assert alice.client.delete(f"/api/conversations/{session}").status_code == 200
    assert not SessionFile.objects.exists()
