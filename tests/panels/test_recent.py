from __future__ import annotations

import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from tests.panels.conftest import Desk, Make, run_builtin
from tests.people import Person
from widgets_manager.core.exceptions import ApiError
from widgets_manager.panels.actions import recent as recent_actions
from widgets_manager.panels.actions.recent import note_recent
from widgets_manager.panels.models import PanelItem, RecentItem


def shown(person: Person) -> list[tuple[str, str]]:
    return [(row.type, row.title) for row in run_builtin(person, "recent", "show").items or ()]


def note_conversation(person: Person, title: str, url: str = "/chat/1/") -> None:
    note_recent(actor=person.actor, kind="conversation", key=title, title=title, url=url)


def test_it_works(board: Desk, alice: Person) -> None:
    board.run("add", title="buy milk")
    note_conversation(alice, "About Ada")
    assert shown(alice) == [("conversation", "About Ada"), ("item", "buy milk"), ("panel", "Board A")]


def test_using_a_thing_again_moves_it_to_the_head(board: Desk, alice: Person) -> None:
    board.run("add", title="buy milk")
    board.run("add", title="call Ada")
    board.run("complete", title="buy milk")
    assert shown(alice) == [("item", "buy milk"), ("panel", "Board A"), ("item", "call Ada")]


def test_everybody_has_their_own(board: Desk, alice: Person, bob: Person, charlie: Person) -> None:
    board.run("add", title="buy milk")
    assert shown(bob) == []
    assert shown(charlie) == []
    board.run("list", bob)
    assert shown(bob) == [("panel", "Board A")]


def test_the_newest_fifty_are_kept(alice: Person) -> None:
    for number in range(55):
        note_conversation(alice, f"talk {number}")
    titles = [title for _, title in shown(alice)]
    assert titles == [f"talk {number}" for number in range(54, 4, -1)]
    assert RecentItem.objects.count() == 50


def test_open_a_panel_an_item_and_a_conversation(board: Desk, alice: Person) -> None:
    board.run("add", title="buy milk")
    note_conversation(alice, "About Ada", "/chat/ada/")
    assert run_builtin(alice, "recent", "open", name="board a").show_in_view_panel == board.panel.panel_id
    assert run_builtin(alice, "recent", "open", name="milk").show_in_view_panel == board.panel.panel_id
    assert run_builtin(alice, "recent", "open", position=1).navigate_to == "/chat/ada/"
    entry = RecentItem.objects.get(kind="item")
    assert run_builtin(alice, "recent", "open", id=str(entry.pk)).success


def test_opening_a_link_again_opens_its_address(alice: Person) -> None:
    run_builtin(alice, "quick-links-a", "add", url="https://example.com", name="Docs")
    opened = run_builtin(alice, "recent", "open", name="Docs")
    assert (opened.open_url, opened.show_in_view_panel) == ("https://example.com", "quick-links-a")


def test_what_was_not_used_is_refused_with_hints(alice: Person, charlie: Person) -> None:
    note_conversation(alice, "About Ada")
    note_conversation(alice, "About Bob")
    result = run_builtin(alice, "recent", "open", name="about")
    assert result.error == "'about' fits several things you used recently; which one: 'About Bob', 'About Ada'?"
    assert [row.title for row in result.items or ()] == ["About Bob", "About Ada"]
    assert run_builtin(alice, "recent", "open", position=3).error
    stranger = RecentItem.objects.filter(user=alice.user).first()
    assert stranger is not None
    assert run_builtin(charlie, "recent", "open", id=str(stranger.pk)).error
    with pytest.raises(ApiError) as caught:
        run_builtin(alice, "recent", "open")
    assert caught.value.path == "params.name"


def test_entries_go_with_what_they_are_about(board: Desk, alice: Person) -> None:
    board.run("add", title="buy milk")
    board.run("add", title="call Ada")
    board.run("remove", title="buy milk")
    assert shown(alice) == [("panel", "Board A"), ("item", "call Ada")]
    alice.client.delete(f"/api/widgets/instances/{board.instance_id}")
    assert shown(alice) == []


def test_a_panel_that_one_can_no_longer_open_is_forgotten(board: Desk, bob: Person, alice: Person) -> None:
    board.run("list", bob)
    response = alice.client.patch(
        f"/api/workspaces/{board.panel.workspace_id}", {"visibility": "private"}, content_type="application/json"
    )
    assert response.status_code == 200, response.content
    assert run_builtin(bob, "recent", "open", position=1).error == "'Board A' is no longer there."
    assert shown(bob) == []


def test_clear_forgets_everything_but_the_things(board: Desk, alice: Person) -> None:
    board.run("add", title="buy milk")
    assert run_builtin(alice, "recent", "clear").success
    assert shown(alice) == []
    assert board.titles() == ["buy milk"]


def test_kinds_are_known_and_titles_bounded(alice: Person) -> None:
    with pytest.raises(ValidationError):
        note_recent(actor=alice.actor, kind="thought", key="x", title="x", url="")
    note_recent(actor=alice.actor, kind="conversation", key="x", title="y" * 600, url="")
    assert len(RecentItem.objects.get().title) == 500


def test_what_is_gone_already_is_not_noted(alice: Person, board: Desk) -> None:
    key = f"{board.panel.panel_id}/{uuid.uuid4()}"
    note_recent(actor=alice.actor, kind="item", key=key, title="gone")
    assert shown(alice) == []


@pytest.mark.django_db(transaction=True)
def test_many_at_once_neither_fail_nor_double(make: Make, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each writer puts two entries, and drops the two that another one is just putting."""
    monkeypatch.setattr(recent_actions, "RECENT_KEPT", 2)
    desks = [make("taskboard", slug=f"board-{letter}") for letter in "abc"]
    for desk in desks:
        desk.run("add", title="x")
    faults: list[Exception] = []
    ready = threading.Barrier(len(desks))

    def work(desk: Desk) -> None:
        try:
            panel, item = desk.panel, PanelItem.objects.get(instance_id=desk.instance_id)
            ready.wait()
            for _ in range(40):
                recent_actions.note_panel(actor=alice.actor, panel=panel, item=item)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(set(shown(alice))) == 2
