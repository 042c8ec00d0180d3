"""POST, GET, DELETE /api/tokens."""

from tests.people import Person, assert_refused
from widgets_manager.core.models import ApiToken, AuditEntry


def test_it_works(alice: Person) -> None:
    response = alice.client.post("/api/tokens", {"name": "backend", "scopes": ["chat:manifests"]})
    assert response.status_code == 201
    secret = response.json()["secret"]
    assert response.json()["token"]["prefix"] == secret[:12]
    assert not ApiToken.objects.filter(token_hash=secret).exists()
    assert AuditEntry.objects.filter(action="token.create").count() == 1
    listed = alice.client.get("/api/tokens").json()["tokens"]
    assert [token["name"] for token in listed] == ["backend"]
    assert "secret" not in listed[0]


def test_unknown_scope_names_the_allowed_ones(alice: Person) -> None:
    response = alice.client.post("/api/tokens", {"name": "x", "scopes": ["everything"]})
    error = assert_refused(response, 422, "INVALID_INPUT", "scopes")
    assert "chat:intents" in error["message"]


def test_scope_is_enforced(alice: Person) -> None:
    assert_refused(alice.bearer("chat:intents").get("/api/members"), 403, "PERMISSION_DENIED")
    assert alice.bearer("widgets").get("/api/members").status_code == 200


def test_revoked_token_is_refused(alice: Person) -> None:
    client = alice.bearer("widgets")
    token = ApiToken.objects.get()
    assert alice.client.delete(f"/api/tokens/{token.pk}").json() == {"success": True}
    assert_refused(client.get("/api/members"), 401, "TOKEN_REVOKED")


def test_member_cannot_make_service_tokens(bob: Person) -> None:
    response = bob.client.post("/api/tokens", {"name": "x", "scopes": ["widgets"], "service": True})
    assert_refused(response, 403, "PERMISSION_DENIED")


def test_charlie_cannot_revoke_it(alice: Person, charlie: Person) -> None:
    alice.token("widgets")
    token = ApiToken.objects.get()
    assert_refused(charlie.client.delete(f"/api/tokens/{token.pk}"), 404, "NOT_FOUND")
    token.refresh_from_db()
    assert token.revoked_at is None
    assert charlie.client.get("/api/tokens").json()["tokens"] == []


def test_bob_cannot_see_alices_tokens(alice: Person, bob: Person) -> None:
    alice.token("widgets")
    assert bob.client.get("/api/tokens").json()["tokens"] == []
    assert_refused(bob.client.delete(f"/api/tokens/{ApiToken.objects.get().pk}"), 404, "NOT_FOUND")
