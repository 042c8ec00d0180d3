"""Log lines: JSON, one for each request, with the ids of who asked, and without secrets."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import AsyncClient, Client

from tests.contract.rooms import ROOT
from tests.people import PASSWORD, Person
from widgets_manager.core.actions.tenants import create_invite
from widgets_manager.core.redaction import RedactingFormatter, redact

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What has been logged since, as the production formatter writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(RedactingFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)


def requests(lines: Lines) -> list[dict[str, Any]]:
    return [line for line in lines() if line["logger"] == "widgets.request"]


def test_it_works(alice: Person, lines: Lines) -> None:
    answer = alice.client.get("/api/members?page=1&secret=x")
    (line,) = requests(lines)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/members", 200)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["tenant_id"], line["user_id"]) == (str(alice.tenant.pk), str(alice.user.pk))
    assert line["level"] == "INFO"
    assert line["milliseconds"] > 0


def test_a_token_is_its_user(alice: Person, charlie: Person, lines: Lines) -> None:
    secret = alice.token("widgets")
    Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/members")
    charlie.bearer("widgets").get("/api/members")
    first, second = requests(lines)
    assert (first["tenant_id"], first["user_id"]) == (str(alice.tenant.pk), str(alice.user.pk))
    assert (second["tenant_id"], second["user_id"]) == (str(charlie.tenant.pk), str(charlie.user.pk))
    assert secret not in json.dumps(lines())


def test_pages_know_their_person(alice: Person, lines: Lines) -> None:
    client = alice.client
    client.post("/tenant/", {"tenant": str(alice.tenant.pk)}, "multipart/form-data")
    client.get("/settings/")
    assert requests(lines)[-1]["user_id"] == str(alice.user.pk)


def test_nobody_has_no_ids(db: None, lines: Lines) -> None:
    Client().get("/sign-in/")
    (line,) = requests(lines)
    assert {"tenant_id", "user_id"} & set(line) == set()


def test_ids_do_not_stay_for_the_next_request(alice: Person, lines: Lines) -> None:
    alice.client.get("/api/members")
    Client().get("/api/members")
    signed_in, stranger = requests(lines)
    assert "user_id" in signed_in
    assert stranger["status"] == 401
    assert "user_id" not in stranger
    assert stranger["request_id"] != signed_in["request_id"]


@pytest.mark.django_db(transaction=True)
async def test_async_requests_have_their_line(lines: Lines) -> None:
    answer = await AsyncClient().get("/api/members")
    (line,) = requests(lines)
    assert (line["status"], line["request_id"]) == (401, answer.headers["X-Request-ID"])


def test_a_proxys_id_is_taken_over_unless_it_is_odd(db: None, lines: Lines) -> None:
    Client(headers={"X-Request-ID": "edge-17"}).get("/sign-in/")
    Client(headers={"X-Request-ID": 'a"b\n{'}).get("/sign-in/")
    first, second = requests(lines)
    assert first["request_id"] == "edge-17"
    assert len(second["request_id"]) == 32


def test_probes_are_not_logged(db: None, lines: Lines) -> None:
    Client().get("/healthz")
    assert requests(lines) == []


def test_a_failing_view_has_its_line_and_its_traceback(alice: Person, lines: Lines, monkeypatch: Any) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret=hunter2 Bearer wmp_abcdefghijklmnop")

    monkeypatch.setattr("widgets_manager.core.views.show_member", broken)
    assert alice.client.get("/api/members").status_code == 500
    assert requests(lines)[-1]["status"] == 500
    faults = [line for line in lines() if line["level"] == "ERROR"]
    assert any("RuntimeError" in line.get("exception", "") for line in faults)
    assert {line["user_id"] for line in faults} == {str(alice.user.pk)}
    assert "wmp_abcdefghijklmnop" not in json.dumps(lines())


def test_invite_links_are_not_logged(alice: Person, lines: Lines) -> None:
    _, secret = create_invite(actor=alice.actor, role="member")
    for path in (f"/invite/{secret}/", f"/invite/{secret}", f"/sign-in/?next=/invite/{secret}/"):
        Client().get(path)
    Client(enforce_csrf_checks=True).post(f"/invite/{secret}/")
    logged = lines()
    assert len(requests(lines)) == 4
    assert any("CSRF" in line["message"] for line in logged), "Django's own warning names the path"
    assert "/invite/[removed]/" in {line.get("path") for line in logged}
    assert secret not in json.dumps(logged)


def test_passwords_are_not_logged(alice: Person, lines: Lines) -> None:
    Client().post("/sign-in/", {"username": "alice", "password": PASSWORD})
    Client().post("/sign-in/", {"username": "alice", "password": PASSWORD + "x"})
    assert PASSWORD not in json.dumps(lines())
    assert [line["status"] for line in requests(lines)] == [302, 200]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Authorization: Bearer abcDEF12.3-_~+/=", "Authorization: Bearer [removed]"),
        ("'authorization': 'Basic dXNlcjpwdzE='", "'authorization': 'Basic [removed]'"),
        ("Cookie: sessionid=abc123; csrftoken=def456", "Cookie: sessionid=[removed]; csrftoken=[removed]"),
        ("GET /m.json?a=1&access_token=xyz&b=2", "GET /m.json?a=1&access_token=[removed]&b=2"),
        ("https://h.example/m.json?sig=abc#top", "https://h.example/m.json?sig=[removed]#top"),
        ("redis://:pass@cache:6379/0", "redis://[removed]@cache:6379/0"),
        ("next=%2Finvite%2Finv_" + "a" * 43, "next=%2Finvite%2F[removed]"),
        ("WebSocket /ws/agent?token=wma_" + "a" * 43 + "&acks=1", "WebSocket /ws/agent?token=[removed]&acks=1"),
        ("AGENT_TOKEN=wma_" + "a" * 43, "AGENT_TOKEN=[removed]"),
        ("token wmp_12345678 (its prefix)", "token wmp_12345678 (its prefix)"),
        ("This token is revoked or expired; ask alice@example.org", None),
        ("POST /api/invites/0b5c 200", None),
    ],
)
def test_what_is_taken_out(text: str, left: str | None) -> None:
    assert redact(text) == (left or text)


def test_secrets_of_the_settings_are_taken_out() -> None:
    formatter = RedactingFormatter(["a-long-signing-key-0123", "word"])
    record = logging.makeLogRecord({"msg": "with a-long-signing-key-0123 and word"})
    assert json.loads(formatter.format(record))["message"] == "with [removed] and word"
    configured = project.LOGGING["formatters"]["json"]["secrets"]  # type: ignore[index]  # LOGGING is a plain nested dict
    assert project.SECRET_KEY in configured


def test_a_line_stays_json_and_one_line() -> None:
    record = logging.makeLogRecord({"msg": 'say "Bearer abcdefgh"\n/invite/abc"def\\', "url": 'https://u:p"@h/'})
    text = RedactingFormatter().format(record)
    assert "\n" not in text
    assert json.loads(text)["message"] == 'say "Bearer [removed]"\n/invite/[removed]"def\\'


_PROGRAM = """
import logging, django
django.setup()
for name, level in {said}:
    logging.getLogger(name).log(level, "%s-%s", name, level)
