"""Which pages and programs may open a socket."""

from __future__ import annotations

from typing import Any

import pytest

from widgets_manager.live.origin import origin_allowed

HOST = {"host": "127.0.0.1:8000"}


@pytest.fixture(autouse=True)
def public_origin(settings: Any) -> None:
    settings.PUBLIC_ORIGIN = "https://widgets.example.org"
    settings.CSRF_TRUSTED_ORIGINS = ["https://widgets.example.org"]
    settings.ALLOWED_HOSTS = ["widgets.example.org", "127.0.0.1"]


def test_it_works() -> None:
    assert origin_allowed(HOST | {"origin": "http://127.0.0.1:8000"}, "ws")
    assert origin_allowed(HOST | {"origin": "https://127.0.0.1:8000"}, "wss")


def test_behind_a_proxy_the_public_origin_counts() -> None:
    assert origin_allowed(HOST | {"origin": "https://widgets.example.org"}, "ws")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://widgets.example.org.evil.example",
        "http://widgets.example.org",
        "https://widgets.example.org:8443",
        "http://127.0.0.1",
        "http://127.0.0.1:8001",
        "https://127.0.0.1:8000",
        "null",
        "",
    ],
)
def test_any_other_page_is_refused(origin: str) -> None:
    assert not origin_allowed(HOST | {"origin": origin, "authorization": "Bearer x"}, "ws")


def test_a_name_that_the_server_does_not_answer_to_is_no_origin_of_ours() -> None:
    """DNS rebinding: the page and the address agree, but the name is a stranger's."""
    assert not origin_allowed({"host": "rebound.example:8000", "origin": "http://rebound.example:8000"}, "ws")


def test_without_an_origin_only_a_program_with_a_token_may() -> None:
    assert origin_allowed(HOST | {"authorization": "Bearer x"}, "ws")
    assert not origin_allowed(HOST | {"cookie": "sessionid=x"}, "ws")
