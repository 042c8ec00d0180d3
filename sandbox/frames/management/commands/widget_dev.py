"""Install a widget with a script from a folder, and again at every change: what pages show is what the author saved."""

from __future__ import annotations

from pathlib import Path
from time import sleep, strftime
from typing import Any, Final

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import close_old_connections, transaction

from sandbox.frames.folders import MANIFEST, Folder, FolderFault, Stamp, place_once, put_widget
from widgets_manager.core.actor import Actor
from widgets_manager.core.management.command import ActionCommand, command_actor
from widgets_manager.widgets.access import visible_workspaces
from widgets_manager.widgets.models import Workspace

SECONDS: Final = 0.5


class Command(ActionCommand):
    """`widget_dev PATH --user NAME [--tenant SLUG] [--workspace NAME]`."""

    help = "Install a widget from a folder with manifest.json and its script, and again at every change."

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder, and for whom."""
        parser.add_argument("path", type=Path, help=f"a folder with {MANIFEST} and the script that it names")
        parser.add_argument("--user", required=True, help="username of who installs")
        parser.add_argument("--tenant", help="which organisation (slug, id or name), when the user belongs to several")
        parser.add_argument("--workspace", help="name of the dashboard to show it on, when it is on none or on others")

    def run(self, options: dict[str, Any]) -> None:
        """Watch until Ctrl-C; a fault of the folder is printed, and mended by the next change."""
        folder = Folder(options["path"].resolve())
        if not folder.path.is_dir():
            raise CommandError(f"{options['path']}: no such folder")
        actor = command_actor(options["user"], options["tenant"])
        workspace = _workspace(actor, options["workspace"]) if options["workspace"] else None
        seen: Stamp | None = None
        try:
            while True:
                seen = self._look(actor, folder, workspace, seen)
                sleep(SECONDS)
        except KeyboardInterrupt:
            self.stdout.write("")

    def _look(self, actor: Actor, folder: Folder, workspace: Workspace | None, seen: Stamp | None) -> Stamp:
        """Install what the folder has when that is not what was seen last; what is seen now."""
        stamp = folder.stamp()
        if stamp != seen:
            if not transaction.get_connection().in_atomic_block:
                close_old_connections()  # hours may have passed since the last change
            self._install(actor, folder, workspace)
        return stamp

    def _install(self, actor: Actor, folder: Folder, workspace: Workspace | None) -> None:
        try:
            package = folder.read()
        except FolderFault as fault:
            for line in fault.lines:
                self.stderr.write(line)
            return
        for warning in package.warnings:
            self.stderr.write(f"warning: {MANIFEST}: {warning.path}: {warning.message}")
        widget = put_widget(actor=actor, folder=folder, package=package)
        instance = place_once(actor=actor, widget=widget, workspace=workspace)
        address = f"{settings.PUBLIC_ORIGIN}/dashboard/{instance.workspace_id}/"
        self.stdout.write(f"{strftime('%H:%M:%S')} {widget.name} {package.content_hash[:12]} on {address}")


def _workspace(actor: Actor, name: str) -> Workspace:
    """The dashboard of that name. Raises CommandError that says what there is."""
    found = visible_workspaces(actor).filter(name=name).first()
    if found is None:
        known = ", ".join(visible_workspaces(actor).values_list("name", flat=True)[:20]) or "none yet"
        raise CommandError(f"There is no dashboard '{name}'; there are: {known}.")
    return found
