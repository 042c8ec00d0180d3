"""plugin_lint: what it says, and how it ends. Nothing here has a database."""

from __future__ import annotations

import io
from pathlib import Path

from django.core.management import call_command

from tests.packages.test_archives import pack
from tests.plugins.packages import FIXTURES, SAMPLES, pie


def lint(path: Path) -> tuple[int, list[str]]:
    output = io.StringIO()
    code = 0
    try:
        call_command("plugin_lint", str(path), stdout=output)
    except SystemExit as end:
        code = int(str(end.code))
    return code, output.getvalue().splitlines()


def test_it_works() -> None:
    path = SAMPLES / "slide-deck.pie"
    code, lines = lint(path)
    assert code == 0
    assert lines == [f"{path} is valid: tool, widget; tool slide_deck; 3 tables."]


def test_a_line_for_each_error() -> None:
    code, lines = lint(FIXTURES / "invalid" / "many.pie")
    assert code == 1
    assert len(lines) == 8
    assert lines[3] == "many.pie:7 manifest.tool: 'description' is required"
    assert lines[-1].startswith("many.pie:19 ===public-file:a.html=== stands inside")


def test_warnings_are_no_errors(tmp_path: Path) -> None:
    path = tmp_path / "doer.pie"
    path.write_text(pie({"teir": "tool"}))
    code, lines = lint(path)
    assert code == 0
    assert lines[0] == "doer.pie:5 teir: warning: unknown key, kept but not used; did you mean 'tier'?"
    assert lines[1].endswith("1 warning.")


def test_a_folder_an_archive_and_the_manifest_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "doer", "tier": "tool", "manifest": {"trigger": "always"}}')
    (tmp_path / "handler.js").write_text("// handler\n")
    archive = tmp_path.with_suffix(".zip")
    archive.write_bytes(pack({path.name: path.read_bytes() for path in tmp_path.iterdir()}))
    for path in (tmp_path, archive, tmp_path / "manifest.json"):
        assert lint(path) == (
            1,
            ["manifest.json:1 manifest.trigger: 'always' is for skills; a plugin with code has 'auto' or 'manual'"],
        )


def test_nothing_to_lint(tmp_path: Path) -> None:
    assert lint(tmp_path / "none.pie") == (1, [f"{tmp_path}/none.pie: No such file or directory"])
    assert lint(tmp_path) == (1, [f"{tmp_path}: There is no plugin.pie and no manifest.json (there is: no file)."])
