"""The Django admin: lists of every model, tenant-safe, and actions that call the rooms' actions."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client

from tests.core.admin_pages import OWN, act, address, staff
from tests.core.admin_pages import root as root
from tests.people import Person
from widgets_manager.core.actions.confirmations import request_confirmation
from widgets_manager.core.actions.tenants import create_invite
from widgets_manager.core.actions.tokens import create_token
from widgets_manager.core.admin_base import ReadOnlyAdmin, TenantScopedAdmin
from widgets_manager.core.models import ApiToken, AuditEntry, Invite, Membership, Role, User


def test_it_works(root: Client, alice: Person) -> None:
    token, _ = create_token(actor=alice.actor, name="backend", scopes=["widgets"])
    page = root.get(address(ApiToken, "changelist"), {"q": "backend"}).content.decode()
    assert "backend" in page
    assert token.prefix in page
    assert "1 tokens revoked." in act(root, ApiToken, "revoke_tokens", token)
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert AuditEntry.objects.get(action="token.revoke").actor_name == "root"


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_every_list_opens_searches_and_filters(root: Client, alice: Person, model: type[Model]) -> None:
    registered = admin.site.get_model_admin(model)
    assert root.get(address(model, "changelist")).status_code == 200
    assert registered.search_fields, "an operator must be able to find a row"
    assert registered.list_filter
    assert root.get(address(model, "changelist"), {"q": "alice"}).status_code == 200


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_every_model_with_a_tenant_is_scoped(model: type[Model]) -> None:
    if any(field.name == "tenant" for field in model._meta.fields):
        assert isinstance(admin.site.get_model_admin(model), TenantScopedAdmin)
    assert isinstance(admin.site.get_model_admin(model), ReadOnlyAdmin)


def test_every_model_is_there() -> None:
    assert {"core", "live", "jobs", "files", "packages", "widgets", "panels", "conversations", "turns"} <= {
        model._meta.app_label for model in OWN
    }
    assert [model._meta.label for model in OWN if not admin.site.is_registered(model)] == []


def test_staff_sees_only_own_tenants(alice: Person, charlie: Person) -> None:
    alices, charlies = staff(alice), staff(charlie)
    token, _ = create_token(actor=alice.actor, name="alices-backend", scopes=["widgets"])
    invite, _ = create_invite(actor=alice.actor, role="member")
    pending = request_confirmation(actor=alice.actor, action="x", args={}, summary="alices-question")
    entry = AuditEntry.objects.filter(tenant=alice.tenant).first()
    rows: list[Model | None] = [token, invite, pending, entry, alice.tenant, alice.user, alice.user.memberships.first()]
    for row in rows:
        assert row is not None
        assert alices.get(address(type(row), "change", row.pk)).status_code == 200
        answer = charlies.get(address(type(row), "change", row.pk))
        assert (answer.status_code, answer["Location"]) == (302, "/admin/"), row
        listed = charlies.get(address(type(row), "changelist"))
        assert not {str(found.pk) for found in listed.context["cl"].result_list} & {str(row.pk)}
        assert "Acme" not in listed.content.decode()


def test_staff_cannot_act_on_another_tenant(alice: Person, charlie: Person) -> None:
    token, _ = create_token(actor=alice.actor, name="alices", scopes=["widgets"])
    act(staff(charlie), ApiToken, "revoke_tokens", token)
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_tenant_filter_of_another_tenant_shows_nothing(alice: Person, charlie: Person) -> None:
    create_token(actor=charlie.actor, name="charlies", scopes=["widgets"])
    listed = staff(charlie).get(address(ApiToken, "changelist"), {"tenant": str(alice.tenant.pk)})
    assert listed.context["cl"].result_count == 0
    assert staff(charlie).get(address(ApiToken, "changelist"), {"tenant": "nonsense"}).status_code == 404


def test_staff_acts_with_the_role_they_have(alice: Person, bob: Person) -> None:
    token, _ = create_token(actor=alice.actor, name="alices", scopes=["widgets"])
    membership = Membership.objects.get(user=alice.user)
    client = staff(bob)
    assert "There is no such token." in act(client, ApiToken, "revoke_tokens", token)
    assert "needs admin or above" in act(client, Membership, "remove_members", membership)
    assert Membership.objects.filter(user=alice.user, role=Role.OWNER).exists()


def test_without_the_change_permission_there_are_no_actions(alice: Person) -> None:
    token, _ = create_token(actor=alice.actor, name="alices", scopes=["widgets"])
    client = staff(alice)
    alice.user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    act(client, ApiToken, "revoke_tokens", token)
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_last_owner_stays_here_too(root: Client, alice: Person, bob: Person) -> None:
    alices, bobs = Membership.objects.get(user=alice.user), Membership.objects.get(user=bob.user)
    page = act(root, Membership, "remove_members", alices, bobs)
    assert "keeps at least one owner" in page
    assert "1 members removed." in page
    assert list(Membership.objects.all()) == [alices]


def test_invites_are_revoked(root: Client, alice: Person) -> None:
    invite, _ = create_invite(actor=alice.actor, role="member")
    act(root, Invite, "revoke_invites", invite)
    invite.refresh_from_db()
    assert not invite.usable


@pytest.mark.parametrize("page", ["add", "change", "delete"])
def test_the_audit_trail_is_read_only(root: Client, alice: Person, page: str) -> None:
    entry = AuditEntry.objects.first()
    assert entry is not None
    where = address(AuditEntry, page, *([] if page == "add" else [entry.pk]))
    assert root.post(where, {"action": "forged"}).status_code == 403
    assert "forged" not in AuditEntry.objects.values_list("action", flat=True)


def test_secrets_are_not_shown(root: Client, alice: Person) -> None:
    token, _ = create_token(actor=alice.actor, name="backend", scopes=["widgets"])
    invite, _ = create_invite(actor=alice.actor, role="member")
    for row in (token, invite):
        assert row.token_hash not in root.get(address(type(row), "change", row.pk)).content.decode()
    page = staff(alice).get(address(User, "change", alice.user.pk)).content.decode()
    assert "password" not in page.split('id="content"')[1].lower()


def test_superusers_make_accounts(root: Client) -> None:
    data = {
        "username": "erin",
        "usable_password": "true",
        "password1": "a long phrase 7",
        "password2": "a long phrase 7",
    }
    data |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert root.post(address(User, "add"), data).status_code == 302
    assert User.objects.get(username="erin").check_password("a long phrase 7")


def test_who_is_not_staff_gets_the_sign_in_form(alice: Person) -> None:
    assert alice.client.get("/admin/").status_code == 302
