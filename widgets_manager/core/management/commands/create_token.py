"""Stage: commands. `create_token USERNAME`: a bearer token; nothing else is printed on standard output."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from widgets_manager.core.actions.tokens import create_token
from widgets_manager.core.actor import SCOPES
from widgets_manager.core.management.command import ActionCommand, command_actor


class Command(ActionCommand):
    """Makes a token of a user, and shows it this once."""

    help = "Make a bearer token for a user and print it, and nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        """USERNAME, --scope, --service, --tenant, --name and --days."""
        scopes = "; ".join(f"{name}: {meaning}" for name, meaning in SCOPES.items())
        parser.add_argument("username")
        parser.add_argument(
            "--scope",
            action="append",
            dest="scopes",
            metavar="S",
            help=f"may be repeated; else all ({scopes})",
        )
        parser.add_argument("--service", action="store_true", help="may name the users of its organisation; for admins")
        parser.add_argument("--tenant", metavar="T", help="slug, id or name of the organisation")
        parser.add_argument("--name", default="command line", help="what lists call it")
        parser.add_argument("--days", type=int, help="how long it is valid; for ever when left out")

    def run(self, options: dict[str, Any]) -> None:
        """Print the secret."""
        days = options["days"]
        if days is not None and not 1 <= days <= 3650:
            raise CommandError("--days is between 1 and 3650.")
        if options["service"] and not options["tenant"]:
            raise CommandError("--service needs --tenant: it says whose users the token may name.")
        _, secret = create_token(
            actor=command_actor(options["username"], options["tenant"]),
            name=options["name"],
            scopes=options["scopes"] or sorted(SCOPES),
            is_service=options["service"],
            expires_at=timezone.now() + timedelta(days=days) if days else None,
        )
        self.stdout.write(secret)
