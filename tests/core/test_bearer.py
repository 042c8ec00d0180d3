"""Bearer tokens: whom they stand for, and when they are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.people import JSONClient, Person, assert_refused
from widgets_manager.core.access import on_behalf_of, renew, token_actor
from widgets_manager.core.exceptions import NotFound, NotSignedIn
from widgets_manager.core.models import ApiToken, Membership, Role


def with_header(value: str) -> JSONClient:
    return JSONClient(raise_request_exception=False, headers={"Authorization": value})


def test_it_works(alice: Person) -> None:
    client = alice.bearer("widgets")
    assert client.get("/api/tenant").json()["tenant"]["role"] == "owner"
    assert ApiToken.objects.get().last_used_at is not None


def test_expired_is_refused_everywhere(alice: Person) -> None:
    client = alice.bearer("widgets")
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for response in (client.get("/api/tenant"), client.patch("/api/tenant", {"name": "New"})):
        assert_refused(response, 401, "TOKEN_REVOKED")
        assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer unknown", "Bearer wmp_" + "x" * 43])
def test_unknown_is_refused(db: None, header: str) -> None:
    assert_refused(with_header(header).get("/api/tenant"), 401, "TOKEN_UNKNOWN")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer a b", "Basic YTpi", ""])
def test_malformed_headers_are_refused(db: None, header: str) -> None:
    assert with_header(header).get("/api/tenant").status_code == 401


def test_a_bad_token_does_not_fall_back_to_the_session(alice: Person) -> None:
    response = alice.client.get("/api/tenant", headers={"Authorization": "Bearer unknown"})
    assert_refused(response, 401, "TOKEN_UNKNOWN")


def test_the_role_is_that_of_this_moment(alice: Person, bob: Person) -> None:
    client = bob.bearer("widgets")
    assert_refused(client.get("/api/invites"), 403, "PERMISSION_DENIED")
    Membership.objects.filter(user=bob.user).update(role=Role.ADMIN)
    assert client.get("/api/invites").status_code == 200
    bob.user.is_active = False
    bob.user.save()
    assert_refused(client.get("/api/tenant"), 401, "TOKEN_REVOKED")


def test_a_token_decides_about_no_people_and_no_tokens(alice: Person, bob: Person) -> None:
    """Whatever its owner's role: its scopes speak of widgets and the chat."""
    client, token = alice.bearer(), ApiToken.objects.get()
    member = Membership.objects.get(user=bob.user)
    for response in (
        client.post("/api/tokens", {"name": "x", "scopes": ["widgets"]}),
        client.delete(f"/api/tokens/{token.pk}"),
        client.post("/api/invites", {"role": "owner"}),
        client.delete(f"/api/invites/{token.pk}"),
        client.patch(f"/api/members/{member.pk}", {"role": "owner"}),
        client.delete(f"/api/members/{member.pk}"),
        client.patch("/api/tenant", {"confirmWrites": False}),
    ):
        assert_refused(response, 403, "PERMISSION_DENIED")
    assert ApiToken.objects.count() == 1
    assert Membership.objects.get(user=bob.user).role == Role.MEMBER


def test_a_service_token_names_members_of_its_tenant_and_nobody_else(
    alice: Person, bob: Person, charlie: Person
) -> None:
    service = token_actor(alice.token(service=True))
    for name in ("bob", str(bob.user.pk)):
        actor = on_behalf_of(service, name)
        assert (actor.user, actor.role, actor.tenant) == (bob.user, Role.MEMBER, alice.tenant)
    for name in ("charlie", str(charlie.user.pk), "nobody", "x" * 500):
        with pytest.raises(NotFound, match="no such user"):
            on_behalf_of(service, name)


def test_a_service_token_of_one_who_is_no_admin_any_more_names_nobody(alice: Person, bob: Person) -> None:
    service = alice.token(service=True)
    Membership.objects.filter(user=alice.user).update(role=Role.MEMBER)
    with pytest.raises(NotFound):
        on_behalf_of(token_actor(service), "bob")


def test_work_that_began_earlier_goes_on_as_who_one_is_now(alice: Person, bob: Person) -> None:
    session, token = bob.actor, token_actor(bob.token())
    Membership.objects.filter(user=bob.user).update(role=Role.VIEWER)
    assert (renew(session).role, renew(token).role) == (Role.VIEWER, Role.VIEWER)
    ApiToken.objects.update(revoked_at=timezone.now())
    with pytest.raises(NotSignedIn, match="revoked"):
        renew(token)
    Membership.objects.filter(user=bob.user).delete()
    with pytest.raises(NotSignedIn, match="no longer belong"):
        renew(session)


def test_a_personal_token_names_only_its_own_user(alice: Person, bob: Person) -> None:
    personal = token_actor(alice.token())
    assert on_behalf_of(personal, "alice") is personal
    assert on_behalf_of(personal, None) is personal
    with pytest.raises(NotFound):
        on_behalf_of(personal, "bob")


@pytest.mark.parametrize(
    "moment",
    [
        *("tomorrow", "2030-01-01", "2030-01-01T00:00:00", "2030-02-30T00:00:00Z", ""),
        # In the past, or so far that PostgreSQL's or Python's calendar ends.
        *("2020-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_an_end_is_a_moment_to_come(alice: Person, moment: str) -> None:
    body = {"name": "x", "scopes": ["widgets"], "expiresAt": moment}
    response = alice.client.post("/api/tokens", body)
    if moment:
        assert_refused(response, 422, "INVALID_INPUT", "expiresAt")
    else:
        assert response.json()["token"]["expires_at"] is None
