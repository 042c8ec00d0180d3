"""The audit trail: every write leaves an entry, and nobody changes one."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.people import Person
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.models import AuditEntry


def test_it_works(alice: Person) -> None:
    alice.client.patch("/api/tenant", {"name": "New"}, headers={"X-Request-ID": "r-1"})
    entry = AuditEntry.objects.get(action="tenant.update")
    assert (entry.tenant, entry.actor_id, entry.actor_name, entry.via) == (
        alice.tenant,
        alice.user.pk,
        "alice",
        "session",
    )
    assert (entry.target_type, entry.target_id) == ("tenant", str(alice.tenant.pk))
    assert entry.request_id == "r-1"


def test_a_token_is_named(alice: Person) -> None:
    alice.bearer("widgets").post("/api/workspaces", {"name": "New"})
    assert AuditEntry.objects.get(action="workspace.create").via == "token"


def test_a_refused_write_leaves_nothing(bob: Person) -> None:
    before = AuditEntry.objects.count()
    bob.client.patch("/api/tenant", {"name": "New"})
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET action = 'forged'", "DELETE FROM audit_entries"])
def test_the_database_refuses_changes(alice: Person, statement: str) -> None:
    before = list(AuditEntry.objects.values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(AuditEntry.objects.values()) == before


def test_so_does_the_model(alice: Person) -> None:
    entry = record_audit(actor=alice.actor, action="x")
    entry.action = "y"
    with pytest.raises(TypeError, match="append-only"):
        entry.save()
    with pytest.raises(TypeError, match="append-only"):
        entry.delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_an_entry_outlives_its_people(alice: Person) -> None:
    entry = record_audit(actor=alice.actor, action="x", target=alice.user)
    alice.user.delete()
    entry.refresh_from_db()
    assert entry.actor_name == "alice"
