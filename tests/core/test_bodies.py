"""Bodies of requests that no one should send: each a clear refusal, nothing written."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Person, assert_refused
from widgets_manager.core.models import Invite, Tenant

BAD: dict[str, tuple[bytes, int, str]] = {
    "not JSON": (b"role=member", 422, "INVALID_JSON"),
    "cut off": (b'{"role": "mem', 422, "INVALID_JSON"),
    "a name twice": (b'{"role": "viewer", "role": "owner"}', 422, "INVALID_JSON"),
    "NaN": (b'{"role": NaN}', 422, "INVALID_JSON"),
    "half a character": (b'{"role": "\\ud800"}', 422, "INVALID_JSON"),
    "U+0000": (b'{"role": "\\u0000"}', 422, "INVALID_JSON"),
    "not UTF-8": (b'{"role": "\xff"}', 422, "INVALID_JSON"),
    "5,000 levels": (b'{"role": ' + b"[" * 5000 + b"]" * 5000 + b"}", 422, "INVALID_JSON"),
    "10 MB": (b'{"role": "' + b"x" * 10_000_000 + b'"}', 413, "TOO_LARGE"),
    "a list": (b"[]", 422, "INVALID_INPUT"),
    "a number": (b"7", 422, "INVALID_INPUT"),
    "null": (b"null", 422, "INVALID_INPUT"),
}


@pytest.mark.parametrize("keyed", [False, True], ids=["", "with a key"])
@pytest.mark.parametrize(("body", "status", "code"), BAD.values(), ids=BAD)
def test_it_works(alice: Person, body: bytes, status: int, code: str, keyed: bool) -> None:
    headers = {"Idempotency-Key": "k"} if keyed else {}
    response = alice.client.post("/api/invites", body, content_type="application/json", headers=headers)
    assert_refused(response, status, code)
    assert not Invite.objects.exists()


def test_another_content_type_is_refused(alice: Person) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        response = alice.client.post("/api/invites", b"role=owner", content_type=kind)
        assert_refused(response, 415, "UNSUPPORTED_MEDIA_TYPE")


def test_another_method_is_refused(alice: Person) -> None:
    assert_refused(alice.client.put("/api/invites", {}), 405, "METHOD_NOT_ALLOWED")


def test_unknown_addresses_speak_the_callers_language(alice: Person) -> None:
    assert_refused(alice.client.get("/api/nothing"), 404, "NOT_FOUND")
    page = alice.client.get("/nothing/", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert b"<h1>Not found</h1>" in page.content


@pytest.mark.parametrize("name", ["x\u202ey", "<script>alert(1)</script>", "🧡" * 60, "' OR 1=1 --"])
def test_odd_texts_are_kept_as_they_are(alice: Person, name: str) -> None:
    answer: Any = alice.client.patch("/api/tenant", {"name": name})
    assert answer.json()["tenant"]["name"] == name
    assert Tenant.objects.get().name == name


def test_each_answer_carries_an_id_that_a_proxy_may_choose(alice: Person) -> None:
    assert alice.client.get("/api/tenant", headers={"X-Request-ID": "abc-1"})["X-Request-ID"] == "abc-1"
    made = alice.client.get("/api/tenant", headers={"X-Request-ID": "bad id\twith spaces"})["X-Request-ID"]
    assert len(made) == 32
