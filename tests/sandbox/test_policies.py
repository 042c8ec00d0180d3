"""The headers of the wrapper and of the widget's document, with one host and with two."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.frames.policies import page_headers, widget_headers, wrapper_headers
from widgets_manager.core.middleware import page_policy

APP, SCRIPTS = "https://widgets.example.org", "https://scripts.example.net"
BLOCK = {"entrypoint": "https://example.com/x.js", "permissions": []}
FETCHES = BLOCK | {"permissions": ["network:fetch"]}


@pytest.fixture(autouse=True)
def one_host(settings: Any) -> Any:
    settings.PUBLIC_ORIGIN, settings.SANDBOX_ORIGIN = APP, ""
    return settings


@pytest.fixture
def two_hosts(one_host: Any) -> None:
    one_host.SANDBOX_ORIGIN = SCRIPTS


def test_it_works(two_hosts: None) -> None:
    assert wrapper_headers("N")["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'nonce-N'; style-src 'nonce-N'; "
        f"frame-src {SCRIPTS}/api/widgets/frame/; connect-src 'none'; form-action 'none'; base-uri 'none'; "
        f"object-src 'none'; frame-ancestors {APP}"
    )
    assert widget_headers(BLOCK)["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
        "font-src data:; media-src data: blob:; connect-src 'none'; worker-src 'none'; child-src 'none'; "
        "frame-src 'none'; form-action 'none'; base-uri 'none'; object-src 'none'; manifest-src 'none'; "
        f"frame-ancestors {SCRIPTS} {APP}; sandbox allow-scripts"
    )


def test_with_one_host_both_documents_are_opaque() -> None:
    wrapper, widget = (headers["Content-Security-Policy"] for headers in (wrapper_headers("N"), widget_headers(BLOCK)))
    assert wrapper.endswith(f"; frame-ancestors {APP}; sandbox allow-scripts")
    assert f"; frame-src {APP}/api/widgets/frame/;" in wrapper
    assert widget.endswith("; manifest-src 'none'; sandbox allow-scripts")
    assert "frame-ancestors" not in widget, "no source names an opaque ancestor"


def test_both_deny_everything_else() -> None:
    for headers in (wrapper_headers("N"), widget_headers(BLOCK)):
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        denied = headers["Permissions-Policy"].split(", ")
        assert {"camera=()", "clipboard-read=()", "unload=()", "xr-spatial-tracking=()"} <= set(denied)
        assert all(one.endswith("=()") for one in denied)


def test_the_manifest_opens_the_network() -> None:
    headers = widget_headers(FETCHES | {"networkAllowlist": ["https://api.example.com", "http://127.0.0.1:9"]})
    assert "; connect-src https://api.example.com http://127.0.0.1:9; " in headers["Content-Security-Policy"]
    assert headers["Connection-Allowlist"] == '("https://api.example.com/*" "http://127.0.0.1:9/*")'
    assert widget_headers(FETCHES)["Connection-Allowlist"] == "()"
    assert "Connection-Allowlist" not in wrapper_headers("N")


@pytest.mark.parametrize(
    "entry",
    [
        "https://a.example; script-src *",
        "https://a.example 'unsafe-eval'",
        'https://a.example" "https://b.example',
        "https://a.example\r\nX-Injected: 1",
        "https://a.example\n",
        "https://a.example/path",
        "https://*.example",
        "*",
        "data:",
    ],
)
def test_an_entry_that_is_no_origin_adds_nothing(entry: str) -> None:
    assert widget_headers(FETCHES | {"networkAllowlist": [entry]}) == widget_headers(FETCHES)


def test_without_the_permission_the_list_opens_nothing() -> None:
    block = BLOCK | {"permissions": ["read:notes", "write:chat"], "networkAllowlist": ["https://api.example.com"]}
    assert widget_headers(block) == widget_headers(BLOCK)


@pytest.mark.parametrize("origin", ["", SCRIPTS])
def test_a_plugins_page_that_loads_nothing_is_sealed_as_scripts_are(origin: str, one_host: Any) -> None:
    one_host.SANDBOX_ORIGIN = origin
    assert page_headers(brings=False) == widget_headers(BLOCK)
    policy = page_headers(brings=True)["Content-Security-Policy"]
    assert policy.replace(" data:;", ";", 2) == widget_headers(BLOCK)["Content-Security-Policy"]
    assert "script-src 'unsafe-inline' data:; style-src 'unsafe-inline' data:; " in policy


def test_pages_frame_the_wrapper_alone(settings: Any) -> None:
    path = "/api/widgets/sandbox"
    assert f"; frame-src {APP}{path}; " in page_policy(APP, APP)
    assert f"; frame-src {APP}{path} {SCRIPTS}{path}; " in page_policy(APP, SCRIPTS)
