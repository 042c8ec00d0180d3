"""Many apps of one person: their instructions and tools have a bound, and the model is told which are left out."""

from __future__ import annotations

import json
import uuid

import pytest

from chat.turns import app_prompts
from chat.turns.app_prompts import MAX_INSTRUCTIONS, apps_with_room, build_app_sections
from tests.chat.apps import install_app
from tests.people import Person
from widgets_manager.apps.access import active_apps
from widgets_manager.sessions.access import apps_in_use
from widgets_manager.sessions.actions.state import set_state
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.django_db


def install_one(person: Person, name: str, *prompts: str) -> InstalledWidget:
    """An app whose agents say something."""
    document = {
        "agents": [{"id": f"agent{number}", "system_prompt": prompt} for number, prompt in enumerate(prompts)],
        "widgets": {"version": 1, "chat_side": {"title": name, "tree": {"type": "text", "text": name}}},
    }
    return InstalledWidget.objects.get(pk=install_app(person, json.dumps(document))["id"])


def room(person: Person, session: str) -> tuple[list[str], str]:
    """The names of the apps that have room, and what is said of all."""
    apps = active_apps(person.actor)
    taken = apps_with_room(apps, first=apps_in_use(uuid.UUID(session)))
    return [app.name for app in taken], build_app_sections(taken, [app for app in apps if app not in taken])


def test_it_works(alice: Person) -> None:
    """Few apps are told of whole, and nothing is said of room."""
    install_one(alice, "Harbour", "Speak like a pilot.")
    install_one(alice, "Quiet")
    session = alice.client.post("/api/conversations", {}).json()["conversation"]["id"]
    names, text = room(alice, session)
    assert names == ["Harbour", "Quiet"]
    assert "### App: Harbour (harbour)\nSpeak like a pilot." in text
    assert "no room" not in text


def test_instructions_have_a_bound_and_what_is_used_comes_first(alice: Person) -> None:
    long = "Mind the tide. " * 600
    apps = [install_one(alice, f"App {letter}", long, long) for letter in "abcd"]
    session = alice.client.post("/api/conversations", {}).json()["conversation"]["id"]
    names, text = room(alice, session)
    assert names == ["App a", "App b"]
    assert "no room here for the instructions and tools of these apps: App c, App d." in text
    assert len(text) < MAX_INSTRUCTIONS + 1_000
    set_state(actor=alice.actor, session_id=session, app=apps[3], changes={"a": 1})
    assert room(alice, session)[0] == ["App a", "App d"]


def test_the_agents_of_one_app_share_its_room(alice: Person) -> None:
    install_one(alice, "Crew", *["Row. " * 1_600] * 10)
    session = alice.client.post("/api/conversations", {}).json()["conversation"]["id"]
    names, text = room(alice, session)
    assert names == ["Crew"]
    assert text.count("#### Agent: ") == 10
    assert len(text) < MAX_INSTRUCTIONS + 1_000


def test_a_conversation_takes_so_many_apps(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_prompts, "MAX_APPS", 3)
    for letter in "abcde":
        install_one(alice, f"Small {letter}")
    session = alice.client.post("/api/conversations", {}).json()["conversation"]["id"]
    names, text = room(alice, session)
    assert names == ["Small a", "Small b", "Small c"]
    assert "these apps: Small d, Small e. A person" in text
