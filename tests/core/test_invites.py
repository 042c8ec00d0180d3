"""POST, GET, DELETE /api/invites, and the page where a link leads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.people import PASSWORD, Person, assert_refused
from widgets_manager.core.actions.tenants import accept_invite, create_invite
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.models import Invite, Membership, Role, User

NEW = {"username": "erin", "password1": "a long enough phrase", "password2": "a long enough phrase"}


def link(person: Person, role: str = "member") -> str:
    return f"/invite/{create_invite(actor=person.actor, role=role)[1]}/"


def test_it_works(alice: Person, client: Client) -> None:
    response = alice.client.post("/api/invites", {"role": "viewer"})
    assert response.status_code == 201
    where = response.json()["link"]
    secret = where.rstrip("/").rpartition("/")[2]
    assert where == f"http://testserver/invite/{secret}/"
    assert not Invite.objects.filter(token_hash=secret).exists()
    assert secret not in str(alice.client.get("/api/invites").json())
    assert client.get(f"/invite/{secret}/").status_code == 200
    assert client.post(f"/invite/{secret}/", NEW).status_code == 302
    membership = Membership.objects.get(user__username="erin")
    assert (membership.tenant, membership.role) == (alice.tenant, Role.VIEWER)
    assert client.session["_auth_user_id"] == str(membership.user_id)


def test_a_person_with_an_account_joins_and_works_there(alice: Person, charlie: Person) -> None:
    client, where = charlie.client, link(alice)
    assert b"Join Acme" in client.get(where, headers={"Accept": "text/html"}).content
    assert client.post(where, content_type="application/x-www-form-urlencoded").status_code == 302
    assert client.get("/api/tenant").json()["tenant"]["name"] == "Acme"


def test_a_member_needs_no_invite(alice: Person, bob: Person) -> None:
    where = link(alice)
    response = bob.client.post(where, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 409
    assert b"already a member" in response.content
    assert Invite.objects.get().usable


@pytest.mark.parametrize("end", ["used", "revoked", "expired", "unknown"])
def test_a_link_that_is_over_leads_nowhere(alice: Person, charlie: Person, client: Client, end: str) -> None:
    where = link(alice)
    now = timezone.now()
    if end == "used":
        client.post(where, NEW)
    elif end == "revoked":
        Invite.objects.update(revoked_at=now)
    elif end == "expired":
        Invite.objects.update(expires_at=now - timedelta(seconds=1))
    else:
        where = "/invite/inv_unknown/"
    for visitor in (Client(), charlie.client):
        assert visitor.get(where).status_code == 404
        assert visitor.post(where, {**NEW, "username": "late"}).status_code == 404
    assert not User.objects.filter(username="late").exists()


def test_of_eight_with_one_link_one_joins(transactional_db: None, alice: Person) -> None:
    secret = create_invite(actor=alice.actor, role="member")[1]
    users = [User.objects.create_user(f"guest{number}", password=PASSWORD) for number in range(8)]

    def accept(user: User) -> str:
        try:
            accept_invite(user=user, secret=secret)
            return "joined"
        except ApiError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(accept, users)) == ["NOT_FOUND"] * 7 + ["joined"]
    assert Membership.objects.exclude(user=alice.user).count() == 1


def test_a_name_that_is_taken_leaves_the_link_usable(alice: Person, client: Client) -> None:
    where = link(alice)
    response = client.post(where, {**NEW, "username": "alice"})
    assert response.status_code == 200
    assert b"already exists" in response.content
    assert Invite.objects.get().usable


def test_weak_passwords_are_refused(alice: Person, client: Client) -> None:
    response = client.post(link(alice), {**NEW, "password1": "12345678", "password2": "12345678"})
    assert b"entirely numeric" in response.content
    assert not User.objects.filter(username="erin").exists()


def test_only_admins_and_only_up_to_their_role(alice: Person, bob: Person) -> None:
    for response in (bob.client.get("/api/invites"), bob.client.post("/api/invites", {"role": "viewer"})):
        assert_refused(response, 403, "PERMISSION_DENIED")
    Membership.objects.filter(user=bob.user).update(role=Role.ADMIN)
    assert bob.client.post("/api/invites", {"role": "admin"}).status_code == 201
    assert_refused(bob.client.post("/api/invites", {"role": "owner"}), 403, "PERMISSION_DENIED")
    assert_refused(alice.client.post("/api/invites", {"role": "king"}), 422, "INVALID_INPUT", "role")


def test_revoking_twice_is_no_error(alice: Person, bob: Person) -> None:
    link(alice)
    where = f"/api/invites/{Invite.objects.get().pk}"
    assert_refused(bob.client.delete(where), 403, "PERMISSION_DENIED")
    assert alice.client.delete(where).json() == {"success": True}
    assert alice.client.delete(where).json() == {"success": True}
    assert alice.client.get("/api/invites").json()["invites"] == []


def test_charlie_finds_none(alice: Person, charlie: Person) -> None:
    link(alice)
    assert charlie.client.get("/api/invites").json()["invites"] == []
    assert_refused(charlie.client.delete(f"/api/invites/{Invite.objects.get().pk}"), 404, "NOT_FOUND")
    assert Invite.objects.get().usable
