"""Every write leaves an entry in the audit trail; that each succeeds also shows that its good body is good."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.requests import WRITES, Write
from tests.contract.test_bad_input import by_name, send
from tests.contract.things import Things
from tests.people import Person
from widgets_manager.core.models import AuditEntry, Membership, Role

# These need a question of the assistant's, or a database that commits (tests/chat).
DEPENDENT = {
    "api-conversation-start",
    "api-message-choose",
    "api-message-confirm",
    "api-message-retry",
    "api-messages",
}
# Every touch of a widget sets the state of one's own conversation, and scripts keep what they like; what tools and
# scripts write elsewhere is recorded. How far one has read, and that one is writing, passes.
STATE = {"api-app-action", "api-bridge", "api-session-action", "api-session-state"} | {
    "api-conversation-read",
    "api-conversation-typing",
}
# What one was told, and has seen.
SEEN = {"api-notification", "api-notifications-read-all"}
# These look at a document and keep nothing of it.
LOOKING = {"api-widget-preview", "api-apps-validate", "api-app-validate"}


@pytest.mark.parametrize("write", [write for write in WRITES if write.name not in DEPENDENT], ids=by_name)
def test_it_works(settings: Any, tmp_path: Any, alice: Person, bob: Person, write: Write) -> None:
    settings.FILES_ROOT = tmp_path
    Membership.objects.filter(user=bob.user).update(role=Role.OWNER)  # so that alice may leave
    things = Things(alice)
    body = write.body(things)
    write.address(things)
    last = AuditEntry.objects.latest("id").pk
    response = send(alice.client, write, things, body)
    assert response.status_code < 300, response.content
    if write.name in STATE | SEEN:
        return
    entries = AuditEntry.objects.filter(pk__gt=last)
    if write.name in LOOKING:
        assert not entries.exists()
        return
    assert entries.exists()
    assert {(entry.tenant, entry.actor_id, entry.via) for entry in entries} == {
        (alice.tenant, alice.user.pk, "session")
    }
