"""A real service of isolates for these tests; one worker of the test run does them all, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.isolates.client import Outcome, run_handler, service_state
from sandbox.isolates.exceptions import IsolateError
from sandbox.isolates.launch import running_service

PATIENCE = 60.0  # seconds, for machines that do other things besides


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One service is enough for all workers' worth of tests."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("isolates"))


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a service with four places."""
    log = tmp_path_factory.mktemp("isolates") / "isolates.log"
    with running_service({"ISOLATES_CHILDREN": "4", "ISOLATES_READY": "2"}, log) as found:
        yield found


@pytest.fixture(scope="session")
def strict_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a service whose setting ends every action after a second."""
    log = tmp_path_factory.mktemp("strict") / "isolates.log"
    with running_service({"ISOLATES_ACTION_SECONDS": "1"}, log) as found:
        yield found


Run = Callable[..., Outcome]


@pytest.fixture
def run(address: Path) -> Run:
    """`run(code, data, **more)`: an action of the tenant acme."""

    def perform(code: str, data: Any = None, **more: Any) -> Outcome:
        return run_handler(code, data, **{"tenant": "acme", "version": "1", "address": address, **more})

    return perform


@pytest.fixture
def evaluate(run: Run) -> Callable[[str], Any]:
    """The value of a JavaScript expression in a fresh isolate."""
    return lambda expression: run(f"async function handler() {{ return ({expression}); }}").value


def failure(action: Callable[[], object]) -> IsolateError:
    """The error that a run ends with."""
    with pytest.raises(IsolateError) as caught:
        action()
    return caught.value


def until(what: Callable[[], object], message: str) -> None:
    """Wait until `what` is true. Fails with the message."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, message
        time.sleep(0.01)


def state_of(address: Path) -> dict[str, Any]:
    """What the service says of itself."""
    return service_state(address)
