"""An app that is switched off, or uninstalled, takes its widgets from every conversation that shows them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.verify import verify_stream
from tests.people import Person
from tests.sessions.conftest import act, begin, data_of, make_app, render
from tests.sessions.test_stream import apply, stream_of
from widgets_manager.widgets.models import InstalledWidget


def switch(person: Person, app: InstalledWidget, enabled: bool) -> None:
    response = person.client.post("/api/widgets/enable", {"id": str(app.pk), "enabled": enabled})
    assert response.status_code == 200, response.content


def shown(person: Person, session: str) -> list[str]:
    widgets: list[dict[str, Any]] = data_of(person.client.get(f"/api/sessions/{session}/widgets"))["widgets"]
    return [widget["widget_id"] for widget in widgets]


@pytest.fixture
def mounted(alice: Person, session: str, app: InstalledWidget) -> list[str]:
    """A widget of the app, one of another app, one of the chat itself, and what was patched in the app's panel."""
    other = make_app(alice, slug="other", name="Other")
    ids = [
        render(alice, session, app=str(app.pk), ref="cards")["widget_id"],
        render(alice, session, app=str(other.pk), ref="cards")["widget_id"],
        render(alice, session, tree={"type": "divider"})["widget_id"],
    ]
    patch = {"widget_id": "chat_side", "app": str(app.pk), "patch": {"ctx.a": 1}}
    data_of(alice.client.post(f"/api/sessions/{session}/widgets/update", patch))
    return [*ids, "chat_side"]


def test_it_works(alice: Person, session: str, app: InstalledWidget, mounted: list[str]) -> None:
    with verify_stream(alice.actor, stream_of(session), apply, events=2):
        switch(alice, app, False)
    assert shown(alice, session) == mounted[1:3]


def test_what_is_switched_on_again_is_as_it_was(
    alice: Person, session: str, app: InstalledWidget, mounted: list[str]
) -> None:
    before = data_of(alice.client.get(f"/api/sessions/{session}/widgets"))
    with verify_stream(alice.actor, stream_of(session), apply, events=4):
        switch(alice, app, False)
        switch(alice, app, False)
        switch(alice, app, True)
    assert data_of(alice.client.get(f"/api/sessions/{session}/widgets")) == before


def test_an_app_that_is_uninstalled_closes_its_widgets(
    alice: Person, session: str, app: InstalledWidget, mounted: list[str]
) -> None:
    quiet = begin(alice)
    with (
        verify_stream(alice.actor, stream_of(quiet), apply, events=0),
        verify_stream(alice.actor, stream_of(session), apply, events=2),
    ):
        assert alice.client.delete(f"/api/widgets/{app.pk}").status_code == 200
    assert shown(alice, session) == mounted[1:3]


def test_what_was_closed_stays_closed(alice: Person, session: str, app: InstalledWidget, mounted: list[str]) -> None:
    data_of(alice.client.post(f"/api/sessions/{session}/widgets/close", {"widget_id": mounted[0]}))
    with verify_stream(alice.actor, stream_of(session), apply, events=2):
        switch(alice, app, False)
        switch(alice, app, True)
    assert shown(alice, session) == mounted[1:]


def test_widgets_of_a_switched_off_app_do_nothing(
    alice: Person, session: str, app: InstalledWidget, mounted: list[str]
) -> None:
    switch(alice, app, False)
    update = {"widget_id": mounted[0], "patch": {"ctx.a": 1}}
    assert alice.client.post(f"/api/sessions/{session}/widgets/update", update).status_code == 404
    assert act(alice, app, type="set_state", payload={"set": {"a": 1}}, session_id=session).status_code == 409


def test_conversations_of_others_hear_of_it_too(alice: Person, bob: Person, app: InstalledWidget) -> None:
    """An app of the organisation, switched off by its admin, goes from everybody's conversation."""
    InstalledWidget.objects.update(user=None)
    bobs = begin(bob)
    render(bob, bobs, app=str(app.pk), ref="cards")
    with verify_stream(bob.actor, stream_of(bobs), apply, events=1):
        switch(alice, app, False)
    assert shown(bob, bobs) == []


def test_a_stranger_switches_nothing(charlie: Person, alice: Person, session: str, mounted: list[str]) -> None:
    app = InstalledWidget.objects.get(slug="planner")
    with verify_stream(alice.actor, stream_of(session), apply, events=0):
        wish = {"id": str(app.pk), "enabled": False}
        assert charlie.client.post("/api/widgets/enable", wish).status_code == 404
