"""widgets_lint: what it says of a folder, an archive, a file, and how it ends. Nothing here has a database."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.declarative.trees import TREES, documents

APP = TREES / "valid" / "my-app"


def lint(path: Path) -> tuple[int, list[str]]:
    output = io.StringIO()
    code = 0
    try:
        call_command("widgets_lint", str(path), stdout=output)
    except SystemExit as end:
        code = int(str(end.code))
    return code, output.getvalue().splitlines()


def zipped(path: Path, target: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(path.rglob("*")):
            if file.is_file():
                archive.write(file, prefix + file.relative_to(path).as_posix())
    return target


def test_it_works() -> None:
    code, lines = lint(APP)
    assert code == 0
    assert lines == [
        f"{APP} is valid: app; side panel, 1 tab, 1 dialog, 5 inline widgets; 12 nodes; "
        "tools: create_meeting, delete_thing."
    ]


@pytest.mark.parametrize("prefix", ["", "my-app/"])
def test_an_archive_is_checked_like_its_folder(tmp_path: Path, prefix: str) -> None:
    code, (line,) = lint(zipped(APP, tmp_path / "app.zip", prefix))
    assert code == 0
    assert "5 inline widgets" in line


def test_errors_are_lines_with_file_line_and_path(tmp_path: Path) -> None:
    for path in (TREES / "invalid" / "files", zipped(TREES / "invalid" / "files", tmp_path / "bad.zip")):
        code, lines = lint(path)
        assert code == 1
        assert lines[0].startswith("widgets/card.yaml:1: warning: widgets.inline.card.titel: unknown property 'titel'")
        assert lines[1] == "app.yaml:13: widgets.inline.confirm: is also declared by widgets/confirm.yaml"
        assert len(lines) == 6


def test_app_yaml_brings_the_folder_beside_it() -> None:
    assert lint(APP / "app.yaml")[1][0].startswith(f"{APP / 'app.yaml'} is valid: app; side panel, 1 tab")


@pytest.mark.parametrize("path", documents("valid").values(), ids=list(documents("valid")))
def test_valid_documents_end_with_0_and_one_line(path: Path) -> None:
    code, lines = lint(path)
    assert (code, len(lines)) == (0, 1)


def test_a_payload_is_told_by_its_kind(tmp_path: Path) -> None:
    card = tmp_path / "card.json"
    card.write_text('{"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Hello"}]}')
    code, (line,) = lint(card)
    assert code == 0
    assert "is valid: Adaptive Card; 1 node" in line


def test_files_that_look_like_widgets_and_are_not_read_are_warned_of(tmp_path: Path) -> None:
    app = tmp_path / "app"
    (app / "widgets" / "sub").mkdir(parents=True)
    (app / "app.yaml").write_text("widgets: {version: 1}\n")
    for name in ("card.YAML", "sub/card.yaml", "read.yaml", "readme.md"):
        (app / "widgets" / name).write_text("type: divider\n")
    for path in (app, zipped(app, tmp_path / "app.zip")):
        code, lines = lint(path)
        assert (code, [line.partition(":")[0] for line in lines[:-1]]) == (
            0,
            ["widgets/card.YAML", "widgets/sub/card.yaml"],
        )
        assert lines[0].endswith("warning: is not read: widgets are widgets/<name>.yaml, .yml or .json")


def test_bytes_that_are_no_text_are_an_error(tmp_path: Path) -> None:
    file = tmp_path / "tree.yaml"
    file.write_bytes(b"type: text\ntext: \xff\n")
    assert lint(file) == (1, ["tree.yaml:2: byte 18 is not UTF-8"])


def test_a_faulty_package_toml_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text("widgets: {version: 1}\n")
    (tmp_path / "package.toml").write_text('name = "x"\nversion = \n')
    code, (line,) = lint(tmp_path)
    assert code == 1
    assert line.startswith("package.toml:2: not TOML: ")


@pytest.mark.parametrize("kind", ["nothing", "folder", "archive"])
def test_what_cannot_be_linted_is_said_in_one_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "there"
    expected = f"There is no file or folder {path}."
    if kind == "folder":
        path.mkdir()
        expected = f"There is no app.yaml in {path}."
    elif kind == "archive":
        path.write_bytes(b"PK\x03\x04 nonsense")
        expected = "The archive is damaged or not a zip: "
    code, (line,) = lint(path)
    assert code == 1
    assert line.startswith(expected)
