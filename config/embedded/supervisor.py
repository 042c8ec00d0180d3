"""Stage 6 of the embedded servers: one process that starts the whole application, keeps it running and stops it.

Every child starts from the main thread with a parent-death signal: killing this process with SIGKILL leaves nothing
behind. `python -m config.embedded.supervisor` reads its settings from the environment.
"""

from __future__ import annotations

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from config import env
from config.embedded.children import Child
from config.embedded.datafolder import DataFolder
from config.embedded.local import LocalServers
from config.embedded.processes import spawn
from config.embedded.servers import ServerError, isolates_socket
from sandbox.isolates import fences

_OWNER_PATIENCE = 5.0  # seconds for a management command, or a supervisor that is stopping, to let the folder go
_WEB_PATIENCE = 90.0
_LOG_LIMIT = 20 * 1024 * 1024  # bytes; a longer log is put aside at the next start
_POLL = 0.2


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)


def listen(host: str, port: int, setting: str = "PORT") -> socket.socket:
    """A bound socket that web processes share; `setting` names the port.

    Raises ServerError when the port is taken or the address unknown.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # uvicorn takes a listener that it is given by number for a Unix socket and leaves this out; what is accepted
        # inherits it. Without it every answer on a kept connection waits 40 ms for an acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ServerError(
                f"Port {port} on {host} is taken by another program: set {setting} to a free one."
            ) from None
        raise ServerError(f"The web server cannot listen on {host}, port {port}: {error.strerror or error}.") from None
    return listener


class Supervisor:
    """Starts, tends and stops: servers, then migrations and demo data, then web, worker and beat."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values
        self._production = values["ENVIRONMENT"] == "production"
        self._folder = DataFolder(values["DATA_DIR"])
        self._servers = LocalServers(self._folder, values)
        self._children: list[Child] = []
        self._environ: dict[str, str] = {}

    def run(self) -> None:
        """Run until a signal asks to stop. Raises ServerError when the start fails; everything is stopped then."""
        if why_not := fences.refusal(self._values):
            raise ServerError(why_not)
        self._folder.prepare()
        if not self._folder.own(_OWNER_PATIENCE):
            raise ServerError(self._who_owns())
        listener = listen(self._values["HOST"], self._values["PORT"])
        sandbox = self._listen_for_scripts()
        self._on_signals(self._interrupt)
        try:
            self._start(listener, sandbox)
            while True:
                self._tend()
                time.sleep(_POLL)
        except KeyboardInterrupt:
            say("\nStopping …")
        finally:
            self._on_signals(self._leave_at_once)
            self._stop()

    def _listen_for_scripts(self) -> socket.socket | None:
        """The listener of the scripts' own origin, where it has one. Raises ServerError as `listen` does."""
        if not env.sandbox_has_listener(self._values):
            return None
        return listen(self._values["HOST"], env.sandbox_port(self._values), "SANDBOX_PORT")

    def _start(self, listener: socket.socket, sandbox: socket.socket | None) -> None:
        self._servers.start(lambda name: say(f"Starting {name}"))
        self._environ = {**os.environ, **self._servers.environ, "ENVIRONMENT": self._values["ENVIRONMENT"]}
        own_isolates = self._isolates() if not self._values["ISOLATES_SOCKET"] else None
        if self._production:
            say("Collecting static files")
            self._once([str(env.BASE_DIR / "manage.py"), "collectstatic", "--noinput"], self._log("manage.log"))
        self._prepare_database()
        for server, name in ((self._servers.postgresql, "PostgreSQL"), (self._servers.valkey, "Valkey")):
            if server:
                self._children.append(self._server_child(server, name))
        say("Starting the web server")
        self._begin(*(self._web(f"web {number + 1}", listener) for number in range(self._values["WEB_PROCESSES"])))
        if sandbox:
            self._begin(self._web("sandbox", sandbox, "scripts"))
            self._await_web(env.sandbox_port(self._values))
        self._await_web(self._values["PORT"])
        say("Starting the worker and the scheduler")
        self._begin(self._celery("worker"), self._celery("beat"), *([own_isolates] if own_isolates else []))
        say(f"\nReady: {self._address()}\n")

    def _prepare_database(self) -> None:
        demo = self._values["ENVIRONMENT"] == "development"
        say("Migrating the database, preparing the demo data" if demo else "Migrating the database")
        command = ["-m", "config.embedded.prepare", str(self._log("manage.log")), *(["demo"] if demo else [])]
        self._once(command, None)

    def _begin(self, *children: Child) -> None:
        for child in children:
            child.run()
            self._children.append(child)

    def _server_child(self, server: Any, name: str) -> Child:
        def again() -> subprocess.Popen[bytes]:
            server.spawn()
            process: subprocess.Popen[bytes] = server.process
            return process

        child = Child(name, again)
        child.adopt(server.process)
        return child

    def _web(self, name: str, listener: socket.socket, application: str = "application") -> Child:
        command = [sys.executable, "-m", "uvicorn", f"config.asgi:{application}", "--fd", str(listener.fileno())]
        command += [
            "--lifespan",
            "off",
            "--no-access-log",
            "--log-config",
            str(env.BASE_DIR / "config/uvicorn-logs.json"),
        ]
        command += ["--ws-max-size", str(4 * 1024 * 1024), "--timeout-graceful-shutdown", "5", "--no-server-header"]
        trust = self._values["TRUST_PROXY"]
        command += ["--proxy-headers", "--forwarded-allow-ips", "*"] if trust else ["--no-proxy-headers"]
        return Child(name, lambda: self._spawn(command, "web.log", (listener.fileno(),)))

    def _isolates(self) -> Child:
        """The service that runs plugins' code; every other child is told its socket."""
        self._environ["ISOLATES_SOCKET"] = str(isolates_socket(self._servers.sockets))
        command = [sys.executable, "-m", "sandbox.isolates.service"]
        return Child("isolates", lambda: self._spawn(command, "isolates.log"))

    def _celery(self, role: str) -> Child:
        command = [
            sys.executable,
            "-m",
            "celery",
            "--quiet",
            "-A",
            "config",
            role,
            "--loglevel",
            self._values["LOG_LEVEL"],
        ]
        if role == "worker":
            command += ["--concurrency", str(self._values["WORKER_PROCESSES"]), "--without-gossip", "--without-mingle"]
        else:
            command += ["--schedule", str(self._folder.path / "celerybeat-schedule"), "--pidfile", ""]
        return Child(role, lambda: self._spawn(command, f"{role}.log"))

    def _spawn(self, command: Sequence[str], log: str, pass_fds: Sequence[int] = ()) -> subprocess.Popen[bytes]:
        """In production output goes to this process's own, for the service manager; else to a file in the folder."""
        file = None if self._production else self._log(log)
        return spawn(command, log=file, environ=self._environ, pass_fds=pass_fds, folder=env.BASE_DIR)

    def _log(self, name: str) -> Path:
        file = self._folder.logs / name
        if file.exists() and file.stat().st_size > _LOG_LIMIT:
            file.replace(file.with_suffix(".old"))
        return file

    def _once(self, arguments: Sequence[str], log: Path | None) -> None:
        """Run a Python program to its end. Raises ServerError with the last words of manage.log when it fails."""
        environ = {**self._environ, "DB_POOL_SIZE": "0"}
        process = spawn([sys.executable, *arguments], log=log, environ=environ, folder=env.BASE_DIR)
        if process.wait() != 0:
            last = self._log("manage.log").read_text(errors="replace").splitlines()[-12:]
            raise ServerError("Preparing failed (manage.log):\n" + "\n".join(last))

    def _await_web(self, port: int) -> None:
        """Wait until the web server answers on a port. Raises ServerError when it does not."""
        deadline = time.monotonic() + _WEB_PATIENCE
        while time.monotonic() < deadline:
            self._tend()
            if any(child.failures > 2 for child in self._children if child.name.startswith(("web", "sandbox"))):
                break
            connection = http.client.HTTPConnection(_reachable(self._values["HOST"]), port, timeout=5)
            try:
                connection.request("GET", "/healthz")
                connection.getresponse()
            except OSError:
                time.sleep(_POLL)
            else:
                return
            finally:
                connection.close()
        raise ServerError(f"The web server does not start: see {self._folder.logs / 'web.log'}.")

    def _tend(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if news := child.tend(now):
                say(news)

    def _stop(self) -> None:
        """First what works, all at once; then what it works on."""
        application = [child for child in self._children if child.name not in {"PostgreSQL", "Valkey"}]
        for child in application:
            child.ask_to_stop()
        for child in application:
            end_of_patience = child.process is not None and child.process.poll() is None
            if end_of_patience:
                child.stop()
        self._servers.stop()
        self._folder.disown()

    def _address(self) -> str:
        return self._values["PUBLIC_ORIGIN"] or f"http://{_reachable(self._values['HOST'])}:{self._values['PORT']}"

    def _who_owns(self) -> str:
        record = self._folder.read()
        who = f" (process {record.process_id})" if record else ""
        return f"The application already runs in {self._folder.path}{who}: stop it, or set DATA_DIR and PORT to others."

    @staticmethod
    def _on_signals(handler: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, handler)

    @staticmethod
    def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    @staticmethod
    def _leave_at_once(_number: int, _frame: FrameType | None) -> NoReturn:
        """A second Ctrl-C: the parent-death signals end every child."""
        os._exit(130)


def _reachable(host: str) -> str:
    """An address of this machine for a server that listens on all of them."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (read, not bound)


def main() -> None:
    """Run the application as the environment says; exits with one clear sentence when it cannot."""
    try:
        Supervisor(env.read()).run()
    except (ServerError, env.EnvError) as error:
        sys.exit(f"\n{error}")


if __name__ == "__main__":
    main()
