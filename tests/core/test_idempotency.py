"""Idempotency-Key: a write that is sent twice runs once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.people import Person, assert_refused
from widgets_manager.core.actions.idempotency import delete_old_keys, run_once
from widgets_manager.core.exceptions import Conflict
from widgets_manager.core.models import AuditEntry, IdempotencyKey, Invite, Tenant
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.widgets.models import Workspace

KEY = {"Idempotency-Key": "one"}


def invite(client: Any, role: str = "member", key: str = "one") -> Any:
    return client.post("/api/invites", {"role": role}, headers={"Idempotency-Key": key})


def make_workspace(client: Any, key: str = "one") -> Any:
    return client.post("/api/workspaces", {"name": "Mine"}, headers={"Idempotency-Key": key})


def test_it_works(alice: Person) -> None:
    client = alice.client
    first, again = make_workspace(client), make_workspace(client)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert Workspace.objects.count() == 1
    assert make_workspace(client, key="two").json() != first.json()


def test_secrets_are_not_kept_with_their_key(alice: Person) -> None:
    """A link or a token is shown once; the second request runs nothing and is told so."""
    client = alice.client
    assert invite(client).status_code == 201
    assert_refused(invite(client), 409, "IDEMPOTENCY_ANSWER_LOST")
    assert Invite.objects.count() == 1
    assert IdempotencyKey.objects.get().response is None


def test_a_replay_leaves_no_second_trace(alice: Person) -> None:
    client = alice.client
    for _ in range(3):
        assert client.patch("/api/tenant", {"name": "New"}, headers=KEY).status_code == 200
    assert AuditEntry.objects.filter(action="tenant.update").count() == 1


def test_another_request_with_the_key_is_refused(alice: Person) -> None:
    client = alice.client
    invite(client)
    for response in (
        invite(client, role="viewer"),
        client.post("/api/invites?x=1", {"role": "member"}, headers=KEY),
        client.patch("/api/tenant", {"name": "New"}, headers=KEY),
    ):
        assert_refused(response, 409, "IDEMPOTENCY_MISMATCH")
    assert (Invite.objects.count(), Tenant.objects.get().name) == (1, "Acme")


def test_a_refused_write_may_be_corrected_with_the_same_key(alice: Person) -> None:
    client = alice.client
    assert_refused(invite(client, role="king"), 422, "INVALID_INPUT", "role")
    assert invite(client).status_code == 201


def test_keys_of_different_people_are_different(alice: Person, charlie: Person) -> None:
    first, second = invite(alice.client), invite(charlie.client)
    assert second.status_code == 201
    assert first.json() != second.json()


def test_reading_ignores_the_key(alice: Person) -> None:
    client = alice.client
    for _ in range(2):
        assert "Idempotent-Replayed" not in client.get("/api/members", headers=KEY)
    assert not IdempotencyKey.objects.exists()


def test_a_key_has_a_length(alice: Person) -> None:
    assert_refused(invite(alice.client, key="k" * 201), 422, "INVALID_INPUT", "Idempotency-Key")


def test_a_token_may_use_keys_too(alice: Person) -> None:
    client = alice.bearer("widgets")
    assert make_workspace(client).json() == make_workspace(client).json()
    assert Workspace.objects.count() == 1


def test_of_eight_at_once_one_runs(transactional_db: None, alice: Person) -> None:
    clients = [alice.client for _ in range(8)]

    def send(client: Any) -> tuple[int, str]:
        try:
            response = invite(client)
            return response.status_code, response.json().get("link") or response.json()["error"]["code"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, clients))
    made = {answer for answer in answers if answer[0] == 201}
    assert len(made) == 1
    assert answers - made <= {(409, "IDEMPOTENCY_RUNNING"), (409, "IDEMPOTENCY_ANSWER_LOST")}
    assert Invite.objects.count() == 1


def test_a_write_whose_answer_was_lost_is_not_repeated(alice: Person) -> None:
    """The process died after the commit and before the answer was kept."""

    def run() -> tuple[int, Any]:
        with unit_of_work():
            Tenant.objects.update(name="Written")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_once(actor=alice.actor, key="k", request_hash="h", run=run)
    assert Tenant.objects.get().name == "Written"
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    with pytest.raises(Conflict, match="answer was lost"):
        run_once(actor=alice.actor, key="k", request_hash="h", run=run)


def test_a_run_that_died_before_it_wrote_may_be_repeated(alice: Person) -> None:
    IdempotencyKey.objects.create(tenant=alice.tenant, user=alice.user, key="k", request_hash="h")
    with pytest.raises(Conflict, match="still running"):
        run_once(actor=alice.actor, key="k", request_hash="h", run=lambda: (200, {}))
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    assert run_once(actor=alice.actor, key="k", request_hash="h", run=lambda: (200, {"n": 1})) == (
        (200, {"n": 1}),
        False,
    )


def test_keys_are_forgotten_after_two_days(alice: Person) -> None:
    client = alice.client
    invite(client, key="old")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(days=2, seconds=1))
    invite(client, key="new")
    assert delete_old_keys() == 1
    assert IdempotencyKey.objects.get().key == "new"
