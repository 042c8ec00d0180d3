"""manage.py widget_dev: a folder is installed, and again at every change."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper

from sandbox.frames.management.commands import widget_dev
from sandbox.frames.scripts import digest, script_of
from tests.people import Person
from tests.sandbox.scripts import SCRIPT, scripted
from tests.widgets.conftest import install, manifest
from widgets_manager.core.models import AuditEntry
from widgets_manager.live.models import Event
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

Change = Callable[[], Any]


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A widget as its author has it; nobody serves its entrypoint."""
    folder = tmp_path / "weather"
    folder.mkdir()
    write(folder, scripted("https://widgets.example.com/v1/weather.js"))
    (folder / "weather.js").write_bytes(SCRIPT)
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[list[str], list[str]]]:
    """Runs the command; each change is made between two looks, and after the last one somebody presses Ctrl-C."""

    def run(folder: Path, *changes: Change, user: str = "alice", **options: Any) -> tuple[list[str], list[str]]:
        def one_after_the_other() -> Iterator[None]:
            for change in changes:
                change()
                yield
            raise KeyboardInterrupt

        steps = one_after_the_other()
        monkeypatch.setattr(widget_dev, "sleep", lambda seconds: next(steps))
        output, errors = io.StringIO(), io.StringIO()
        call_command("widget_dev", str(folder), user=user, stdout=output, stderr=OutputWrapper(errors), **options)
        return output.getvalue().split("\n")[:-2], errors.getvalue().splitlines()

    return run


def write(folder: Path, document: dict[str, Any]) -> None:
    (folder / "manifest.json").write_text(json.dumps(document))


def test_it_works(alice: Person, team: Workspace, folder: Path, run: Any) -> None:
    said, errors = run(folder)
    widget = InstalledWidget.objects.get()
    assert (widget.user, widget.slug, widget.problems) == (alice.user, "weather", [])
    assert (widget.source_type, widget.source_ref) == ("file", str(folder))
    assert script_of(widget.package_version) == SCRIPT.decode()
    instance = WidgetInstance.objects.get()
    assert (instance.widget, instance.workspace) == (widget, team)
    [line] = said
    assert line.endswith(f" Weather {widget.package_version.content_hash[:12]} on {address(team)}")
    assert errors == []
    assert {entry.via for entry in AuditEntry.objects.filter(target_id=str(widget.pk))} == {"command"}


def address(workspace: Workspace) -> str:
    from django.conf import settings

    return f"{settings.PUBLIC_ORIGIN}/dashboard/{workspace.pk}/"


def test_each_change_reaches_the_pages(alice: Person, team: Workspace, folder: Path, run: Any) -> None:
    last: list[int] = []

    def save() -> None:
        last.append(Event.objects.latest("id").pk)
        (folder / "weather.js").write_text("newer()")

    said, _ = run(folder, save, lambda: None)
    assert len(said) == 2
    widget = InstalledWidget.objects.get()
    assert script_of(widget.package_version) == "newer()"
    told = {event.type: event.data for event in Event.objects.filter(pk__gt=last[0])}
    assert told["instance.put"]["instance"]["package_version"] == str(widget.package_version_id)
    assert WidgetInstance.objects.count() == 1


