"""The examples of both SDKs, as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.toolchain import BASE_DIR
from tests.sdk.conftest import Launch
from tests.sdk.talking import Talk

pytestmark = pytest.mark.xdist_group("sdk")


@pytest.fixture(params=["python", "js"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def example(language: str, name: str) -> Path:
    file = name.replace("-", "_") + ".py" if language == "python" else f"{name}.mjs"
    return BASE_DIR / "sdk" / language / "examples" / file


def test_it_works(launch: Launch, talk: Talk, language: str) -> None:
    launch(example(language, "echo"), talk)
    said = talk.say('{"type": "widget.response", "ref": "x"} – hällo 🌍')
    answer = talk.next()
    assert answer["text"] == 'You said: {"type": "widget.response", "ref": "x"} – hällo 🌍'
    assert answer["reply_to"] == said["id"]


def test_the_first_program_of_the_readme(launch: Launch, talk: Talk, language: str, tmp_path: Path) -> None:
    readme = (BASE_DIR / "sdk" / language / "README.md").read_text()
    program = re.search(rf"```{language}\n(.*?)```", readme, re.DOTALL)
    assert program
    file = tmp_path / ("first.py" if language == "python" else "first.mjs")
    file.write_text(program[1])
    launch(file, talk)
    talk.say("hello")
    assert talk.text() == "You said: hello"


def test_approve_before_delete(launch: Launch, talk: Talk, language: str, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    for name in ("a.tmp", "b.tmp"):
        (cache / name).write_text(name)
    launch(example(language, "approve-before-delete"), talk, CACHE_FOLDER=str(cache))
    talk.say("Clean up")
    widget = talk.widget("confirm")
    assert widget["payload"]["spec"]["title"] == "Delete 2 files?"
    talk.answer(widget, False)
    assert talk.text() == "Nothing was deleted."
    assert len(list(cache.iterdir())) == 2
    talk.say("Clean up after all")
    talk.answer(talk.widget("confirm"), True)
    assert talk.text() == "Deleted 2 files."
    assert list(cache.iterdir()) == []
    talk.say("Again")
    assert talk.text() == "There is nothing to delete in cache."


def test_release_form(launch: Launch, talk: Talk, language: str) -> None:
    launch(example(language, "release-form"), talk, STEP_SECONDS="0.01")
    talk.say("Release it")
    talk.answer(talk.widget("form"), {"version": "1.2.0", "announce": True})
    progress = talk.widget("progress")
    assert progress["payload"]["spec"]["title"] == "Releasing 1.2.0"
    assert talk.text() == "Released 1.2.0. Everybody, it is out!"
    assert talk.now(progress)["payload"]["spec"] | {"value": 3, "body": "Done"} == talk.now(progress)["payload"]["spec"]


def test_a_release_is_cancelled(launch: Launch, talk: Talk, language: str) -> None:
    launch(example(language, "release-form"), talk, STEP_SECONDS="0.5")
    talk.say("Release it")
    talk.answer(talk.widget("form"), {"version": "1.2.0"})
    talk.cancel(talk.widget("progress"))
    assert talk.text() == "The release was cancelled."


def test_file_summary(launch: Launch, talk: Talk, language: str) -> None:
    launch(example(language, "file-summary"), talk)
    talk.say("Summarise")
    files = [{"id": talk.upload("brief.md", b"# Be brief\n\nand clear")}, {"id": talk.upload("notes.txt", b"none")}]
    talk.answer(talk.widget("file-picker"), {"files": files})
    answer = talk.next()
    assert answer["text"] == "brief.md: 5 words\nnotes.txt: 1 words"
    [attachment] = answer["attachments"]
    assert (attachment["name"], attachment["mime"]) == ("summary.txt", "text/plain")
    assert talk.download(attachment).decode() == answer["text"]
    talk.say("And this one", [talk.upload("one.txt", b"word")])
    assert talk.text() == "one.txt: 1 words"
