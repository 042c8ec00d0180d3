"""Several calls at the same time: nothing is lost, nothing passes twice, and a restart forgets nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from chat.conversations.models import Message
from sandbox.frames.actions.storage import QUOTA
from sandbox.frames.models import Grant, StoredValue
from tests.people import Person
from tests.sandbox.places import answer, ask, ask_with, result
from tests.sessions.test_two_at_once import AT_ONCE, together
from widgets_manager.core.models import AuditEntry
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.models import WidgetInstance, Workspace

pytestmark = pytest.mark.django_db(transaction=True)


def write_note(person: Person, team: Workspace) -> str:
    notes = place_widget(actor=person.actor, workspace=team, builtin_slug="workspace-notes")
    body = {"instanceId": str(notes.pk), "params": {"title": "Standup", "text": "0"}}
    assert person.client.post("/api/panels/workspace-notes/add", body).status_code == 200
    return str(PanelItem.objects.get().pk)


def codes(responses: list[Any]) -> list[str]:
    return sorted("ok" if one.status_code == 200 else one.json()["error"]["code"] for one in responses)


def test_one_of_many_calls_uses_a_once(alice: Person, gadget: WidgetInstance) -> None:
    """Also where the method holds nothing that the others would wait for."""
    answer(alice, gadget, "write:workspace", "once")
    client = alice.client
    body = {"instanceId": str(gadget.pk), "method": "workspace.openPanel", "params": {"panelId": gadget.panel_id}}
    responses = together(lambda _: client.post("/api/widgets/bridge", body))
    assert codes(responses) == ["PERMISSION_REQUIRED"] * (AT_ONCE - 1) + ["ok"]
    assert AuditEntry.objects.filter(action="bridge.call").count() == 1
    assert not Grant.objects.exists()


def test_a_note_is_changed_once_by_a_once(alice: Person, gadget: WidgetInstance, team: Workspace) -> None:
    note = write_note(alice, team)
    answer(alice, gadget, "write:notes", "once")
    responses = together(lambda number: ask(alice, gadget, "notes.updateNote", noteId=note, content=f"by {number}"))
    assert codes(responses) == ["PERMISSION_REQUIRED"] * (AT_ONCE - 1) + ["ok"]
    [told] = [one.json()["result"]["content"] for one in responses if one.status_code == 200]
    assert PanelItem.objects.get().data == {"text": told}
    assert AuditEntry.objects.filter(action="item.change").count() == 1


def test_a_message_is_said_once_by_a_once(alice: Person, gadget: WidgetInstance) -> None:
    conversation = str(alice.client.post("/api/conversations", {}).json()["conversation"]["id"])
    answer(alice, gadget, "write:chat", "once")

    def send(number: int) -> Any:
        return ask_with(alice, gadget, "chat.sendMessage", {"text": f"hello {number}"}, conversationId=conversation)

    assert codes(together(send)).count("ok") == 1
    assert Message.objects.filter(payload__type="widget_message").count() == 1


def test_two_people_answer_and_write_each_for_themselves(
    alice: Person, bob: Person, gadget: WidgetInstance, team: Workspace
) -> None:
    note = write_note(alice, team)
    answer(alice, gadget, "write:notes", "always")
    answer(bob, gadget, "write:notes", "once")

    def write(number: int) -> Any:
        return ask((alice, bob)[number % 2], gadget, "notes.updateNote", noteId=note, content=str(number))

    responses = together(write)
    assert codes(responses[::2]) == ["ok"] * (AT_ONCE // 2)
    assert codes(responses[1::2]).count("ok") == 1
    assert [(grant.user_id, grant.level) for grant in Grant.objects.all()] == [(alice.user.pk, "always")]


def test_two_tabs_answer_at_once(alice: Person, gadget: WidgetInstance) -> None:
    levels = ["once", "always", "never", "always"] * (AT_ONCE // 4)
    grants = together(lambda number: answer(alice, gadget, "write:notes", levels[number]))
    assert all(grants)
    assert Grant.objects.count() == 1
    assert AuditEntry.objects.filter(action__in=["grant.allow", "grant.refuse"]).count() == AT_ONCE


def test_a_panel_is_removed_while_it_is_answered_and_used(
    alice: Person, gadget: WidgetInstance, team: Workspace
) -> None:
    """Every request ends with an answer of its own: nobody waits for another in a circle, and nothing is left."""
    note = write_note(alice, team)
    answer(alice, gadget, "write:notes", "always")

    def work(number: int) -> int:
        match number % 4:
            case 0:
                response = ask(alice, gadget, "notes.updateNote", noteId=note, content=str(number))
            case 1:
                body = {"instanceId": str(gadget.pk), "permission": "write:notes", "level": "always"}
                response = alice.client.post("/api/widgets/permissions", body)
            case 2:
                response = ask(alice, gadget, "storage.set", key=str(number), value=number)
            case _:
                path = f"/api/workspaces/{team.pk}" if number > 4 else f"/api/widgets/{gadget.widget_id}"
                response = alice.client.delete(path)
        status: int = response.status_code
        return status

    assert set(together(work)) <= {200, 201, 403, 404}
    assert not Grant.objects.exists()
    assert not StoredValue.objects.exists()


def test_the_last_of_the_room_is_taken_once(alice: Person, bob: Person, gadget: WidgetInstance) -> None:
    """Each value needs a little more than a fifth of the quota: four of eight fit, whoever comes first."""
    value = "x" * (QUOTA // 5)

    def keep(number: int) -> Any:
        return ask((alice, bob)[number % 2], gadget, "storage.set", key=f"k{number}", value=value)

    assert codes(together(keep)) == ["STORAGE_FULL"] * (AT_ONCE - 4) + ["ok"] * 4
    assert sum(StoredValue.objects.values_list("size", flat=True)) <= QUOTA


def test_one_key_written_by_many_has_one_value(alice: Person, gadget: WidgetInstance) -> None:
    together(lambda number: result(ask(alice, gadget, "storage.set", key="k", value=number)))
    assert StoredValue.objects.get().value in range(AT_ONCE)


def test_another_process_knows_what_was_kept_and_granted(alice: Person, gadget: WidgetInstance) -> None:
    result(ask(alice, gadget, "storage.set", key="k", value={"kept": True}))
    answer(alice, gadget, "write:workspace", "always")
    program = f"""
import django
django.setup()
from django.contrib.auth import get_user_model
from sandbox.frames.bridge import call_capability
from widgets_manager.core.access import session_actor
actor = session_actor(get_user_model().objects.get(username="alice"))
print(call_capability(actor=actor, instance_id="{gadget.pk}", method="storage.get", params={{"key": "k"}}))
panel = {{"panelId": "{gadget.panel_id}"}}
print(call_capability(actor=actor, instance_id="{gadget.pk}", method="workspace.openPanel", params=panel)["title"])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env=environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["{'kept': True}", "Gadget A"], done.stderr


def environ() -> dict[str, str]:
    """This process's, with the address of the test's database."""
    address = os.environ["DATABASE_URL"].replace("/widgets?", f"/{connection.settings_dict['NAME']}?")
    return {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"}
