"""From a zip archive to a plugin; the archives themselves are tried in tests/packages/test_archives.py."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from tests.packages.test_archives import pack
from tests.plugins.packages import CODE, TOOL, pie, skill
from widgets_manager.core.exceptions import ApiError
from widgets_manager.packages import archives
from widgets_manager.packages.parsers import Package, Source, package_forms, parse_package
from widgets_manager.widgets.samples import sample_manifest

HEADER = {"name": "doer", "tier": "tool", "version": "1.0.0", "manifest": {"tool": TOOL}}


def parse(files: dict[str, bytes | str]) -> Package:
    return parse_package(Source(pack(files), "download.zip"))


def refusal(files: dict[str, bytes | str]) -> ApiError:
    with pytest.raises(ApiError) as caught:
        parse(files)
    return caught.value


def test_it_works() -> None:
    package = parse({"plugin.pie": pie(), "public/index.html": "<p>Hello</p>", "public/logo.png": b"\x89PNG\0"})
    assert (package.form, package.slug, package.warnings) == ("plugin", "doer", ())
    assert package.files["public/logo.png"] == b"\x89PNG\0"
    assert package.files["handler.js"].decode() == CODE
    assert package.blocks["plugin"]["public"]["entry"] == "index.html"


def test_a_manifest_with_files_for_its_sections() -> None:
    files: dict[str, bytes | str] = {
        "manifest.json": json.dumps(HEADER),
        "handler.js": CODE,
        "widget.html": "<p>Hello</p>",
        "public-config.yaml": "entry: start.html\n",
        "public/start.html": "<p>Start</p>",
    }
    package = parse(files)
    assert package.warnings == ()
    assert {path: data.decode() for path, data in package.files.items()} == files
    assert package.blocks["plugin"]["parts"] == ["handler", "tool", "===widget===", "===public-file==="]


def test_one_folder_may_hold_everything() -> None:
    assert parse({"doer/plugin.pie": pie(), "__MACOSX/x": "x"}).slug == "doer"


def test_a_panels_manifest_stays_a_panel() -> None:
    package = parse({"manifest.json": sample_manifest("task-board") or "", "README.md": "Hello"})
    assert (package.form, package.slug) == ("json", "task-board")
    assert package.files["README.md"] == b"Hello"


def test_an_app_with_a_manifest_json_stays_an_app() -> None:
    app = "widgets:\n  version: 1\n  inline:\n    hello: { type: text, text: Hello }\n"
    assert parse({"app.yaml": app, "manifest.json": "{}"}).form == "app"


def test_faults_have_their_files() -> None:
    header = {"name": "doer", "tier": "tol"}
    error = refusal({"manifest.json": json.dumps(header, indent=1), "handler.js": "\0", "public/a.html": "x"})
    assert error.code == "INVALID_PLUGIN"
    assert [(one.file, one.line, one.path) for one in error.errors] == [
        ("handler.js", 1, ""),
        ("manifest.json", 3, "tier"),
        ("public/a.html", 1, "entry"),
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"plugin.pie": pie(), "manifest.json": "{}"}, "There are plugin.pie and manifest.json"),
        ({"plugin.pie": pie(), "app.yaml": "x: 1"}, "There are plugin.pie and app.yaml"),
        ({"plugin.pie": pie(), "handler.js": CODE}, "which has it as a section"),
        ({"plugin.pie": b"\xff"}, "is not UTF-8"),
        ({"manifest.json": json.dumps(HEADER)}, "there is no code"),
        ({"manifest.json": json.dumps(HEADER), "prompt.md": "x"}, "is handler.js, not prompt.md"),
        ({"manifest.json": json.dumps(HEADER), "handler.js": CODE, "prompt.md": "x"}, "stands beside handler.js"),
        ({"manifest.json": '{"name": "a", "name": "b"}', "handler.js": CODE}, "appears twice"),
        ({"plugin.pie": skill(), "public/index.html": "x"}, "a skill has no public pages"),
    ],
)
def test_what_does_not_fit_together_is_refused(files: dict[str, bytes | str], message: str) -> None:
    assert message in str(refusal(files).as_dict())


def test_what_nothing_reads_is_a_warning() -> None:
    [warning] = parse({"plugin.pie": pie(), "notes.txt": "x"}).warnings
    assert (warning.file, "nothing reads it" in warning.message) == ("notes.txt", True)


def test_the_rules_of_archives_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal({"plugin.pie": pie(), "public/index.html": b"x" * 4_900_000}).code == "INVALID_ARCHIVE"
    assert refusal({"plugin.pie": pie(), "../up": "x"}).code == "INVALID_ARCHIVE"
    large = {f"public/{n}.bin": os.urandom(500_000) for n in range(11)}
    assert refusal({"plugin.pie": pie(), **large}).code == "TOO_LARGE"
    monkeypatch.setattr(archives, "MAX_FILES", 1)
    assert refusal({"plugin.pie": pie(), "public/index.html": "x"}).code == "TOO_LARGE"


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 500, pack({"x": "x"})[:-5]], ids=["head", "noise", "cut"]
)
def test_a_damaged_archive_is_told_so(data: bytes) -> None:
    with pytest.raises(ApiError) as caught:
        package_forms.parse(Source(data, "plugin.pie"))
    assert caught.value.code == "INVALID_ARCHIVE"


def test_an_archive_of_something_else_is_not_claimed() -> None:
    found: Any = refusal({"readme.txt": "x"})
    assert found.code == "INVALID_ARCHIVE"
