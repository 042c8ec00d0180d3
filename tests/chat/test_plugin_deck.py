"""The sample plugin of slides in a conversation without a model: what its examples promise."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.plugindb.actions.querying import run_query
from tests.chat.conftest import Ask
from tests.isolated import isolates, isolates_socket  # noqa: F401  (fixtures)
from tests.people import Person
from tests.plugins.conftest import plugin_tables as plugin_tables
from tests.plugins.packages import SAMPLES
from tests.plugins.runs import install
from widgets_manager.widgets.models import InstalledWidget

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("isolates")]


@pytest.fixture
def deck(alice: Person, settings: Any, tmp_path: Any) -> InstalledWidget:
    settings.FILES_ROOT = tmp_path
    return install(alice, (SAMPLES / "slide-deck.pie").read_text())


def titles(person: Person, deck: InstalledWidget) -> list[tuple[str, str]]:
    """Each slide's deck and title, as the plugin's tables have them."""
    sql = "SELECT d.title AS deck, s.title AS slide FROM slides s JOIN decks d ON d.id = s.deck_id ORDER BY s.position"
    rows = run_query(actor=person.actor, plugin=deck, sql=sql).as_dict()["rows"]
    return [(row["deck"], row["slide"]) for row in rows]


def test_it_works(say: Ask, alice: Person, deck: InstalledWidget) -> None:
    """Its first example makes the deck of that title; another one adds a slide to it."""
    answer = say("make a deck called Quarterly review")
    [tool] = answer["payload"]["tools"]
    assert (tool["tool"], tool["state"]) == ("slide_deck", "done")
    assert tool["arguments"] == {"action": "create_deck", "title": "Quarterly review"}
    assert titles(alice, deck) == [("Quarterly review", "Quarterly review")]
    say("add a slide about the budget to the deck")
    assert titles(alice, deck)[1:] == [("Quarterly review", "the budget")]
