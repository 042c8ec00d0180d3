"""Install a widget from a file or a URL for a user, or for a whole tenant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from widgets_manager.core.access import get_or_404, session_actor
from widgets_manager.core.actor import Via
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.models import Tenant, User
from widgets_manager.widgets.actions import installs


class Command(BaseCommand):
    """`install_widget SOURCE --user NAME [--tenant SLUG] [--tenant-wide]`."""

    help = "Install a widget from a file or a URL."

    def add_arguments(self, parser: CommandParser) -> None:
        """The source, and for whom."""
        parser.add_argument("source", help="a path, or an http(s) address")
        parser.add_argument("--user", required=True, help="username of who installs")
        parser.add_argument("--tenant", help="slug of the organisation; default: the user's first")
        parser.add_argument("--tenant-wide", action="store_true", help="install for every member (admins)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Install, print the widget's id, and the warnings on standard error."""
        try:
            user = get_or_404(User.objects.all(), f"user '{options['user']}'", username=options["user"])
            tenant = None
            if options["tenant"]:
                tenant = get_or_404(
                    Tenant.objects.filter(memberships__user=user),
                    f"organisation '{options['tenant']}' of {user.username}",
                    slug=options["tenant"],
                ).pk
            actor = session_actor(user, tenant, via=Via.COMMAND)
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
