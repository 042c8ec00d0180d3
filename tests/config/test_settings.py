"""What config/settings.py makes of the environment."""

from __future__ import annotations

import pytest

from config import settings


def test_it_works() -> None:
    entry = settings._database("postgresql://app:p%40ss@db.example.org:6432/widgets?sslmode=require")
    assert (entry["USER"], entry["PASSWORD"], entry["HOST"], entry["PORT"]) == ("app", "p@ss", "db.example.org", "6432")
    assert entry["NAME"] == "widgets"
    assert entry["OPTIONS"] == {"sslmode": "require"}


def test_a_socket_folder_is_a_host() -> None:
    entry = settings._database("postgresql://app:x@/widgets?host=%2Ftmp%2Fwm-1")
    assert (entry["HOST"], entry["PORT"]) == ("/tmp/wm-1", "")  # noqa: S108  (a name, never opened)
    assert entry["OPTIONS"] == {}


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("redis://cache:6379/2", "redis://cache:6379/2"),
        ("unix:///run/valkey.sock?db=3", "redis+socket:///run/valkey.sock?virtual_host=3"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=0"),
    ],
)
def test_the_broker_is_the_same_server_in_celerys_spelling(url: str, broker: str) -> None:
    assert settings._broker(url) == broker
