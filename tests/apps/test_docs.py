"""docs/apps.md: its examples run, and what it says is what the code does."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.people import Person
from widgets_manager.apps import functions as registry
from widgets_manager.apps.forms import AppForm
from widgets_manager.apps.tools import MAX_RESULT, call_tool
from widgets_manager.core.exceptions import ApiError
from widgets_manager.packages import archives
from widgets_manager.packages.parsers import Source, parse_package
from widgets_manager.widgets.samples import sample_app_names

PAGE: Final = (Path(settings.BASE_DIR) / "docs" / "apps.md").read_text()


def example(kind: str) -> str:
    """The one example of that kind."""
    [text] = re.findall(rf"^```{re.escape(kind)}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


APP: Final = example("yaml app greeter")


def test_it_works(live_url: str, alice: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk over the API, as a reader would take it."""
    monkeypatch.setattr("django.conf.settings.FILES_ROOT", tmp_path / "files")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "greeter").mkdir()
    (tmp_path / "greeter" / "app.yaml").write_text(APP)
    monkeypatch.setitem(os.environ, "API", f"{live_url}/api/")
    monkeypatch.setitem(os.environ, "TOKEN", alice.token("widgets"))
    exec(compile(example("python run"), "docs/apps.md", "exec"), {})  # noqa: S102  (the page's own example)


def test_the_app_is_an_app_without_warnings(tmp_path: Path, capsys: Any) -> None:
    package = parse_package(Source(APP.encode(), "greeter/app.yaml"))
    assert (package.slug, package.warnings) == ("greeter", ())
    (tmp_path / "app.yaml").write_text(APP)
    call_command("widgets_lint", str(tmp_path))
    assert "error" not in capsys.readouterr().out.lower().replace("0 errors", "").replace("no errors", "")


def test_the_refusal_is_one(db: None) -> None:
    shown = json.loads(example("json refusal"))
    with pytest.raises(ApiError) as caught:
        parse_package(Source(APP.replace("action: tool", "action: tol").encode(), "app.yaml"))
    given = caught.value.as_dict()["error"]
    assert re.sub(r"\[.*?\]", "[…]", given["message"].partition(": ")[2].partition(": ")[2]) == (
        shown["message"].partition(": ")[2].partition(": ")[2].replace("\\", "")
    )
    assert given["path"] == shown["path"]
    assert given["errors"][0].keys() == shown["errors"][0].keys()


@pytest.mark.django_db
def test_the_function_is_one(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_functions", dict(registry._functions))
    exec(compile(example("python function"), "docs/apps.md", "exec"), {"__name__": "docs"})  # noqa: S102  (as above)

    def echo(**args: Any) -> Any:
        return call_tool(actor=alice.actor, app=None, name="echo", args=args)

    assert echo(text="ab", times=2).data == {"text": "abab", "for": "alice"}
    assert echo(text="nothing").error == "There is nothing to repeat."
    with pytest.raises(ApiError, match=r"args\.times"):
        echo(text="x", times=11)


def test_numbers_are_the_code_s() -> None:
    numbers = {7: "Seven", 6: "Six", 8: "Eight"}
    assert f"{numbers[len(sample_app_names())]} more are in `samples/apps/`" in PAGE
    assert f"at most {MAX_RESULT // 1024} KB" in PAGE
    assert f"at most {archives.MAX_ARCHIVE // 1_000_000} MB, unpacked too, and {archives.MAX_FILES} files" in PAGE
    assert AppForm.max_bytes == archives.MAX_UNPACKED
