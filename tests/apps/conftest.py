"""Apps for the tests of this room."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from tests.packages.test_archives import pack
from tests.people import Person
from tests.widgets.conftest import manifest, team  # noqa: F401  (a fixture)
from widgets_manager.widgets.models import InstalledWidget

TREES: Final = Path(__file__).parents[1] / "fixtures" / "trees" / "valid"
SEED_APPS: Final = ("booking", "greeter", "rag", "sources")
GREETER: Final = """\
capabilities:
  grant:
    - { module: widget, actions: [render, update] }
widgets:
  version: 1
  workspace_tabs:
    - id: greeter
      title: Greeter
      icon: waving_hand
      tree:
        type: form
        children:
          - { type: text_input, name: name, label: Your name }
        submit:
          label: Greet me
          action: { action: tool, tool: greet }
"""


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def upload(person: Person, name: str, data: bytes | str, *, path: str = "install-file", **body: Any) -> Any:
    file = SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)
    return person.client.post(f"/api/widgets/{path}", {"file": file, **body}, content_type=MULTIPART_CONTENT)


def install_app(
    person: Person, text: bytes | str = GREETER, name: str = "greeter.yaml", **body: Any
) -> InstalledWidget:
    """Install by the API; returns the row."""
    response = upload(person, name, text, **body)
    assert response.status_code == 201, response.content
    rows = InstalledWidget.objects.select_related("package_version", "tenant", "user")
    return rows.get(pk=response.json()["widget"]["id"])


def folder(name: str) -> dict[str, bytes]:
    """The files of a fixture's folder by path."""
    root = TREES / name
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()}


def seed_app(name: str) -> bytes:
    """The text of an app of the seed."""
    return (TREES / f"{name}.yaml").read_bytes()


def my_app(changes: Mapping[str, bytes | str | None] | None = None) -> bytes:
    """The zip of the app with external widgets; a change of None leaves a file out."""
    files: dict[str, Any] = {**folder("my-app"), **(changes or {})}
    return pack({f"my-app/{path}": data for path, data in files.items() if data is not None})


@pytest.fixture
def both(alice: Person) -> InstalledWidget:
    """A manifest with intents and widgets: a panel, and an app."""
    widgets = {
        "version": 1,
        "chat_side": {"tree": {"type": "button", "label": "Add", "action": {"action": "tool", "tool": "add_task"}}},
    }
    response = alice.client.post("/api/widgets/install", {"file": json.dumps(manifest(widgets=widgets))})
    assert response.status_code == 201, response.content
    return InstalledWidget.objects.select_related("package_version").get(pk=response.json()["widget"]["id"])
