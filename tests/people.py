"""The people of the tests: alice (owner), bob (her teammate), vera (a viewer) and charlie (another tenant)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from widgets_manager.core.access import session_actor
from widgets_manager.core.actions.tenants import create_tenant
from widgets_manager.core.actions.tokens import create_token
from widgets_manager.core.actor import ALL_SCOPES, Actor
from widgets_manager.core.models import Membership, Role, Tenant, User

JSON = "application/json"
PASSWORD = "correct horse battery"


@dataclass
class Person:
    """A user with an actor, a signed-in JSON client, and an API token on demand."""

    user: User
    tenant: Tenant
    password: str = PASSWORD

    @property
    def actor(self) -> Actor:
        return session_actor(self.user, self.tenant.pk)

    @property
    def client(self) -> JSONClient:
        client = JSONClient(raise_request_exception=False)
        client.force_login(self.user)
        return client

    def token(self, *scopes: str, service: bool = False) -> str:
        wanted = list(scopes) or sorted(ALL_SCOPES)
        return create_token(actor=self.actor, name="test", scopes=wanted, is_service=service)[1]

    def bearer(self, *scopes: str, service: bool = False) -> JSONClient:
        token = self.token(*scopes, service=service)
        return JSONClient(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})


class JSONClient(Client):
    """Django's test client that speaks JSON unless told otherwise."""

    def post(self, path: str, data: Any = None, content_type: str = JSON, **extra: Any) -> Any:  # type: ignore[override]
        return super().post(path, data, content_type, **extra)

    def patch(self, path: str, data: Any = "", content_type: str = JSON, **extra: Any) -> Any:  # type: ignore[override]
        return super().patch(path, data, content_type, **extra)

    def put(self, path: str, data: Any = "", content_type: str = JSON, **extra: Any) -> Any:  # type: ignore[override]
        return super().put(path, data, content_type, **extra)

    def delete(self, path: str, data: Any = "", content_type: str = JSON, **extra: Any) -> Any:  # type: ignore[override]
        return super().delete(path, data, content_type, **extra)


def assert_refused(response: Any, status: int, code: str, path: str | None = None) -> dict[str, Any]:
    """The answer is a refusal of the one shape; returns its `error` object."""
    assert response.status_code == status, response.content
    error: dict[str, Any] = response.json()["error"]
    assert error["code"] == code, error
    assert error["message"]
    if path is not None:
        assert error.get("path") == path, error
    return error


@pytest.fixture
def acme(db: None) -> Tenant:
    owner = User.objects.create_user("alice", password=PASSWORD, first_name="Alice")
    return create_tenant(name="Acme", owner=owner)


@pytest.fixture
def alice(acme: Tenant) -> Person:
    return Person(User.objects.get(username="alice"), acme)


@pytest.fixture
def bob(acme: Tenant) -> Person:
    user = User.objects.create_user("bob", password=PASSWORD, first_name="Bob")
    Membership.objects.create(user=user, tenant=acme, role=Role.MEMBER)
    return Person(user, acme)


@pytest.fixture
def vera(acme: Tenant) -> Person:
    user = User.objects.create_user("vera", password=PASSWORD, first_name="Vera")
    Membership.objects.create(user=user, tenant=acme, role=Role.VIEWER)
    return Person(user, acme)


@pytest.fixture
def charlie(db: None) -> Person:
    user = User.objects.create_user("charlie", password=PASSWORD, first_name="Charlie")
    return Person(user, create_tenant(name="Other", owner=user))
