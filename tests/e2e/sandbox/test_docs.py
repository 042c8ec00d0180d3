"""docs/sandbox.md: its widget is installed as the page says, and runs; its examples run; its tables are the code's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from sandbox.frames.capabilities import capabilities
from sandbox.frames.folders import Folder, place_once, put_widget
from tests.e2e.conftest import Visit
from tests.e2e.sandbox.collector import Collector, Document
from tests.e2e.sandbox.conftest import Put, inside, opened, press, tile
from tests.e2e.sandbox.test_prompts import note
from tests.e2e.sandbox.test_security import LEAVES, NAMES, READS, STAYS
from tests.people import Person
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.actions.instances import update_instance
from widgets_manager.widgets.models import Workspace

PAGE = (Path(settings.BASE_DIR) / "docs" / "sandbox.md").read_text()
FILES = dict(re.findall(r"^```\w+ widget (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
EXAMPLES = re.findall(r"^```js example\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EVERYTHING = ("read:workspace", "read:notes", "write:workspace", "write:notes", "write:chat", "network:fetch")
RUN = """
const root = document.getElementById('widget-root');
addEventListener('widget:init', async () => {
  WidgetBridge.ready();
  for (const [at, example] of examples.entries()) {
    const line = document.createElement('p');
    root.append(line);
    await example().then(() => (line.textContent = `${at} done`), (error) => (line.textContent = `${at} ${error}`));
  }
});
"""

__all__ = ["note"]


@pytest.fixture
def weather() -> Iterator[Collector]:
    server = Collector(["api"])
    server.pages["/weather"] = Document(b'{"degrees": 21}', "application/json")
    yield server
    server.close()


@pytest.mark.e2e
def test_it_works(alice: Person, board: Workspace, visit: Visit, live_url: str, tmp_path: Path) -> None:
    """The folder of the page, installed as `widget_dev` does it, and once more after a change."""
    folder = tmp_path / "tally"
    folder.mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    widget = put_widget(actor=alice.actor, folder=Folder(folder), package=Folder(folder).read())
    instance = place_once(actor=alice.actor, widget=widget, workspace=None)
    visitor = visit(alice)
    page = opened(visitor, board)
    tally = inside(tile(page, "Tally A"))
    expect(tally.get_by_text("cups of coffee")).to_be_visible()
    tally.get_by_role("button", name="One more").click()
    expect(tally.get_by_role("status")).to_have_text("1")
    visitor.photograph("sandbox-tally", widths=(1280,))
    update_instance(actor=alice.actor, instance=instance, config={"what": "steps"})
    expect(tally.get_by_text("steps")).to_be_visible()
    (folder / "tally.js").write_text(FILES["tally/tally.js"].replace("One more", "And one"))
    put_widget(actor=alice.actor, folder=Folder(folder), package=Folder(folder).read())
    tally.get_by_role("button", name="And one").click()
    expect(tally.get_by_role("status")).to_have_text("2")
    assert visitor.faults == []


@pytest.mark.e2e
def test_the_examples_run(
    alice: Person, board: Workspace, note: PanelItem, put: Put, weather: Collector, visit: Visit
) -> None:
    origin = weather.doors["api"].origin
    bodies = [f"async () => {{\n{text.replace('https://api.example.com', origin)}\n}}" for text in EXAMPLES]
    script = f"const examples = [{', '.join(bodies)}];\n{RUN}"
    put("Examples", script, *EVERYTHING, networkAllowlist=[origin])
    page = opened(visit(alice), board)
    lines = inside(tile(page, "Examples A")).locator("#widget-root > p")
    press(page, "Allow once")
    press(page, "Allow once")
    expect(page.get_by_role("dialog", name="Notes")).to_be_visible()
    expect(lines).to_have_text([f"{at} done" for at in range(len(EXAMPLES))])
    note.refresh_from_db()
    assert note.data["text"] == "Before\n- bread"
    assert weather.doors["api"].requests == ["GET /weather?city=Bern HTTP/1.1"]


def test_the_table_has_every_method() -> None:
    """With its permission, and whether it asks; `ui.*` are the page's own."""
    rows = re.findall(r"^\| `(\w+\.\w+)\(.*?\)` \| ?(?:`([\w:]+)`)?(, asks)? \|", PAGE, re.MULTILINE)
    told = {method: (permission, bool(asks)) for method, permission, asks in rows if not method.startswith("ui.")}
    assert told == {one.method: (one.permission, one.asks) for one in capabilities}


def test_every_code_is_one_of_the_code_s() -> None:
    table = PAGE.partition("### Errors")[2].partition("## What it is told")[0]
    told: set[Any] = set(re.findall(r"`([A-Z_]{6,})`", table))
    root = Path(settings.BASE_DIR)
    sources = [*root.glob("sandbox/**/*.py"), *root.glob("chat/turns/*.py"), *root.glob("static/src/sandbox/*.ts")]
    sources += [*root.glob("widgets_manager/core/*.py"), *root.glob("widgets_manager/egress/*.py")]
    written = "\n".join(path.read_text() for path in sources)
    assert len(told) > 10
    assert [code for code in told if f'"{code}"' not in written and f"'{code}'" not in written] == []


def test_security_s_counts_are_those_of_the_attacks() -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "security.md").read_text()
    told = re.search(r"(\d+) ways to send something, (\d+) to read\s.*?and (\d+) to have a name", page, re.DOTALL)
    assert told
    assert [int(number) for number in told.groups()] == [len(STAYS) + len(LEAVES), len(READS), len(NAMES)]
