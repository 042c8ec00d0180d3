"""An application without its pages: embedded servers in a folder of its own, isolates, beat, and workers to kill."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from config import env
from config.embedded.datafolder import DataFolder
from config.embedded.local import LocalServers
from config.embedded.processes import spawn
from sandbox.isolates.launch import running_service

PROCESSES: Final = 6  # of a worker; the organisation may run twice as many, since a killed one's wait for their leases
TABLE: Final = {"tables": {"done": {"columns": {"id": "serial primary key", "job": "integer", "step": "integer"}}}}
# Each job writes two rows and gives its widget data twice, with a pause in which it can be interrupted.
HANDLER: Final = """
async function handler(input, context) {
  for (const step of [1, 2]) {
    await context.managedDb.query('INSERT INTO done (job, step) VALUES ($1, $2)', [input.n, step]);
    await context.widget.update({ job: input.n, step });
    if (input.pause) await new Promise((resolve) => setTimeout(resolve, input.pause * Math.random()));
  }
  return { n: input.n };
}
module.exports = { handler };
"""


class Scene:
    """The servers, and the processes that were started on them."""

    def __init__(self, folder: Path, servers: LocalServers) -> None:
        self.folder = folder
        self.servers = servers
        self._started: list[subprocess.Popen[bytes]] = []

    def start_worker(self, *, processes: int = PROCESSES, include: str = "") -> subprocess.Popen[bytes]:
        """A worker as `make run` starts it."""
        more = [f"--include={include}"] if include else []
        return self._celery("worker", "--concurrency", str(processes), "--without-gossip", "--without-mingle", *more)

    def start_beat(self) -> subprocess.Popen[bytes]:
        """The scheduler."""
        return self._celery("beat", "--schedule", str(self.folder / "schedule"), "--pidfile", "")

    def end(self) -> None:
        """End every process that was started, with what it has forked."""
        for process in self._started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _celery(self, role: str, *arguments: str) -> subprocess.Popen[bytes]:
        command: Sequence[str] = [sys.executable, "-m", "celery", "--quiet", "-A", "config", role, *arguments]
        process = spawn([*command, "--loglevel", "WARNING"], log=self.folder / f"{role}.log", folder=env.BASE_DIR)
        self._started.append(process)
        return process


@contextmanager
def scene() -> Iterator[Scene]:
    """Everything running but workers, Django set up and migrated; all of it is gone afterwards."""
    for setting in env.SETTINGS:  # what the developer has set for `make run` is not for this
        os.environ.pop(setting.name, None)
    path = Path(tempfile.mkdtemp(prefix="wm-jobs-"))
    settings = {"DATA_DIR": str(path), "ENVIRONMENT": "production", "SECRET_KEY": secrets.token_urlsafe(40)}
    settings |= {"WORKER_PROCESSES": str(2 * PROCESSES), "JOBS_PER_TENANT": str(2 * PROCESSES), "LOG_LEVEL": "WARNING"}
    settings["JOBS_WAITING_PER_TENANT"] = "1000000"
    os.environ.update(settings, PUBLIC_ORIGIN="https://jobs.example", DJANGO_SETTINGS_MODULE="config.settings")
    os.environ.update(DB_POOL_SIZE="0", ISOLATES_HEAVY_CHILDREN=str(2 * PROCESSES))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, path, ignore_errors=True)
        folder = DataFolder(path)
        folder.prepare()
        folder.own()
        servers = LocalServers(folder, env.read())
        stack.callback(servers.stop)
        servers.start()
        os.environ.update(servers.environ)
        service = stack.enter_context(running_service({}, path / "isolates.log"))
        os.environ["ISOLATES_SOCKET"] = str(service)
        _set_up()
        made = Scene(path, servers)
        stack.callback(made.end)
        yield made


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def plugin(handler: str = HANDLER) -> tuple[Any, Any, Any]:
    """A person, their plugin with that handler, and its place on a dashboard."""
    import json

    from widgets_manager.core.access import session_actor
    from widgets_manager.core.actions.tenants import create_tenant
    from widgets_manager.core.models import User
    from widgets_manager.widgets.actions.installs import from_text, install_widget
    from widgets_manager.widgets.actions.instances import place_widget
    from widgets_manager.widgets.actions.workspaces import first_workspace

    user = User.objects.create_user("chaos")
    actor = session_actor(user, create_tenant(name="Chaos", owner=user).pk)
    manifest = json.dumps({"tool": {"name": "do_it", "description": "Does it."}, "database": TABLE})
    text = f"---\nname: doer\ntier: tool\nmanifest: {manifest}\n---\n{handler}===widget===\n<p>Hi</p>\n===widget===\n"
    widget, _ = install_widget(actor=actor, source=from_text(text))
    workspace = first_workspace(actor=actor)
    assert workspace is not None
    return actor, widget, place_widget(actor=actor, workspace=workspace, widget=widget)


def start_jobs(actor: Any, widget: Any, place: Any, numbers: Sequence[int], **more: Any) -> None:
    """A job for each number, as a click starts it."""
    from sandbox.plugins.actions.jobs import start_job
    from sandbox.plugins.origins import Origin

    for n in numbers:
        start_job(actor=actor, widget=widget, trigger={"action": "work", "n": n, **more}, origin=Origin(place=place.pk))
