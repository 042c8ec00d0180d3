"""Stage: commands. `demo`: the demo data of a development start; running it again changes nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from widgets_manager.core.demo import PEOPLE, PasswordFile, make_demo
from widgets_manager.core.management.command import ActionCommand


class Command(ActionCommand):
    """Makes Acme (alice, bob) and Globex (charlie), and prints new passwords once."""

    help = "Make the demo organisations, people and dashboard, when they are not there yet."

    def run(self, options: dict[str, Any]) -> None:
        """Make, and say what a person needs to sign in."""
        if settings.PRODUCTION:
            raise CommandError("Demo data belongs into a development start; for production see create_tenant.")
        passwords = PasswordFile(settings.DATA_DIR / "demo-passwords.txt")
        made = make_demo(passwords, settings.ENV["DEMO_PASSWORD"])
        for person in PEOPLE:
            if person.username in made:
                self.stdout.write(
                    f"  {person.username:<8} {passwords[person.username]}   ({person.role} of {person.tenant})"
                )
        names = ", ".join(person.username for person in PEOPLE)
        self.stdout.write(f"  Demo users: {names}; their passwords are in {passwords.path}")
