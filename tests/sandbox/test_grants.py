"""What people answer widgets that ask: kept, listed, revoked, noted, told to their pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sandbox.frames.access import get_place
from sandbox.frames.actions.grants import move_grants
from sandbox.frames.models import Grant
from tests.docs.openapi import check_answer
from tests.live.verify import verify_stream
from tests.people import Person, assert_refused
from tests.sandbox.places import another_version, answer, ask, place_scripted, result, scripted
from widgets_manager.core.models import AuditEntry
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.streams import StreamName
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

PATH = "/api/widgets/permissions"


def listed(person: Person, instance: WidgetInstance | None = None) -> list[dict[str, Any]]:
    response = person.client.get(PATH, {"instanceId": str(instance.pk)} if instance else None)
    grants: list[dict[str, Any]] = check_answer("GET", PATH, response)["grants"]
    return grants


def revoke(person: Person, instance: WidgetInstance, permission: str) -> Any:
    return person.client.delete(PATH, {"instanceId": str(instance.pk), "permission": permission})


def body(instance: WidgetInstance, **changes: Any) -> dict[str, Any]:
    return {"instanceId": str(instance.pk), "permission": "write:notes", "level": "always", **changes}


def applied(snapshot: dict[str, Any], event: str, data: dict[str, Any]) -> dict[str, Any]:
    """What a page does with the events (docs/live.md)."""
    if not event.startswith("grant."):
        return snapshot
    about = data["grant"] if event == "grant.put" else data
    key = (about["instance_id"], about["permission"])
    others = [one for one in snapshot["grants"] if (one["instance_id"], one["permission"]) != key]
    return snapshot | {"grants": [data["grant"], *others] if event == "grant.put" else others}


def test_it_works(alice: Person, gadget: WidgetInstance, team: Workspace) -> None:
    response = alice.client.post(PATH, body(gadget))
    grant = check_answer("POST", PATH, response)["grant"]
    assert grant == {
        "instance_id": str(gadget.pk),
        "permission": "write:notes",
        "level": "always",
        "expires_at": None,
        "created_at": grant["created_at"],
        "current": True,
        "widget": {"id": str(gadget.widget_id), "name": "Gadget", "source": "uploaded file"},
        "panel": {
            "panel_id": gadget.panel_id, "title": "Gadget A", "workspace_id": str(team.pk), "workspace": "Team"
        },
    }  # fmt: skip
    assert listed(alice) == listed(alice, gadget) == [grant]
    assert revoke(alice, gadget, "write:notes").json() == {"success": True}
    assert listed(alice) == []
    assert_refused(revoke(alice, gadget, "write:notes"), 404, "NOT_FOUND")


def test_a_later_answer_replaces_the_earlier(alice: Person, gadget: WidgetInstance) -> None:
    for level in ("once", "always", "never"):
        answer(alice, gadget, "write:notes", level)
    assert [grant["level"] for grant in listed(alice)] == ["never"]


def test_once_ends_after_a_minute(alice: Person, gadget: WidgetInstance) -> None:
    answer(alice, gadget, "write:workspace", "once")
    grant = Grant.objects.get()
    assert grant.expires_at is not None
    assert timedelta(seconds=55) < grant.expires_at - timezone.now() <= timedelta(seconds=60)
    Grant.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert [one["current"] for one in listed(alice)] == [False]
    assert_refused(ask(alice, gadget, "workspace.openPanel", panelId=gadget.panel_id), 403, "PERMISSION_REQUIRED")
    assert revoke(alice, gadget, "write:workspace").status_code == 200


def test_an_answer_may_end_by_itself(alice: Person, gadget: WidgetInstance) -> None:
    soon = timezone.now() + timedelta(hours=1)
    assert answer(alice, gadget, "write:notes", "always", expiresAt=soon.isoformat())["expires_at"] == soon.isoformat()
    Grant.objects.update(expires_at=timezone.now())
    assert [one["current"] for one in listed(alice)] == [False]


def test_never_that_has_run_out_asks_again(alice: Person, gadget: WidgetInstance) -> None:
    answer(alice, gadget, "write:workspace", "never")
    assert_refused(ask(alice, gadget, "workspace.openPanel", panelId=gadget.panel_id), 403, "PERMISSION_DENIED")
    Grant.objects.update(expires_at=timezone.now())
    assert_refused(ask(alice, gadget, "workspace.openPanel", panelId=gadget.panel_id), 403, "PERMISSION_REQUIRED")


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"level": "maybe"}, "INVALID_INPUT", "level"),
        ({"permission": "write:everything"}, "PERMISSION_NOT_DECLARED", "permission"),
        ({"permission": "read:notes"}, "PERMISSION_NOT_DECLARED", "permission"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "INVALID_INPUT", "expiresAt"),
        ({"expiresAt": "2999-01-01T00:00:00"}, "INVALID_INPUT", "expiresAt"),
        ({"expiresAt": "tomorrow"}, "INVALID_INPUT", "expiresAt"),
        # So far that the database would never give it back.
        ({"expiresAt": "9999-12-31T23:59:59-14:00"}, "INVALID_INPUT", "expiresAt"),
        ({"method": "x" * 61}, "INVALID_INPUT", "method"),
        ({"params": []}, "INVALID_INPUT", "params"),
        ({"more": 1}, "INVALID_INPUT", "more"),
    ],
)
def test_what_is_no_answer(alice: Person, team: Workspace, changes: dict[str, Any], code: str, path: str) -> None:
    gadget = place_scripted(alice, team, scripted(["write:notes"]))
    assert_refused(alice.client.post(PATH, body(gadget, **changes)), 422, code, path)
    assert not Grant.objects.exists()


def test_deny_is_only_noted(alice: Person, gadget: WidgetInstance) -> None:
    shown = {"method": "notes.updateNote", "params": {"noteId": "n", "content": "x"}}
    assert answer(alice, gadget, "write:notes", "deny", **shown) is None
    assert listed(alice) == []
    [entry] = AuditEntry.objects.filter(action="grant.refuse")
    assert entry.data == {"permission": "write:notes", "level": "deny", **shown}


def test_every_decision_is_in_the_audit_trail(alice: Person, gadget: WidgetInstance) -> None:
    params = {"text": "x" * 20_000}
    for level in ("once", "always", "never", "deny"):
        answer(alice, gadget, "write:chat", level, method="chat.sendMessage", params=params)
    revoke(alice, gadget, "write:chat")
    entries = AuditEntry.objects.filter(action__startswith="grant.").order_by("pk")
    assert [(entry.action, entry.data["level"]) for entry in entries] == [
        ("grant.allow", "once"),
        ("grant.allow", "always"),
        ("grant.refuse", "never"),
        ("grant.refuse", "deny"),
        ("grant.revoke", "never"),
    ]
    assert {entry.target_id for entry in entries} == {str(gadget.pk)}
    assert entries[0].data["params"] == {"bytes": len('{"text":""}') + 20_000}


def test_answers_are_ones_own(alice: Person, bob: Person, gadget: WidgetInstance) -> None:
    answer(alice, gadget, "write:notes", "always")
    assert listed(bob) == listed(bob, gadget) == []
    assert_refused(revoke(bob, gadget, "write:notes"), 404, "NOT_FOUND")
    answer(bob, gadget, "write:notes", "never")
    assert [one["level"] for one in listed(alice)] == ["always"]


def test_a_stranger_gets_404(alice: Person, charlie: Person, gadget: WidgetInstance) -> None:
    answer(alice, gadget, "write:notes", "always")
    assert listed(charlie) == []
    assert_refused(charlie.client.get(PATH, {"instanceId": str(gadget.pk)}), 404, "NOT_FOUND")
    assert_refused(charlie.client.post(PATH, body(gadget)), 404, "NOT_FOUND")
    assert_refused(revoke(charlie, gadget, "write:notes"), 404, "NOT_FOUND")
    assert Grant.objects.count() == 1


def test_what_one_no_longer_sees_is_not_listed(alice: Person, bob: Person, gadget: WidgetInstance) -> None:
    answer(bob, gadget, "write:notes", "always")
    alice.client.patch(f"/api/workspaces/{gadget.workspace_id}", {"visibility": "private"})
    assert listed(bob) == []
    assert_refused(bob.client.get(PATH, {"instanceId": str(gadget.pk)}), 404, "NOT_FOUND")


def test_another_version_asks_again(alice: Person, gadget: WidgetInstance) -> None:
    answer(alice, gadget, "write:workspace", "always")
    another_version(alice, gadget)
    assert [one["current"] for one in listed(alice)] == [False]
    assert_refused(ask(alice, gadget, "workspace.openPanel", panelId=gadget.panel_id), 403, "PERMISSION_REQUIRED")
    answer(alice, gadget, "write:workspace", "always")
    assert [one["current"] for one in listed(alice)] == [True]


@pytest.mark.parametrize("keep", [True, False])
def test_answers_are_carried_to_another_version_or_forgotten(
    alice: Person, bob: Person, gadget: WidgetInstance, twin: WidgetInstance, keep: bool
) -> None:
    for person, place in ((alice, gadget), (alice, twin), (bob, gadget)):
        answer(person, place, "write:notes", "always")
    another_version(alice, gadget)
    widget = InstalledWidget.objects.select_related("package_version").get()
    with unit_of_work():
        move_grants(actor=alice.actor, widget=widget, keep=keep)
    assert [one["current"] for one in listed(alice) + listed(bob)] == ([True] * 3 if keep else [])


def test_a_new_version_may_declare_less(alice: Person, gadget: WidgetInstance) -> None:
    answer(alice, gadget, "write:workspace", "always")
    another_version(alice, gadget, sandbox=scripted(["read:workspace"])["sandbox"])
    Grant.objects.update(package_version=get_place(alice.actor, gadget.pk).widget.package_version)  # type: ignore[union-attr]
    refused = ask(alice, gadget, "workspace.openPanel", panelId=gadget.panel_id)
    assert_refused(refused, 403, "PERMISSION_NOT_DECLARED")


def test_ones_own_stream_tells_of_every_change(
    alice: Person, bob: Person, gadget: WidgetInstance, twin: WidgetInstance
) -> None:
    with verify_stream(alice.actor, StreamName("user", alice.user.pk), applied):
        answer(alice, gadget, "write:workspace", "once")
        answer(alice, twin, "write:workspace", "always")
        answer(alice, twin, "write:notes", "never")
        answer(alice, twin, "write:notes", "always")
        answer(alice, twin, "write:chat", "deny")
        answer(bob, gadget, "write:workspace", "always")
        result(ask(alice, gadget, "workspace.openPanel", panelId=gadget.panel_id))
        revoke(alice, twin, "write:workspace")


@pytest.mark.parametrize("how", ["the panel", "the widget", "the dashboard"])
def test_answers_go_with_what_they_were_given_to(alice: Person, gadget: WidgetInstance, how: str) -> None:
    answer(alice, gadget, "write:notes", "always")
    address = {
        "the panel": f"/api/widgets/instances/{gadget.pk}",
        "the widget": f"/api/widgets/{gadget.widget_id}",
        "the dashboard": f"/api/workspaces/{gadget.workspace_id}",
    }[how]

    def apply(snapshot: dict[str, Any], event: str, data: dict[str, Any]) -> dict[str, Any]:
        shown = applied(snapshot, event, data)
        if event == "widget.removed":
            shown = shown | {"widgets": [one for one in shown["widgets"] if one["id"] != data["widget_id"]]}
        return shown

    with verify_stream(alice.actor, StreamName("user", alice.user.pk), apply):
        assert alice.client.delete(address).status_code == 200
    assert not Grant.objects.exists()
