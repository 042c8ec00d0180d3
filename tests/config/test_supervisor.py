"""`make run`: everything starts, is kept running, stops, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.embedded.datafolder import DataFolder, Record
from config.embedded.supervisor import listen
from tests.config.application import Application, alive, descendants, eventually, manage
from tests.servers import Servers

COUNT = "from widgets_manager.core.models import User; print(User.objects.filter(username='kept').count())"
CREATE = "from widgets_manager.core.models import User; User.objects.create_user('kept')"

# The steps on one machine with two cores: let one worker of the test run do them, one after the other.
pytestmark = pytest.mark.xdist_group("supervisor")


@pytest.fixture
def start() -> Iterator[Callable[..., Application]]:
    """Starts applications; what still runs at the end is stopped."""
    started: list[Application] = []

    def begin(folder: Path, **settings: str) -> Application:
        started.append(Application(folder, **settings))
        return started[-1]

    yield begin
    for application in started:
        application.stop(signal.SIGTERM)
        for left_behind in alive(application.family):  # only after a failure of what is tested here
            os.kill(left_behind, signal.SIGKILL)


def record_of(folder: Path) -> Record:
    record = DataFolder(folder).read()
    assert record is not None
    return record


def test_it_works(start: Any, tmp_path: Path) -> None:
    application = start(tmp_path / "data", WEB_PROCESSES="2").ready()
    assert application.get("/healthz") == 200
    eventually(lambda: application.get("/readyz") == 200, "database, Valkey and worker did not become ready")
    steps = [line for line in application.said.splitlines() if line]
    assert steps[:2] == ["Starting PostgreSQL (embedded)", "Starting Valkey (embedded)"]
    assert steps[2].startswith("Migrating the database")
    assert steps[-1] == f"Ready: http://127.0.0.1:{application.port}"
    sandbox = httpx.get(f"http://localhost:{application.sandbox_port}/", headers={"Accept": "text/html"})
    assert (sandbox.status_code, sandbox.text) == (404, "There is nothing at this address.")
    by_number = httpx.get(f"http://127.0.0.1:{application.sandbox_port}/sign-in/", headers={"Accept": "text/html"})
    assert (by_number.status_code, by_number.text) == (404, "There is nothing at this address.")
    other = httpx.get(f"http://localhost:{application.port}/sign-in/")
    assert (other.status_code, other.headers["Location"]) == (301, f"http://127.0.0.1:{application.port}/sign-in/")
    record = record_of(application.folder)
    assert application.stop(signal.SIGINT) == 0
    assert not alive(application.family)
    assert not Path(record.sockets).exists()
    assert not record_of(application.folder).running


def test_nothing_survives_the_supervisor_being_killed_and_the_next_start_has_the_data(
    start: Any, tmp_path: Path
) -> None:
    first = start(tmp_path / "data").ready()
    assert first.manage("shell", "-v0", "-c", CREATE).returncode == 0
    sockets = record_of(first.folder).sockets
    assert len(first.family) > 6
    first.process.kill()
    first.process.wait()
    eventually(lambda: not alive(first.family), "processes are left behind")
    second = start(first.folder).ready()
    assert second.manage("shell", "-v0", "-c", COUNT).stdout == "1\n"
    assert not Path(sockets).exists()


def test_what_crashes_is_started_again(start: Any, tmp_path: Path) -> None:
    application = start(tmp_path / "data").ready()
    eventually(lambda: application.get("/readyz") == 200, "not ready before the crash")
    parent = f" {application.process.pid} "
    family = descendants(application.process.pid)
    # The children themselves: PostgreSQL, Valkey, web, worker, beat, isolates. Theirs end with them.
    for process_id in [one for one in family if parent in Path(f"/proc/{one}/stat").read_text()[:60]]:
        os.kill(process_id, signal.SIGKILL)
    eventually(lambda: application.said.count("starting it again") >= 6, application.said)
    eventually(lambda: application.get("/readyz") == 200, f"not ready again: {application.said}")


def test_commands_use_the_running_servers_or_start_them_for_their_own_duration(start: Any, tmp_path: Path) -> None:
    application = start(tmp_path / "data").ready()
    assert application.manage("shell", "-v0", "-c", CREATE).returncode == 0
    while_running = application.manage("shell", "-v0", "-c", COUNT)
    assert "8 places taken, 0 waiting" in application.manage("isolates").stdout
    application.stop()
    afterwards = application.manage("shell", "-v0", "-c", COUNT)
    assert (while_running.stdout, while_running.stderr) == ("1\n", "")
    assert (afterwards.stdout, afterwards.stderr) == ("1\n", "")
    record = record_of(application.folder)
    assert not record.running
    assert not Path(record.sockets).exists()


def test_a_folder_has_one_application(start: Any, tmp_path: Path) -> None:
    first = start(tmp_path / "data").ready()
    second = start(tmp_path / "data")
    last = second.failed()
    assert f"already runs in {first.folder} (process {first.process.pid}): stop it, or set DATA_DIR and PORT" in last
    assert first.get("/healthz") == 200


def test_a_taken_port_is_one_sentence(start: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        last = start(tmp_path / "data", PORT=str(port)).failed()
    assert last.strip() == f"Port {port} on 127.0.0.1 is taken by another program: set PORT to a free one."


def test_a_taken_port_of_the_scripts_origin_is_one_sentence(start: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        last = start(tmp_path / "data", SANDBOX_PORT=str(port)).failed()
    assert last.strip() == f"Port {port} on 127.0.0.1 is taken by another program: set SANDBOX_PORT to a free one."


def test_scripts_on_the_applications_own_host_name_are_refused(start: Any, tmp_path: Path) -> None:
    said = start(tmp_path / "data", SANDBOX_ORIGIN="http://127.0.0.1:7000").failed()
    assert "(frames.E001) SANDBOX_ORIGIN='http://127.0.0.1:7000': it has the application's own host name" in said
    assert "Traceback" not in said


def test_answers_do_not_wait_for_acknowledgements() -> None:
    """uvicorn leaves it out for a listener that it is given by number; what is accepted has it from the listener."""
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    last = manage(tmp_path / "file" / "data", "migrate", ENVIRONMENT="development").stderr
    assert "cannot be written (Not a directory): set DATA_DIR to another." in last
    assert len(last.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"ENVIRONMENT": "production"},
            "SECRET_KEY must be set in production, to a random text of 32 characters or more.",
        ),
        ({"WEB_PROCESSES": "none"}, "WEB_PROCESSES='none': must be a whole number."),
        ({"HOST": "no.such.host.invalid"}, "The web server cannot listen on no.such.host.invalid"),
    ],
)
def test_a_faulty_setting_is_one_sentence(start: Any, tmp_path: Path, settings: dict[str, str], sentence: str) -> None:
    last = start(tmp_path / "data", **settings).failed()
    assert sentence in last
    assert len(last.strip().splitlines()) == 1


def test_production_runs_on_external_servers(start: Any, tmp_path: Path, own_servers: Servers) -> None:
    external = {name: own_servers.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    application = start(tmp_path / "data", ENVIRONMENT="production", SECRET_KEY="k" * 40, **external).ready()
    eventually(lambda: application.get("/readyz") == 200, "not ready on external servers")
    assert "embedded" not in application.said
    assert not list((application.folder / "servers").iterdir())
    names = {Path(f"/proc/{one}/comm").read_text().strip() for one in descendants(application.process.pid)}
    assert not names & {"postgres", "valkey-server"}
    assert application.stop(signal.SIGTERM) == 0