def test_faults_are_told_with_file_and_path_and_mended_by_the_next_change(
    alice: Person, team: Workspace, folder: Path, run: Any
) -> None:
    document = scripted("https://x.example/weather.js", permissions=["read:nots", "everything"])
    said, errors = run(
        folder,
        lambda: write(folder, document),
        lambda: (folder / "manifest.json").write_text("{"),
        lambda: write(folder, manifest()),
        lambda: write(folder, scripted("https://x.example/", permissions=[])),
        lambda: write(folder, scripted("https://x.example/other.js")),
        lambda: write(folder, scripted("https://x.example/weather.js", integrity=digest(b"other"))),
        lambda: write(folder, scripted("https://x.example/weather.js")),
        lambda: (folder / "weather.js").write_bytes(b"\xff"),
        lambda: (folder / "weather.js").write_bytes(SCRIPT + b"// and more"),
    )
    assert len(said) == 3
    assert [line.split(" ")[0:2] for line in errors[:2]] == [
        ["manifest.json:", "sandbox.permissions[0]:"],
        ["manifest.json:", "sandbox.permissions[1]:"],
    ]
    rest = errors[2:]
    assert rest[0].startswith("manifest.json: ")
    assert rest[1] == "manifest.json: sandbox: is required: without it the widget has no script"
    assert rest[2] == "manifest.json: sandbox.entrypoint: must end with the name of the script's file"
    assert rest[3] == "other.js: No such file or directory"
    assert rest[4].startswith("weather.js: sandbox.entrypoint: The script has changed: ")
    assert rest[5].startswith("weather.js: sandbox.entrypoint: The script is not UTF-8")
    assert len(rest) == 6


def test_warnings_are_told(alice: Person, team: Workspace, folder: Path, run: Any) -> None:
    write(folder, scripted("https://x.example/weather.js", permissions=["network:fetch"]))
    _, [warning] = run(folder)
    assert warning.startswith("warning: manifest.json: sandbox.networkAllowlist: ")


def test_it_takes_over_what_is_installed(alice: Person, private: Workspace, folder: Path, run: Any) -> None:
    document = scripted("https://[::1]/weather.js")
    before = install(alice, document)
    assert before["sandbox"]["status"] == "chat_only"
    run(folder)
    widget = InstalledWidget.objects.get()
    assert (str(widget.pk), widget.problems, widget.source_ref) == (before["id"], [], str(folder))


def test_on_the_dashboard_that_is_named(
    alice: Person, team: Workspace, private: Workspace, folder: Path, run: Any
) -> None:
    run(folder)
    run(folder, workspace="Mine")
    run(folder, workspace="Mine")
    assert [row.workspace for row in WidgetInstance.objects.all()] == [team, private]


def test_one_person_s_leaves_another_s_alone(
    alice: Person, bob: Person, team: Workspace, folder: Path, run: Any
) -> None:
    install(bob, scripted("https://[::1]/weather.js"))
    run(folder)
    assert {widget.user for widget in InstalledWidget.objects.all()} == {alice.user, bob.user}


@pytest.mark.parametrize("name", ["clock", "note-editor", "visitors-chart"])
def test_the_samples_are_such_folders(alice: Person, team: Workspace, run: Any, settings: Any, name: str) -> None:
    _, errors = run(settings.BASE_DIR / "samples" / "sandbox" / name)
    assert errors == []
    assert InstalledWidget.objects.get().slug == name


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"user": "nobody"}, "no user 'nobody'"),
        ({"user": "vera"}, "needs member or above"),
        ({"workspace": "Theirs"}, "no dashboard 'Theirs'; there are: Team"),
        ({"tenant": "other"}, "does not belong to Other"),
    ],
)
def test_refusals_are_one_sentence(
    alice: Person, vera: Person, charlie: Person, team: Workspace, folder: Path, run: Any, options: Any, why: str
) -> None:
    Workspace.objects.create(tenant=charlie.tenant, owner=charlie.user, name="Theirs")
    with pytest.raises(CommandError, match=why):
        run(folder, **options)
    assert not InstalledWidget.objects.exists()


def test_there_must_be_a_folder(alice: Person, tmp_path: Path, run: Any) -> None:
    with pytest.raises(CommandError, match="no such folder"):
        run(tmp_path / "none")


def test_a_built_in_is_not_replaced(alice: Person, team: Workspace, folder: Path, run: Any) -> None:
    write(folder, scripted("https://x.example/weather.js") | {"panelId": "recent"})
    with pytest.raises(CommandError, match="built-in panel"):
        run(folder)
