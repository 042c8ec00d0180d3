"""Agents of both SDKs, and of the published client, as processes that talk with the running server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sdk.conftest import Launch
from tests.sdk.talking import Talk

pytestmark = pytest.mark.xdist_group("sdk")

AGENTS = Path(__file__).parent / "agents"
OURS = ["asker.py", "asker.mjs"]
FORM = {"version": "1.2.0", "priority": 3, "announce": True}
# What is answered, and what the program gets.
ANSWERS: dict[str, Any] = {
    "confirm": True,
    "choice": "pdf",
    "permission": {"granted": True, "scope": "session"},
    "form": FORM,
    "datetime": {"mode": "date", "value": "2026-05-24"},
}


@pytest.mark.parametrize(
    ("file", "library"), [("seed.py", "pacerelle"), ("seed.py", "widget_agents"), ("seed.mjs", "widget-agents")]
)
def test_it_works(launch: Launch, talk: Talk, file: str, library: str) -> None:
    """The samples of the guide as they stand there, with the published client, unmodified, and with ours."""
    launch(AGENTS / file, talk, LIBRARY=library)
    sent = [("confirm", "confirm-delete-cache"), ("choice", "choose-export-format")]
    sent += [("permission", "allow-folder-read"), ("form", "release-form"), ("datetime", "schedule-review")]
    for kind, ref in sent:
        talk.say(f"send {kind}")
        talk.answer(talk.widget(kind), ANSWERS[kind])
        assert talk.said() == [ref, ANSWERS[kind], []]
    talk.say("send choices")
    talk.answer(talk.widget("choice"), ["lint", "test"])
    assert talk.said() == ["choose-checks", ["lint", "test"], []]
    talk.say("send file-picker")
    widget = talk.widget("file-picker")
    talk.answer(widget, {"files": [{"id": talk.upload("brief.md", b"# Be brief")}]})
    ref, value, files = talk.said()
    [picked] = value["files"]
    assert ref == "upload-brief"
    assert files == [[picked["name"], picked["mime"], picked["size"]]]
    assert (picked["name"], picked["size"]) == ("brief.md", 10)
    assert picked["blob_id"]
    talk.say("send progress")
    widget = talk.widget("progress")
    talk.until(widget, title="Building project", value=75, max=100, body="Running tests")
    talk.cancel(widget)
    assert talk.text() == "Cancelled: build-progress"


@pytest.mark.parametrize("file", OURS)
def test_questions(launch: Launch, talk: Talk, file: str) -> None:
    """`ask_*` and `ask…` give the answer where it was asked."""
    launch(AGENTS / file, talk)
    expected = ANSWERS | {"permission": [True, "session"], "datetime": "2026-05-24"}
    for kind, value in ANSWERS.items():
        talk.say(f"ask {kind}")
        talk.answer(talk.widget(kind), value)
        assert talk.said() == expected[kind]
    for kind, asked, value, heard in [
        ("choice", "choices", ["md", "pdf"], ["md", "pdf"]),
        ("confirm", "confirm", False, False),
        ("permission", "permission", {"granted": False}, [False, None]),
    ]:
        talk.say(f"ask {asked}")
        talk.answer(talk.widget(kind), value)
        assert talk.said() == heard
    talk.say("ask file-picker")
    picked = [{"id": talk.upload(name, content)} for name, content in [("a.txt", b"one"), ("b.txt", "zwölf".encode())]]
    talk.answer(talk.widget("file-picker"), {"files": picked})
    assert talk.said() == [["a.txt", "text/plain", 3, "one"], ["b.txt", "text/plain", 6, "zwölf"]]


@pytest.mark.parametrize("file", OURS)
def test_questions_without_an_answer(launch: Launch, talk: Talk, file: str) -> None:
    launch(AGENTS / file, talk)
    talk.say("ask confirm")
    talk.cancel(talk.widget("confirm"))
    assert talk.said() == "cancelled"
    talk.say("ask progress")
    talk.cancel(talk.widget("progress"))
    assert talk.said() == "cancelled"
    talk.say("ask badly")
    assert talk.said() == ["INVALID_SPEC", "spec.options[1].id"]
    talk.say("ask briefly")
    if (message := talk.next())["payload"]:  # unless the machine was so slow that even the server found it too late
        message = talk.next()
    assert message["text"] == '= "expired"'


@pytest.mark.parametrize("file", OURS)
def test_a_killed_agent_asks_again(launch: Launch, talk: Talk, file: str) -> None:
    """What it had not finished comes again; what was said meanwhile comes after it."""
    first = launch(AGENTS / file, talk)
    talk.say("ask choice")
    talk.widget("choice")
    first.kill()
    first.wait()
    talk.say("ask datetime")
    launch(AGENTS / file, talk)
    talk.answer(talk.widget("choice"), "md")
    talk.answer(talk.widget("datetime"), {"mode": "date", "value": "2026-05-24"})
    assert {talk.said(), talk.said()} == {"md", "2026-05-24"}


@pytest.mark.parametrize("file", OURS)
def test_one_agent_a_token_and_none_without(launch: Launch, talk: Talk, file: str) -> None:
    """A second process takes the connection over; the first ends instead of fighting. So does one that was revoked."""
    first = launch(AGENTS / file, talk)
    talk.say("ask confirm")
    talk.answer(talk.widget("confirm"), True)
    assert talk.said() is True
    second = launch(AGENTS / file, talk)
    assert first.wait(30) != 0
    talk.say("ask confirm")
    talk.answer(talk.widget("confirm"), True)
    assert talk.said() is True
    assert talk.client.post(f"/api/agents/{talk.agent_id}/revoke").status_code == 200
    assert second.wait(30) != 0


def test_node_20(launch: Launch, talk: Talk) -> None:
    """A Node without a WebSocket of its own uses the package `ws`."""
    launch(AGENTS / "asker.mjs", talk, "--no-experimental-websocket")
    talk.say("ask confirm")
    talk.answer(talk.widget("confirm"), True)
    assert talk.said() is True
