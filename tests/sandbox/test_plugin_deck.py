"""The sample plugin of slides: what its tool does, by itself and for one person alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.plugins.running import Origin, run_tool
from tests.people import Person
from tests.plugins.conftest import plugin_tables as plugin_tables
from tests.plugins.packages import SAMPLES
from tests.plugins.runs import install
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.usefixtures("isolates")


@pytest.fixture
def deck(alice: Person, settings: Any, tmp_path: Path) -> InstalledWidget:
    settings.FILES_ROOT = tmp_path
    return install(alice, (SAMPLES / "slide-deck.pie").read_text(), tenantWide=True)


def call(person: Person, deck: InstalledWidget, action: str, **arguments: Any) -> Any:
    report = run_tool(actor=person.actor, widget_id=deck.pk, arguments={"action": action, **arguments}, origin=Origin())
    return report.result if report.ok else report.error


def slides(person: Person, deck: InstalledWidget) -> Any:
    return call(person, deck, "show_deck")["slides"]


def test_it_works(alice: Person, deck: InstalledWidget) -> None:
    assert call(alice, deck, "create_deck", title="Review")["deck"]["title"] == "Review"
    points = ["Costs in May", "Travel", "Rent"]
    added = call(alice, deck, "add_slide", title="Costs", points=points, deck_id="review")
    assert (added["deck"], added["slide"]["title"]) == ("Review", "Costs")
    said = {
        "title: Spending": "renamed",
        "replace May with June": "replaced",
        "remove 2": "removed",
        "add: Heating": "added",
        "dark": "coloured",
        "ask Bob about the rent": "noted",
        "replace nothing with something": "noted",
    }
    edited = call(alice, deck, "edit_slide", slide_id="2", comment="\n".join(said))
    assert {entry["comment"]: entry["change"] for entry in edited["applied"]} == said
    assert slides(alice, deck) == [
        {"number": 1, "title": "Review", "points": [], "notes": ""},
        {
            "number": 2,
            "title": "Spending",
            "points": ["Costs in June", "Rent", "Heating"],
            "notes": "ask Bob about the rent\nreplace nothing with something",
        },
    ]


def test_what_people_write_is_drawn_as_text(alice: Person, deck: InstalledWidget) -> None:
    call(alice, deck, "create_deck", title='<script>"1"</script> ' + 60 * "x")
    image = _images(alice, deck)[0]
    assert "<script" not in image
    assert "&lt;script&gt;&quot;1&quot;&lt;/script&gt;" in image
    assert image.count("x" * 26) == 2, "a long word goes on in the next line"


def test_what_cannot_be_done_is_said(alice: Person, deck: InstalledWidget) -> None:
    refused = call(alice, deck, "show_deck")
    assert refused == {"code": "PLUGIN_ERROR", "message": "There is no such deck yet: make one first."}
    assert call(alice, deck, "create_deck")["message"] == "A deck needs a title."
    assert call(alice, deck, "edit_slide", slide_id="7")["message"] == "There is no such slide."


def test_everybody_has_decks_of_their_own(alice: Person, bob: Person, deck: InstalledWidget) -> None:
    call(alice, deck, "create_deck", title="Mine")
    assert call(bob, deck, "show_deck", deck_id="Mine")["code"] == "PLUGIN_ERROR"
    assert [slide["title"] for slide in slides(alice, deck)] == ["Mine"]


def _images(person: Person, deck: InstalledWidget) -> list[str]:
    """What the widget is given to show."""
    place = person.client.post("/api/widgets/instances", {"widgetId": str(deck.pk)}).json()["instance"]["id"]
    body = {"instanceId": place, "actionId": "load_deck", "payload": {}}
    (event,) = person.client.post("/widget-action", body).json()["widgetEvents"]
    return [slide["image"] for slide in event["data"]["slides"]]
