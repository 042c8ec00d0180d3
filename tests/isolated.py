"""A real service of isolates for the tests that run plugins, one for each process of the test run that needs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.isolates.launch import running_service


@pytest.fixture(scope="session")
def isolates_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a service with a few places."""
    log = tmp_path_factory.mktemp("isolated") / "isolates.log"
    with running_service({"ISOLATES_CHILDREN": "4", "ISOLATES_READY": "2"}, log) as found:
        yield found


@pytest.fixture
def isolates(settings: Any, isolates_socket: Path) -> Path:
    """Handlers run in this test."""
    settings.ISOLATES_SOCKET = str(isolates_socket)
    return isolates_socket