"""


def say(environment: str, level: str, *said: tuple[str, int]) -> list[str]:
    """What a fresh process with these settings logs; every line of it must be JSON."""
    environ = {"ENVIRONMENT": environment, "LOG_LEVEL": level, "SECRET_KEY": "k" * 50, "PATH": "/usr/bin:/bin"}
    environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "postgresql:///x",
        "REDIS_URL": "redis://x",
    }
    program = _PROGRAM.format(said=list(said))
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line)["message"] for line in done.stderr.splitlines()]


def test_libraries_tick_quietly_and_never_tell_headers() -> None:
    wanted = [("widgets_manager.jobs", 10), ("celery.beat", 30), ("celery.task", 20), ("django.request", 40)]
    unwanted = [("celery.beat", 20), ("celery.app.trace", 20), ("httpx", 20), ("httpx2", 20)]
    unwanted += [("uvicorn.error", 10), ("httpcore.http11", 10), ("django.db.backends", 10), ("openai", 10)]
    logged = say("production", "DEBUG", *unwanted, *wanted)
    assert logged == [f"{name}-{level}" for name, level in wanted]


def test_the_level_holds_for_everything() -> None:
    everything = [(name, 30) for name in ("celery.beat", "httpx", "uvicorn.error", "django", "chat.turns", "x")]
    assert say("production", "ERROR", *everything) == []


def test_development_logs_no_line_twice() -> None:
    assert say("development", "INFO", ("django", 30), ("django.server", 20)) == ["django-30", "django.server-20"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_logs_json_and_no_ticks(celery_worker_process: Path) -> None:
    from config.celery import app

    app.send_task("jobs.sweep")
    app.send_task("nobody.knows_this")
    deadline = time.monotonic() + 30
    while "nobody.knows_this" not in celery_worker_process.read_text():
        assert time.monotonic() < deadline, celery_worker_process.read_text()
        time.sleep(0.05)
    text = celery_worker_process.read_text()
    # Before its first log line a worker prints a banner.
    logged = [json.loads(line) for line in text[text.index('{"time"') :].splitlines()]
    assert {"INFO", "ERROR"} <= {line["level"] for line in logged}
    assert not any("jobs.sweep" in line["message"] for line in logged)
