"""Stage: commands. `create_tenant NAME --owner USERNAME`: a new organisation, and its owner when needed."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.management.base import CommandError, CommandParser

from widgets_manager.core.actions.tenants import create_tenant
from widgets_manager.core.management.command import ActionCommand
from widgets_manager.core.models import User
from widgets_manager.core.unit_of_work import unit_of_work


class Command(ActionCommand):
    """Makes an organisation; an owner who is not there yet is made with a password."""

    help = "Make an organisation with its owner."

    def add_arguments(self, parser: CommandParser) -> None:
        """NAME, --owner and --password-stdin."""
        parser.add_argument("name", help="name of the organisation")
        parser.add_argument("--owner", required=True, metavar="USERNAME", help="its owner; made when not there yet")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read a new owner's password from standard input"
        )

    def run(self, options: dict[str, Any]) -> None:
        """All of it or nothing."""
        owner: str = options["owner"]
        with unit_of_work():
            user = User.objects.filter(username=owner).first()
            user = user or _make_user(owner, _read_password(owner, from_stdin=options["password_stdin"]))
            tenant = create_tenant(name=options["name"], owner=user)
        self.stdout.write(f"{tenant.name} ({tenant.slug}) is ready; its owner is {owner}.")


def _read_password(username: str, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandError(f"There is no user '{username}' yet: add --password-stdin and send a password.")
    password = getpass.getpass(f"Password for the new user {username}: ")
    if password != getpass.getpass("The same again: "):
        raise CommandError("The two passwords differ.")
    return password


def _make_user(username: str, password: str) -> User:
    user = User(username=username)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    return user
