"""Stage: actions. The demo data of a development start: two organisations, three people, and what rooms above add."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from widgets_manager.core.access import session_actor
from widgets_manager.core.actions.tenants import create_tenant
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.models import Membership, Role, Tenant, User
from widgets_manager.core.unit_of_work import unit_of_work

Actors = Mapping[str, Actor]
DemoStep = Callable[[Actors], object]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One of the people, and where they belong."""

    username: str
    first_name: str
    tenant: str
    role: Role


# An owner stands before the other members of their organisation.
PEOPLE: Final = (
    DemoPerson("alice", "Alice", "Acme", Role.OWNER),
    DemoPerson("bob", "Bob", "Acme", Role.MEMBER),
    DemoPerson("charlie", "Charlie", "Globex", Role.OWNER),
)

_steps: list[DemoStep] = []


def add_demo_step(step: DemoStep) -> None:
    """Let a room above add its part, from `AppConfig.ready()`.

    It gets the demo actors by username, runs in a transaction at every development start, and so must find out
    whether its part is there already.
    """
    _steps.append(step)


def make_demo(passwords: PasswordFile, fixed_password: str) -> list[str]:
    """Make what is missing and run every room's step; returns the usernames that were made.

    A `fixed_password` is set for everybody, each time; otherwise a new user gets the file's or a random one.
    """
    with unit_of_work():
        made = [person.username for person in PEOPLE if _make_user(person, passwords, fixed_password)]
        for person in PEOPLE:
            _make_membership(person)
    passwords.save()
    actors = {person.username: _actor(person) for person in PEOPLE}
    for step in _steps:
        with unit_of_work():
            step(actors)
    return made


class PasswordFile:
    """The demo users' passwords, one `username: password` a line, readable by the owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[str, str] = {}
        if path.exists():
            pairs = (line.partition(": ") for line in path.read_text().splitlines())
            self._lines = {name: password for name, separator, password in pairs if separator}
        self._changed = False

    def __getitem__(self, username: str) -> str:
        return self._lines[username]

    def known_or_new(self, username: str) -> str:
        """The password that is kept, else a random one, which is kept."""
        if username not in self._lines:
            self.keep(username, secrets.token_urlsafe(12))
        return self._lines[username]

    def keep(self, username: str, password: str) -> None:
        """Write this one at the next save."""
        self._changed |= self._lines.get(username) != password
        self._lines[username] = password

    def save(self) -> None:
        """Write what has changed, in one step."""
        if not self._changed:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.writelines(f"{name}: {password}\n" for name, password in self._lines.items())
        draft.replace(self.path)
        self._changed = False


def _make_user(person: DemoPerson, passwords: PasswordFile, fixed_password: str) -> bool:
    user, made = User.objects.get_or_create(username=person.username, defaults={"first_name": person.first_name})
    if fixed_password:
        passwords.keep(person.username, fixed_password)
    if made or (fixed_password and not user.check_password(fixed_password)):
        user.set_password(passwords.known_or_new(person.username))
        user.save(update_fields=["password"])
    return made


def _make_membership(person: DemoPerson) -> None:
    user = User.objects.get(username=person.username)
    tenant = Tenant.objects.filter(name=person.tenant).first()
    if tenant is None and person.role is Role.OWNER:
        create_tenant(name=person.tenant, owner=user)
    elif tenant is not None:
        Membership.objects.get_or_create(user=user, tenant=tenant, defaults={"role": person.role})


def _actor(person: DemoPerson) -> Actor:
    user = User.objects.get(username=person.username)
    tenant = Tenant.objects.get(name=person.tenant)
    return session_actor(user, tenant.pk, via=Via.COMMAND)
