"""`manage.py check --deploy` with production settings, and what those settings do to requests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client

from config import env

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "DATABASE_URL": "postgresql:///nowhere",
    "PLUGIN_DATABASE_URL": "postgresql:///nowhere_plugins",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
BEHIND_PROXY = {
    "PUBLIC_ORIGIN": "https://widgets.example.org",
    "SANDBOX_ORIGIN": "https://scripts.example.org",
    "TRUST_PROXY": "true",
}


def run_check(folder: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The deployment check; it touches no server."""
    values = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **PRODUCTION, **environ}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "ERROR"]
    return subprocess.run(command, cwd=env.BASE_DIR, env=values, capture_output=True, text=True, check=False)


def check(folder: Path, **environ: str) -> str:
    """What the deployment check says when it finds no error."""
    done = run_check(folder, environ)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_it_works(tmp_path: Path) -> None:
    assert "no issues" in check(tmp_path, **BEHIND_PROXY)


def test_without_https_the_operator_is_warned(tmp_path: Path) -> None:
    said = check(tmp_path)
    for number in ("W004", "W008", "W012", "W016"):
        assert f"security.{number}" in said


def test_https_without_a_trusted_proxy_leaves_the_redirect_to_the_proxy_and_says_so(tmp_path: Path) -> None:
    said = check(tmp_path, PUBLIC_ORIGIN=BEHIND_PROXY["PUBLIC_ORIGIN"])
    assert "security.W008" in said
    assert "security.W012" not in said, "cookies are for HTTPS only nevertheless"


def test_scripts_of_widgets_want_a_host_of_their_own(tmp_path: Path) -> None:
    assert "frames.W001" in check(tmp_path, **BEHIND_PROXY | {"SANDBOX_ORIGIN": ""})
    done = run_check(tmp_path, BEHIND_PROXY | {"SANDBOX_ORIGIN": BEHIND_PROXY["PUBLIC_ORIGIN"] + ":8443"})
    assert done.returncode == 1
    assert "frames.E001" in done.stderr


@pytest.fixture
def behind_proxy(settings: Any) -> Client:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    return Client()


def test_http_goes_to_https(behind_proxy: Client, db: None) -> None:
    answer = behind_proxy.get("/sign-in/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/sign-in/")
    assert behind_proxy.get("/sign-in/", headers={"X-Forwarded-Proto": "https"}).status_code == 200


def test_probes_are_answered_as_they_come(behind_proxy: Client, db: None) -> None:
    assert behind_proxy.get("/healthz").status_code == 200
    assert behind_proxy.get("/readyz").status_code in (200, 503)


def test_only_production_behind_a_proxy_redirects() -> None:
    assert project.SECURE_SSL_REDIRECT is False
