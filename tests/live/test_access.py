"""Sockets end when what they stand on ends: the session, the token, the role; and only those."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session

from tests.live.client import LiveClient
from tests.live.kinds import Boards, WordAdded
from tests.people import PASSWORD, Person
from widgets_manager.core.actions.tenants import accept_invite, change_role, create_invite, remove_member
from widgets_manager.core.actions.tokens import revoke_token
from widgets_manager.core.models import ApiToken, Membership
from widgets_manager.core.signals import access_changed
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live import hub, receivers
from widgets_manager.live.events import emit, recheck_access
from widgets_manager.live.streams import StreamName

FORM = "application/x-www-form-urlencoded"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_signing_out_closes_that_session_only(live_url: str, alice: Person, bob: Person) -> None:
    laptop, phone = alice.client, alice.client
    token = alice.token("widgets")
    with (
        LiveClient(live_url, laptop) as one,
        LiveClient(live_url, laptop) as two,
        LiveClient(live_url, phone) as other,
        LiveClient(live_url, bob) as his,
        LiveClient(live_url, headers=bearer(token)) as program,
    ):
        for client in (one, two, other, his, program):
            client.nothing_more()
        assert laptop.post("/sign-out/").status_code == 302
        assert one.closed() == (4401, "signed out")
        assert two.closed() == (4401, "signed out")
        for client in (other, his, program):
            client.nothing_more()


def test_the_end_of_a_session_is_heard_before_its_row_is_gone(live_url: str, alice: Person) -> None:
    """Django tells of a sign-out first and deletes the session afterwards."""
    laptop, phone = alice.client, alice.client
    with LiveClient(live_url, laptop) as ended, LiveClient(live_url, phone) as other:
        ended.nothing_more()
        other.nothing_more()
        access_changed.send(
            sender=None,
            tenant_id=alice.tenant.pk,
            user_id=alice.user.pk,
            reason="signed_out",
            session_key=laptop.session.session_key,
        )
        assert ended.closed() == (4401, "signed out")
        other.nothing_more()


def test_a_revoked_token_closes_its_sockets_only(live_url: str, alice: Person) -> None:
    first, second = alice.token("widgets"), alice.token("widgets")
    with (
        LiveClient(live_url, headers=bearer(first)) as revoked,
        LiveClient(live_url, headers=bearer(second)) as kept,
        LiveClient(live_url, alice) as page,
    ):
        for client in (revoked, kept, page):
            client.nothing_more()
        token = ApiToken.objects.order_by("created_at").first()
        assert token is not None
        revoke_token(actor=alice.actor, token=token)
        assert revoked.closed() == (4401, "signed out")
        kept.nothing_more()
        page.nothing_more()


def test_a_new_password_ends_the_other_sessions(live_url: str, alice: Person) -> None:
    here, elsewhere = alice.client, alice.client
    with LiveClient(live_url, elsewhere) as other, LiveClient(live_url, headers=bearer(alice.token())) as program:
        other.nothing_more()
        form = {"old_password": PASSWORD, "new_password1": "battery staple 9", "new_password2": "battery staple 9"}
        assert here.generic("POST", "/account/password/", urlencode(form), FORM).status_code == 302
        assert other.closed()[0] == 4401
        program.nothing_more()
    with LiveClient(live_url, here) as again:
        again.nothing_more()


def test_another_role_closes_with_4403_and_the_client_comes_back(
    live_url: str, alice: Person, bob: Person, boards: Boards
) -> None:
    board = boards.make(alice.tenant)
    with LiveClient(live_url, alice) as hers, LiveClient(live_url, bob) as his:
        hers.nothing_more()
        his.subscribe(board)
        change_role(actor=alice.actor, membership=Membership.objects.get(user=bob.user), role="viewer")
        assert his.closed() == (4403, "access changed")
        hers.nothing_more()
    with LiveClient(live_url, bob) as his:
        assert his.subscribe(board)["type"] == "snapshot"


def test_a_removed_member_is_out(live_url: str, alice: Person, bob: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    browser = bob.client
    with LiveClient(live_url, browser) as his:
        his.subscribe(board)
        remove_member(actor=alice.actor, membership=Membership.objects.get(user=bob.user))
        assert his.closed() == (4403, "access changed")
    with LiveClient(live_url, browser) as his:
        assert his.next()["code"] == "NO_TENANT"
        assert his.closed()[0] == 4401


def test_the_others_learn_of_it(live_url: str, alice: Person, bob: Person, charlie: Person) -> None:
    with LiveClient(live_url, alice) as hers:
        hers.subscribe(StreamName("tenant", alice.tenant.pk))
        hers.cursor = None
        _, secret = create_invite(actor=alice.actor, role="member")
        accept_invite(user=charlie.user, secret=secret)
        frame = hers.next()
        assert (frame["event"], frame["data"]) == (
            "access.changed",
            {"reason": "joined", "user_id": str(charlie.user.pk)},
        )


@pytest.mark.usefixtures("quick")
def test_choosing_another_tenant_closes_the_sockets_of_the_old_one(
    live_url: str, alice: Person, charlie: Person
) -> None:
    _, secret = create_invite(actor=alice.actor, role="member")
    accept_invite(user=charlie.user, secret=secret)
    browser = charlie.client
    with LiveClient(live_url, browser) as page:
        assert page.subscribe(StreamName("tenant", charlie.tenant.pk))["type"] == "snapshot"
        form = urlencode({"tenant": str(alice.tenant.pk)})
        assert browser.generic("POST", "/tenant/", form, FORM).status_code == 302
        assert page.closed()[0] == 4401
    with LiveClient(live_url, browser) as page:
        assert page.subscribe(StreamName("tenant", charlie.tenant.pk))["code"] == "NOT_FOUND"
        assert page.subscribe(StreamName("tenant", alice.tenant.pk))["type"] == "snapshot"


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("end", ["session", "role", "user", "token"])
def test_a_lost_close_is_repaired(
    live_url: str, alice: Person, bob: Person, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receivers, "publish", lambda messages: None)
    headers = bearer(bob.token("widgets")) if end == "token" else None
    with LiveClient(live_url, None if headers else bob, headers=headers) as his, LiveClient(live_url, alice) as hers:
        his.nothing_more()
        if end == "session":
            hers_key = hers.headers["Cookie"].partition("=")[2]
            Session.objects.exclude(session_key=hers_key).delete()
        elif end == "role":
            change_role(actor=alice.actor, membership=Membership.objects.get(user=bob.user), role="admin")
        elif end == "user":
            bob.user.is_active = False
            bob.user.save()
        else:
            revoke_token(actor=bob.actor, token=ApiToken.objects.get())
        assert his.closed()[0] == (4403 if end == "role" else 4401)
        hers.nothing_more()


@pytest.mark.parametrize("heard", [True, False], ids=["message heard", "message lost"])
def test_who_loses_access_to_a_stream_gets_no_event_of_that_moment(
    live_url: str, alice: Person, bob: Person, boards: Boards, heard: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not heard:
        monkeypatch.setattr(hub, "COMPARE_EVERY", 0.2)
        monkeypatch.setattr("widgets_manager.live.events.publish", lambda messages: None)
    board = boards.make(alice.tenant)
    with LiveClient(live_url, alice) as hers, LiveClient(live_url, bob) as his:
        hers.subscribe(board)
        his.subscribe(board)
        boards.closed_to.add(bob.user.pk)
        with unit_of_work():
            recheck_access(board, tenant_id=alice.tenant.pk)
            emit(board, WordAdded(word="private now"), tenant_id=alice.tenant.pk)
        hers.until_words("private now")
        assert his.next() == {
            "type": "error",
            "code": "NOT_FOUND",
            "message": "There is no such board.",
            "stream": str(board),
        }
        boards.add("more", to=board)
        hers.until_words("private now", "more")
        his.nothing_more()
