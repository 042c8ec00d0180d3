"""Install a widget from a file or a URL for a user, or for a whole tenant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.management.command import ActionCommand, command_actor
from widgets_manager.widgets.actions import installs


class Command(ActionCommand):
    """`install_widget SOURCE --user NAME [--tenant SLUG] [--tenant-wide]`."""

    help = "Install a widget from a file or a URL."

    def add_arguments(self, parser: CommandParser) -> None:
        """The source, and for whom."""
        parser.add_argument("source", help="a path, or an http(s) address")
        parser.add_argument("--user", required=True, help="username of who installs")
        parser.add_argument("--tenant", help="which organisation (slug, id or name), when the user belongs to several")
        parser.add_argument("--tenant-wide", action="store_true", help="install for every member (admins)")

    def run(self, options: dict[str, Any]) -> None:
        """Install, print the widget's id, and the warnings on standard error."""
        actor = command_actor(options["user"], options["tenant"])
        try:
            widget, warnings = installs.install_widget(
                actor=actor, source=_source(options["source"]), tenant_wide=options["tenant_wide"]
            )
        except ApiError as error:
            lines = [error.message, *(f"  {problem.path}: {problem.message}" for problem in error.errors)]
            raise CommandError("\n".join(lines)) from None
        for warning in warnings:
            self.stderr.write(f"warning: {warning.path}: {warning.message}")
        self.stdout.write(str(widget.pk))


def _source(text: str) -> installs.Source:
    if text.startswith(("http://", "https://")):
        return installs.from_url(text)
    path = Path(text)
    try:
        return installs.from_upload(path.name, path.stat().st_size, path.read_bytes)
    except OSError as error:
        raise CommandError(f"{text}: {error.strerror}") from None
