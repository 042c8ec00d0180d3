"""GET and PATCH /api/tenant, and the switch between organisations."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Person, assert_refused
from widgets_manager.core.actions.tenants import create_tenant
from widgets_manager.core.models import AuditEntry, Membership, Tenant, User

FORM = "application/x-www-form-urlencoded"


def switch(person: Person, client: Any, tenant: Tenant | str, **more: str) -> Any:
    wanted = tenant if isinstance(tenant, str) else tenant.pk
    body = "&".join(f"{name}={value}" for name, value in {"tenant": wanted, **more}.items())
    return client.post("/tenant/", body, content_type=FORM)


def test_it_works(alice: Person) -> None:
    response = alice.client.patch("/api/tenant", {"name": " Acme Two ", "confirmWrites": True})
    assert response.json()["tenant"] == {"id": str(alice.tenant.pk), "name": "Acme Two", "confirm_writes": True}
    assert alice.client.get("/api/tenant").json()["tenant"]["role"] == "owner"
    assert AuditEntry.objects.get(action="tenant.update").data == {"name": "Acme Two", "confirm_writes": True}


def test_only_admins_change_it(bob: Person, vera: Person) -> None:
    for person in (bob, vera):
        assert person.client.get("/api/tenant").status_code == 200
        assert_refused(person.client.patch("/api/tenant", {"name": "Mine"}), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": 3}, "name"),
        ({"name": "a\x00b"}, None),
        ({"confirmWrites": "yes"}, "confirmWrites"),
        ({"confirm_writes": True}, "confirm_writes"),
    ],
)
def test_wrong_values_change_nothing(alice: Person, body: dict[str, Any], path: str | None) -> None:
    response = alice.client.patch("/api/tenant", body)
    assert response.status_code == 422
    if path:
        assert response.json()["error"]["path"] == path
    assert Tenant.objects.get().name == "Acme"


def test_charlie_changes_only_his_own(alice: Person, charlie: Person) -> None:
    charlie.client.patch("/api/tenant", {"name": "Charlie's"})
    assert set(Tenant.objects.values_list("name", flat=True)) == {"Acme", "Charlie's"}


def test_the_switch_changes_what_everything_shows(alice: Person) -> None:
    second = create_tenant(name="Second", owner=alice.user)
    client = alice.client
    assert client.get("/api/tenant").json()["tenant"]["name"] == "Acme"
    assert switch(alice, client, second)["Location"] == "/"
    assert client.get("/api/tenant").json()["tenant"]["name"] == "Second"
    assert b"Second" in client.get("/settings/", headers={"Accept": "text/html"}).content


def test_the_switch_refuses_strangers_tenants(alice: Person, charlie: Person) -> None:
    client = charlie.client
    for wanted in (alice.tenant, "nonsense", ""):
        assert switch(charlie, client, wanted).status_code == 404
    assert client.get("/api/tenant").json()["tenant"]["name"] == "Other"


def test_the_switch_never_leads_away(alice: Person) -> None:
    client = alice.client
    assert switch(alice, client, alice.tenant, next="/settings/")["Location"] == "/settings/"
    for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert switch(alice, client, alice.tenant, next=target)["Location"] == "/"


def test_who_left_the_chosen_tenant_falls_back_to_another(alice: Person, charlie: Person) -> None:
    Membership.objects.create(user=charlie.user, tenant=alice.tenant)
    client = charlie.client
    switch(charlie, client, alice.tenant)
    Membership.objects.filter(user=charlie.user, tenant=alice.tenant).delete()
    assert client.get("/api/tenant").json()["tenant"]["name"] == "Other"


def test_who_belongs_nowhere_is_told_so(alice: Person) -> None:
    erin = Person(User.objects.create_user("erin"), alice.tenant)
    assert_refused(erin.client.get("/api/tenant"), 401, "NO_TENANT")
