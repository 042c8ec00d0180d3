"""Signing in and out, the password, and forged requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.people import PASSWORD, JSONClient, Person, assert_refused
from widgets_manager.core.models import Tenant
from widgets_manager.core.signals import access_changed

NEW = "another long phrase"


def sign_in(client: Client, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"username": "alice", "password": password, **more})


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str = NEW) -> Any:
    data = {"old_password": old, "new_password1": new, "new_password2": again}
    return client.post("/account/password/", data)


def test_it_works(alice: Person, client: Client) -> None:
    assert client.get("/settings/")["Location"] == "/sign-in/?next=/settings/"
    assert sign_in(client, next="/settings/")["Location"] == "/settings/"
    assert client.get("/settings/").status_code == 200
    assert client.get("/sign-in/").status_code == 302
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/settings/").status_code == 302
    assert client.get("/sign-out/").status_code == 405


def test_wrong_password_unknown_name_and_inactive_look_the_same(alice: Person, client: Client) -> None:
    wrong = sign_in(client, "wrong").context["form"].non_field_errors()
    unknown = client.post("/sign-in/", {"username": "nobody", "password": "x"}).context["form"].non_field_errors()
    alice.user.is_active = False
    alice.user.save()
    inactive = sign_in(client).context["form"].non_field_errors()
    assert wrong == unknown == inactive
    assert wrong


def test_signing_in_never_leads_away(alice: Person, client: Client) -> None:
    assert sign_in(client, next="https://evil.example/")["Location"] == "/"


def test_only_development_says_where_the_demo_passwords_are(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.DEBUG = True
    assert "demo-passwords.txt" not in client.get("/sign-in/").content.decode()
    (tmp_path / "demo-passwords.txt").write_text("alice: secret\n")
    page = client.get("/sign-in/").content.decode()
    assert "demo-passwords.txt" in page
    assert "secret" not in page
    settings.DEBUG = False
    assert "demo-passwords.txt" not in client.get("/sign-in/").content.decode()


def test_pages_have_the_strict_policy_and_no_inline_code(alice: Person, client: Client) -> None:
    for page in (client.get("/sign-in/"), alice.client.get("/settings/"), alice.client.get("/account/password/")):
        assert "script-src 'self'" in page["Content-Security-Policy"]
        assert "unsafe" not in page["Content-Security-Policy"]
        text = page.content.decode()
        assert " style=" not in text
        assert " onclick=" not in text
        assert "<script>" not in text


def test_names_are_shown_as_text(alice: Person) -> None:
    Tenant.objects.update(name="<script>alert(1)</script>")
    alice.user.first_name = "<img src=x onerror=alert(1)>"
    alice.user.save()
    text = alice.client.get("/settings/").content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text


def test_the_password_changes_and_other_browsers_are_signed_out(alice: Person) -> None:
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        sign_in(browser)
    heard: list[str] = []

    def listen(reason: str, **_: Any) -> None:
        heard.append(reason)

    access_changed.connect(listen)
    assert change(here)["Location"] == "/settings/"
    access_changed.disconnect(listen)
    assert heard == ["password_changed"]
    assert here.get("/settings/").status_code == 200
    assert elsewhere.get("/settings/").status_code == 302
    assert sign_in(Client()).status_code == 200
    assert sign_in(Client(), NEW).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again"), [("wrong", NEW, NEW), (PASSWORD, NEW, "x"), (PASSWORD, "short", "short")]
)
def test_a_password_that_does_not_fit_changes_nothing(alice: Person, old: str, new: str, again: str) -> None:
    client = Client()
    client.force_login(alice.user)
    response = change(client, old, new, again)
    assert response.status_code == 200
    assert response.context["form"].errors
    alice.user.refresh_from_db()
    assert alice.user.check_password(PASSWORD)


class TestForgedRequests:
    """Without the page's security token a browser's write is refused."""

    @pytest.fixture
    def tab(self, alice: Person) -> JSONClient:
        client = JSONClient(enforce_csrf_checks=True, raise_request_exception=False)
        client.force_login(alice.user)
        return client

    def test_it_works(self, tab: JSONClient, alice: Person) -> None:
        tab.get("/settings/")
        token = {"X-CSRFToken": tab.cookies["csrftoken"].value}
        assert tab.patch("/api/tenant", {"name": "New"}, headers=token).status_code == 200

    @pytest.mark.parametrize("method", ["post", "patch", "delete"])
    def test_the_api_refuses(self, tab: JSONClient, method: str) -> None:
        where = {"post": "/api/invites", "patch": "/api/tenant", "delete": "/api/members/x"}[method]
        assert_refused(getattr(tab, method)(where, {"name": "Evil", "role": "member"}), 403, "CSRF_FAILED")
        assert Tenant.objects.get().name == "Acme"

    def test_pages_refuse_with_a_way_out(self, tab: JSONClient) -> None:
        form = "application/x-www-form-urlencoded"
        for where in ("/sign-out/", "/tenant/", "/account/password/", "/sign-in/"):
            response = tab.post(where, "", content_type=form, headers={"Accept": "text/html"})
            assert response.status_code == 403, where
            assert b"reload the page" in response.content

    def test_a_bearer_token_needs_none(self, alice: Person) -> None:
        client = JSONClient(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {alice.token('widgets')}"})
        assert client.post("/api/workspaces", {"name": "New"}).status_code == 201

    def test_a_keyed_write_of_a_browser_runs(self, tab: JSONClient) -> None:
        tab.get("/settings/")
        headers = {"X-CSRFToken": tab.cookies["csrftoken"].value, "Idempotency-Key": "k"}
        assert tab.post("/api/invites", {"role": "member"}, headers=headers).status_code == 201
