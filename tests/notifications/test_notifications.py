"""Notifications: a person is told, sees how many are unread on every page, and decides what becomes of them."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.live.verify import verify_stream
from tests.people import Person, assert_refused
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.live.streams import StreamName
from widgets_manager.notifications import actions
from widgets_manager.notifications.actions import delete_old, notify
from widgets_manager.notifications.models import Notification


def tell(person: Person, title: str = "Done", **more: Any) -> Notification:
    return notify(tenant=person.tenant, user=person.user, title=title, **more)


def listed(person: Person, query: str = "") -> dict[str, Any]:
    response = person.client.get(f"/api/notifications{query}")
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def apply(data: Any, event: str, change: dict[str, Any]) -> Any:
    """What a page does: it counts."""
    if event == "notification.put":
        data["notifications"]["unread"] += change["unread"]
    elif event == "notification.removed":
        data["notifications"]["unread"] -= change["unread"]
    else:
        assert event == "notification.read"
        data["notifications"]["unread"] -= len(change["notification_ids"])
    return data


def test_it_works(alice: Person) -> None:
    tell(alice, "First", text="It is **done**.", source="Slide Deck", url="/jobs/")
    tell(alice, "Second", urgent=True)
    shown = listed(alice)
    assert [one["title"] for one in shown["notifications"]] == ["Second", "First"]
    assert (shown["unread"], shown["more"]) == (2, False)
    first = shown["notifications"][1]
    assert (first["text"], first["source"], first["url"]) == ("It is **done**.", "Slide Deck", "/jobs/")
    address = f"/api/notifications/{first['id']}"
    read = alice.client.patch(address, {"read": True}).json()["notification"]
    assert read["read_at"] is not None
    assert listed(alice)["unread"] == 1
    assert alice.client.patch(address, {"read": False}).json()["notification"]["read_at"] is None
    assert alice.client.post("/api/notifications/read-all").json() == {"read": 2}
    assert listed(alice)["unread"] == 0
    assert alice.client.delete(address).status_code == 200
    assert [one["title"] for one in listed(alice)["notifications"]] == ["Second"]


def test_nobody_else_sees_or_changes_them(alice: Person, bob: Person, vera: Person, charlie: Person) -> None:
    address = f"/api/notifications/{tell(alice).pk}"
    tell(vera, "Hers")
    for other in (bob, charlie):
        assert listed(other) == {"notifications": [], "unread": 0, "more": False}
        assert_refused(other.client.patch(address, {"read": True}), 404, "NOT_FOUND")
        assert_refused(other.client.delete(address), 404, "NOT_FOUND")
        assert other.client.post("/api/notifications/read-all").json() == {"read": 0}
    assert vera.client.post("/api/notifications/read-all").json() == {"read": 1}, "viewers have a bell, too"
    assert listed(alice)["unread"] == 1


def test_pages_count_along(alice: Person) -> None:
    old = tell(alice)
    with verify_stream(alice.actor, StreamName("user", alice.user.pk), apply, events=7):
        tell(alice, "Second", key="once")
        tell(alice, "Second", key="once")  # nothing new
        third = tell(alice, "Third")
        for read in (True, True, False):
            actions.mark_read(actor=alice.actor, notification=old, read=read)
        actions.delete_notification(actor=alice.actor, notification=third)
        assert actions.mark_all_read(actor=alice.actor) == 2
        assert actions.mark_all_read(actor=alice.actor) == 0
        actions.delete_notification(actor=alice.actor, notification=old)
    assert listed(alice)["unread"] == 0


def test_the_same_key_tells_a_person_once(alice: Person, bob: Person) -> None:
    first = tell(alice, "Failed", key="job:1")
    assert tell(alice, "Failed again", key="job:1").pk == first.pk
    assert tell(bob, "Failed", key="job:1").pk != first.pk
    assert tell(alice, "Failed", key="job:2").pk != first.pk


def test_the_list_comes_in_pages(alice: Person, charlie: Person) -> None:
    made = [tell(alice, f"No. {number}") for number in range(35)]
    Notification.objects.filter(pk__in=[row.pk for row in made[:10]]).update(created_at=timezone.now() - timedelta(1))
    titles: list[str] = []
    query, more = "", True
    while more:
        page = listed(alice, query)
        more = page["more"]
        titles += [one["title"] for one in page["notifications"]]
        query = f"?before={page['notifications'][-1]['id']}"
    assert sorted(titles) == sorted(f"No. {number}" for number in range(35))
    assert_refused(charlie.client.get(f"/api/notifications{query}"), 404, "NOT_FOUND")
    assert_refused(alice.client.get("/api/notifications?before=x"), 404, "NOT_FOUND")


def test_what_is_told_is_bounded(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    row = tell(alice, "x" * 300, text="y\0" * 5000, source="z" * 300)
    assert (len(row.title), len(row.text), len(row.source)) == (200, 4000, 200)
    for wrong in (
        {"title": " \n"},
        {"url": "https://example.com/"},
        {"url": "//example.com"},
        {"url": "/\\example.com"},
    ):
        with pytest.raises(InvalidInput):
            tell(alice, **{"title": "x", **wrong})
    monkeypatch.setattr(actions, "MAX_KEPT", 3)
    for number in range(5):
        tell(alice, f"No. {number}")
    shown = listed(alice)
    assert [one["title"] for one in shown["notifications"]] == ["No. 4", "No. 3", "No. 2"]
    assert shown["unread"] == 3


def test_old_ones_go(alice: Person, bob: Person) -> None:
    old = [tell(alice, "Old"), tell(bob, "Old")]
    tell(alice, "New")
    long_ago = timezone.now() - actions.RETENTION - timedelta(hours=1)
    Notification.objects.filter(pk__in=[row.pk for row in old]).update(created_at=long_ago)
    with verify_stream(alice.actor, StreamName("user", alice.user.pk), apply, events=1):
        assert delete_old() == 2
    assert [one["title"] for one in listed(alice)["notifications"]] == ["New"]
    assert delete_old() == 0


@pytest.mark.django_db(transaction=True)
def test_two_at_once_tell_it_once(alice: Person) -> None:
    barrier, made = threading.Barrier(2), []

    def one() -> None:
        try:
            barrier.wait(5)
            made.append(tell(alice, "Failed", key="job:1").pk)
        finally:
            connection.close()

    with verify_stream(alice.actor, StreamName("user", alice.user.pk), apply, events=1):
        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert len(set(made)) == 1
    assert len(made) == 2
