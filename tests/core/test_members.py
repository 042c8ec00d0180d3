"""GET /api/members, PATCH and DELETE /api/members/<id>."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tests.people import Person, assert_refused
from widgets_manager.core.actions.tenants import remove_member
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.models import AuditEntry, Membership, Role
from widgets_manager.core.signals import access_changed


def membership(person: Person) -> Membership:
    return Membership.objects.get(user=person.user, tenant=person.tenant)


def set_role(person: Person, role: Role) -> None:
    Membership.objects.filter(pk=membership(person).pk).update(role=role)


@pytest.fixture
def changes() -> Iterator[list[tuple[Any, str]]]:
    """What the rooms above are told: (user id, reason)."""
    heard: list[tuple[Any, str]] = []

    def listen(user_id: Any, reason: str, **_: Any) -> None:
        heard.append((user_id, reason))

    access_changed.connect(listen)
    yield heard
    access_changed.disconnect(listen)


def test_it_works(alice: Person, bob: Person, charlie: Person) -> None:
    members = bob.client.get("/api/members").json()["members"]
    assert [(member["user"]["username"], member["role"]) for member in members] == [
        ("alice", "owner"),
        ("bob", "member"),
    ]


def test_a_role_changes(alice: Person, bob: Person, changes: list[tuple[Any, str]]) -> None:
    response = alice.client.patch(f"/api/members/{membership(bob).pk}", {"role": "admin"})
    assert response.json()["member"]["role"] == "admin"
    assert membership(bob).role == Role.ADMIN
    assert changes == [(bob.user.pk, "role_changed")]
    entry = AuditEntry.objects.get(action="member.role")
    assert (entry.data["before"], entry.data["after"]) == ("member", "admin")


def test_a_member_is_removed_and_locked_out(alice: Person, bob: Person, changes: list[tuple[Any, str]]) -> None:
    client, token = bob.client, bob.bearer()
    assert alice.client.delete(f"/api/members/{membership(bob).pk}").json() == {"success": True}
    assert changes == [(bob.user.pk, "removed")]
    assert_refused(client.get("/api/members"), 401, "NO_TENANT")
    assert_refused(token.get("/api/members"), 401, "TOKEN_REVOKED")


def test_everybody_may_leave(alice: Person, vera: Person) -> None:
    assert vera.client.delete(f"/api/members/{membership(vera).pk}").status_code == 200


@pytest.mark.parametrize("method", ["patch", "delete"])
@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_only_admins_manage_others(alice: Person, bob: Person, vera: Person, method: str, role: Role) -> None:
    set_role(bob, role)
    response = getattr(bob.client, method)(f"/api/members/{membership(vera).pk}", {"role": "member"})
    assert_refused(response, 403, "PERMISSION_DENIED")


def test_an_admin_is_not_above_an_owner(alice: Person, bob: Person, vera: Person) -> None:
    set_role(bob, Role.ADMIN)
    for member, role in ((alice, "member"), (vera, "owner"), (bob, "owner")):
        response = bob.client.patch(f"/api/members/{membership(member).pk}", {"role": role})
        assert_refused(response, 403, "PERMISSION_DENIED")
    assert_refused(bob.client.delete(f"/api/members/{membership(alice).pk}"), 403, "PERMISSION_DENIED")


def test_the_last_owner_stays(alice: Person, bob: Person) -> None:
    where = f"/api/members/{membership(alice).pk}"
    assert_refused(alice.client.patch(where, {"role": "admin"}), 409, "LAST_OWNER")
    assert_refused(alice.client.delete(where), 409, "LAST_OWNER")
    set_role(bob, Role.OWNER)
    assert alice.client.delete(where).status_code == 200


def test_of_two_owners_who_leave_at_once_one_stays(transactional_db: None, alice: Person, bob: Person) -> None:
    set_role(bob, Role.OWNER)
    people = [(person.actor, membership(person)) for person in (alice, bob)]

    def leave(number: int) -> str:
        actor, own = people[number]
        try:
            remove_member(actor=actor, membership=own)
            return "left"
        except ApiError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, range(2))) == ["LAST_OWNER", "left"]
    assert Membership.objects.get().role == Role.OWNER


@pytest.mark.parametrize(
    ("body", "path"),
    [({}, "role"), ({"role": 7}, "role"), ({"role": "king"}, "role"), ({"role": "admin", "x": 1}, "x"), ([], None)],
)
def test_wrong_bodies_name_the_place(alice: Person, bob: Person, body: Any, path: str | None) -> None:
    response = alice.client.patch(f"/api/members/{membership(bob).pk}", body)
    assert_refused(response, 422, "INVALID_INPUT", path)


def test_charlie_finds_nobody(alice: Person, bob: Person, charlie: Person) -> None:
    assert [member["user"]["username"] for member in charlie.client.get("/api/members").json()["members"]] == [
        "charlie"
    ]
    for member_id in (membership(bob).pk, "nonsense"):
        assert_refused(charlie.client.patch(f"/api/members/{member_id}", {"role": "viewer"}), 404, "NOT_FOUND")
        assert_refused(charlie.client.delete(f"/api/members/{member_id}"), 404, "NOT_FOUND")
    assert membership(bob).role == Role.MEMBER
