"""Stage: commands. `create_agent USERNAME NAME`: an agent; only the lines of its `.env` are printed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from chat.agents.actions.agents import create_agent
from widgets_manager.core.management.command import ActionCommand, command_actor


class Command(ActionCommand):
    """Makes an agent of a user, and shows its credentials this once."""

    help = "Make an agent of a user and print the lines of its .env, and nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        """USERNAME, NAME, --tenant and --description."""
        parser.add_argument("username")
        parser.add_argument("name")
        parser.add_argument("--tenant", metavar="T", help="slug, id or name of the organisation")
        parser.add_argument("--description", default="")

    def run(self, options: dict[str, Any]) -> None:
        """Print the lines."""
        actor = command_actor(options["username"], options["tenant"])
        _, credentials = create_agent(actor=actor, name=options["name"], description=options["description"])
        self.stdout.write(credentials.env, ending="")
