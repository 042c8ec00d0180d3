"""What stays when somebody leaves, is removed, comes back, or stops sharing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.people import Person, assert_refused
from tests.widgets.conftest import install, manifest, place
from widgets_manager.core import pages
from widgets_manager.core.actions.tenants import accept_invite, create_invite
from widgets_manager.core.models import Membership, User
from widgets_manager.widgets.models import InstalledWidget, Workspace
from widgets_manager.widgets.panels_of import load_panels

pytestmark = pytest.mark.usefixtures("commits")


def remove(admin: Person, person: Person) -> None:
    row = Membership.objects.get(user=person.user, tenant=admin.tenant)
    assert admin.client.delete(f"/api/members/{row.pk}").status_code == 200


def come_back(admin: Person, person: Person) -> None:
    accept_invite(user=person.user, secret=create_invite(actor=admin.actor, role="member")[1])


def panels(person: Person) -> set[str]:
    return {panel.panel_id for panel in load_panels(person.actor)}


@pytest.fixture
def bobs(bob: Person, team: Workspace) -> dict[str, Any]:
    """Bob's own widget, placed on the team's dashboard."""
    return place(bob, install(bob, manifest())["id"], team)


@pytest.fixture
def bobs_own(bob: Person, board: Any) -> dict[str, Any]:
    """Alice's board, placed on a private dashboard of bob."""
    workspace = Workspace.objects.create(tenant=bob.tenant, owner=bob.user, name="Bob's")
    return place(bob, str(board.widget_id), workspace)


def test_it_works(alice: Person, bob: Person, vera: Person, bobs: dict[str, Any]) -> None:
    """What the team uses stays when its installer has gone; from then on an admin decides about it."""
    remove(alice, bob)
    assert bobs["panel_id"] in panels(alice) & panels(vera)
    body = {"id": bobs["widget_id"], "enabled": False}
    assert_refused(vera.client.post("/api/widgets/enable", body), 403, "PERMISSION_DENIED")
    assert alice.client.post("/api/widgets/enable", body).status_code == 200
    assert bobs["panel_id"] not in panels(alice) | panels(vera)
    assert alice.client.delete(f"/api/widgets/{bobs['widget_id']}").status_code == 200


def test_what_was_private_is_nobodys_until_they_come_back(alice: Person, bob: Person, bobs_own: dict[str, Any]) -> None:
    remove(alice, bob)
    assert bobs_own["panel_id"] not in panels(alice)
    assert_refused(alice.client.get(f"/api/widgets/instances/{bobs_own['id']}"), 404, "NOT_FOUND")
    assert_refused(bob.client.get(f"/api/widgets/instances/{bobs_own['id']}"), 401, "NO_TENANT")
    come_back(alice, bob)
    assert bobs_own["panel_id"] in panels(bob)


def test_tokens_do_not_come_back_with_their_owner(alice: Person, bob: Person) -> None:
    client = bob.bearer()
    remove(alice, bob)
    come_back(alice, bob)
    assert_refused(client.get("/api/widgets/list"), 401, "TOKEN_REVOKED")
    assert bob.bearer().get("/api/widgets/list").status_code == 200


@pytest.mark.parametrize("change", ["removed", "member"])
def test_an_invite_is_no_way_back_for_its_maker(alice: Person, bob: Person, change: str) -> None:
    row = Membership.objects.get(user=bob.user)
    alice.client.patch(f"/api/members/{row.pk}", {"role": "admin"})
    link = bob.client.post("/api/invites", {"role": "admin"}).json()["link"]
    other = bob.client.post("/api/invites", {"role": "viewer"}).json()["link"]
    if change == "removed":
        remove(alice, bob)
    else:
        alice.client.patch(f"/api/members/{row.pk}", {"role": change})
    stranger = User.objects.create_user("mallory")
    client = type(bob.client)()
    client.force_login(stranger)
    for address in (link, other):
        path = address.removeprefix("http://testserver")
        form = "application/x-www-form-urlencoded"
        assert client.get(path).status_code == 404
        assert client.post(path, "", content_type=form).status_code == 404
    assert not stranger.memberships.exists()


def test_of_two_with_one_link_the_second_leaves_no_account(
    alice: Person, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have the form open; the link is used up between the page and its answer."""
    invite, secret = create_invite(actor=alice.actor, role="member")
    monkeypatch.setattr(pages, "find_invite", lambda secret: invite)
    invite.revoked_at = invite.created_at
    invite.save()
    body = {"username": "late", "password1": "a long enough phrase", "password2": "a long enough phrase"}
    assert client.post(f"/invite/{secret}/", body).status_code == 404
    assert not User.objects.filter(username="late").exists()


def test_unsharing_takes_it_from_the_others_at_once(alice: Person, bob: Person, bobs: dict[str, Any]) -> None:
    chat = bob.bearer("chat:manifests", "chat:intents")
    ids = [{one["panelId"] for one in chat.post("/api/chat/manifests", {}).json()["manifests"]} for _ in range(2)]
    assert all(bobs["panel_id"] in seen for seen in ids)
    alice.client.patch(f"/api/workspaces/{bobs['workspace_id']}", {"visibility": "private"})
    seen = {one["panelId"] for one in chat.post("/api/chat/manifests", {}).json()["manifests"]}
    assert bobs["panel_id"] not in seen
    args = {"panelId": bobs["panel_id"], "intentName": "show_tasks"}
    assert_refused(chat.post("/api/chat/intent", {"args": args}), 404, "NOT_FOUND")
    # Alice goes on using bob's widget there; it is still his to take away.
    assert bobs["panel_id"] in panels(alice)
    assert bob.client.delete(f"/api/widgets/{bobs['widget_id']}").status_code == 200
    assert bobs["panel_id"] not in panels(alice)


def test_a_dashboards_change_is_made_whole_or_not_at_all(alice: Person, bobs: dict[str, Any]) -> None:
    cell = {"x": 5, "y": 5, "w": 2, "h": 2}
    address = f"/api/workspaces/{bobs['workspace_id']}"
    body = {"layouts": {bobs["id"]: cell}, "name": "New", "visibility": "nobody"}
    assert_refused(alice.client.patch(address, body), 422, "INVALID_INPUT", "visibility")
    shown = alice.client.get(f"/api/widgets/instances/{bobs['id']}").json()["instance"]
    assert shown["layout"] == bobs["layout"]
    assert Workspace.objects.get().name == "Team"


def test_examples_of_a_widget_that_stands_nowhere_are_claimed_too(alice: Person, bob: Person, team: Workspace) -> None:
    install(bob, manifest(panelId="bobs", title="Bob's"))
    first = install(alice, manifest(panelId="first", title="First"))

    def warnings(slug: str) -> str:
        response = alice.client.post("/api/widgets/install", {"file": json.dumps(manifest(panelId=slug))})
        return " ".join(warning["message"] for warning in response.json().get("warnings", []))

    assert "'add milk' is already an example of First" in warnings("second")
    alice.client.delete(f"/api/widgets/{InstalledWidget.objects.get(slug='second').pk}")
    alice.client.post("/api/widgets/enable", {"id": first["id"], "enabled": False})
    assert "already an example" not in warnings("third")
