"""Stage: actions. A widget as its author has it: a folder with manifest.json and the script beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from sandbox.frames.scripts import SCRIPT_PATH, check_script
from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, Problem
from widgets_manager.packages.parsers import Package, Source, parse_package
from widgets_manager.widgets.access import visible_instances
from widgets_manager.widgets.actions.installs import install_package
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.actions.versions import replace_version
from widgets_manager.widgets.actions.workspaces import first_workspace
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace
from widgets_manager.widgets.samples import with_origin
from widgets_manager.widgets.scripted import BLOCK, is_scripted

MANIFEST: Final = "manifest.json"
Stamp = tuple[tuple[str, int, int], ...]


class FolderFault(Exception):
    """What keeps the folder from being a widget: one line for each fault, with file and path."""

    def __init__(self, file: str, problems: tuple[Problem, ...]) -> None:
        self.lines = [": ".join(filter(None, (file, problem.path, problem.message))) for problem in problems]
        super().__init__("\n".join(self.lines))


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder. Whatever lies in it beside the manifest and the script is not looked at."""

    path: Path

    def stamp(self) -> Stamp:
        """Another one whenever a manifest or a script in it is another one."""
        files = sorted([*self.path.glob("*.json"), *self.path.glob("*.js")])
        return tuple((file.name, state.st_mtime_ns, state.st_size) for file in files if (state := _state(file)))

    def read(self) -> Package:
        """The package that installing the manifest would give, with the script of this folder. Raises FolderFault."""
        with _faults_of(MANIFEST):
            text = with_origin((self.path / MANIFEST).read_text("utf-8"))
            development = settings.ENVIRONMENT != "production"
            package = parse_package(Source(text.encode(), MANIFEST), development=development)
            block = _block_of(package)
            name = _script_name(block)
        with _faults_of(name):
            return package.with_files({SCRIPT_PATH: check_script(block, (self.path / name).read_bytes())})


def put_widget(*, actor: Actor, folder: Folder, package: Package) -> InstalledWidget:
    """The actor's widget of that slug, moved to the package, or newly installed. Raises as those two do."""
    widget = InstalledWidget.objects.filter(tenant=actor.tenant, user=actor.user, slug=package.slug).first()
    source = str(folder.path)
    if widget is not None:
        return replace_version(
            actor=actor, widget=widget, package=package, source=(InstalledWidget.SourceType.FILE, source)
        )
    return install_package(actor=actor, package=package, source_type=InstalledWidget.SourceType.FILE, source_ref=source)


def place_once(*, actor: Actor, widget: InstalledWidget, workspace: Workspace | None) -> WidgetInstance:
    """A place of the widget that the actor sees, on the workspace where one is given; a new one where there is none.

    Raises NotFound when there is no dashboard at all.
    """
    places = visible_instances(actor).filter(widget=widget)
    placed = (places.filter(workspace=workspace) if workspace else places).first()
    if placed is not None:
        return placed
    on = workspace or first_workspace(actor=actor)
    if on is None:
        raise not_found("dashboard")
    return place_widget(actor=actor, workspace=on, widget=widget)


def _block_of(package: Package) -> dict[str, Any]:
    if not is_scripted(package.manifest):
        raise ApiError("is required: without it the widget has no script", path=BLOCK)
    block: dict[str, Any] = package.manifest[BLOCK]
    return block


def _script_name(block: dict[str, Any]) -> str:
    name = urlsplit(str(block["entrypoint"])).path.rpartition("/")[2]
    if not name:
        raise ApiError("must end with the name of the script's file", path=f"{BLOCK}.entrypoint")
    return name


@contextmanager
def _faults_of(file: str) -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        raise FolderFault(file, error.errors or (Problem(error.path or "", error.message),)) from None
    except OSError as error:
        raise FolderFault(file, (Problem("", error.strerror or "cannot be read"),)) from None
    except UnicodeDecodeError:
        raise FolderFault(file, (Problem("", "is not UTF-8"),)) from None


def _state(file: Path) -> Any:
    """Its state, or None when an editor has just taken it away."""
    try:
        return file.stat()
    except OSError:
        return None
