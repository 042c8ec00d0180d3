"""What the built-in panels have in common, and Quick Links."""

from __future__ import annotations

from string import ascii_lowercase

import pytest

from tests.live.verify import verify_stream
from tests.panels.applied import apply_to_user
from tests.panels.conftest import run_builtin
from tests.people import Person
from widgets_manager.live.streams import StreamName
from widgets_manager.packages.validation import validate_manifest
from widgets_manager.panels.access import active_badges
from widgets_manager.panels.actions import items as item_actions
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.cache import cached_panels
from widgets_manager.widgets.models import Workspace
from widgets_manager.widgets.panels_of import builtin_panel, load_panels
from widgets_manager.widgets.registry import builtins
from widgets_manager.widgets.serving import serving_operation

BADGES = [f"quick-links-{letter}" for letter in ascii_lowercase]


def test_it_works(alice: Person) -> None:
    assert set(builtins) == {"recent", "demo", "workspace-notes", *BADGES}
    added = run_builtin(alice, "quick-links-c", "add", url="docs.example.com", name="Docs")
    assert added.message == "Added 'Docs' to Quick Links C."
    assert run_builtin(alice, "quick-links-c", "open", name="docs").open_url == "https://docs.example.com"
    assert [row.title for row in run_builtin(alice, "quick-links-c", "show").items or ()] == ["Docs"]
    assert run_builtin(alice, "quick-links-a", "show").message == "Quick Links A has 0 links."


@pytest.mark.parametrize("slug", ["recent", "demo", "workspace-notes", *BADGES])
def test_manifests_are_valid_and_every_intent_is_served(slug: str) -> None:
    checked = validate_manifest(dict(builtins[slug].manifest))
    assert (checked.errors, checked.warnings) == ([], [])
    panel = builtin_panel(slug)
    for intent in panel.intents:
        served = serving_operation(panel, intent)
        assert served is not None, intent["name"]
        assert served.effect == intent["permission"]
        assert len(intent["examples"]) >= 2
        # A person's words must not be refused by the operation that serves them.
        assert set(intent.get("paramsSchema", {})) <= set(served.params)


def test_no_example_is_claimed_twice() -> None:
    examples = [
        example for item in builtins.values() for intent in item.manifest["intents"] for example in intent["examples"]
    ]
    assert len(examples) == len(set(examples))


def test_links_of_a_badge_are_ones_own(alice: Person, bob: Person, charlie: Person) -> None:
    run_builtin(alice, "quick-links-a", "add", url="https://example.com", name="Mine")
    for other in (bob, charlie):
        assert run_builtin(other, "quick-links-a", "show").items == ()
        assert run_builtin(other, "quick-links-a", "open", name="Mine").error
    assert PanelItem.objects.get().user == alice.user


def test_a_shared_badge_shows_everybody_their_own(alice: Person, bob: Person, charlie: Person, team: Workspace) -> None:
    instance = place_widget(actor=alice.actor, workspace=team, builtin_slug="quick-links-a")
    body = {"instanceId": str(instance.pk), "params": {"url": "https://example.com", "name": "Mine"}}
    assert alice.client.post("/api/panels/quick-links-a/add", body).json()["success"] is True
    assert [row.title for row in run_builtin(alice, "quick-links-a", "show").items or ()] == ["Mine"]
    path = f"/api/panels/{instance.pk}/view"
    assert [item["title"] for item in alice.client.get(path).json()["data"]["items"]] == ["Mine"]
    assert bob.client.get(path).json()["data"]["items"] == []
    assert charlie.client.get(path).status_code == 404
    alice.client.delete(f"/api/widgets/instances/{instance.pk}")
    assert PanelItem.objects.filter(user=alice.user).exists()


def test_a_badge_is_in_the_chat_while_it_holds_links(alice: Person, bob: Person) -> None:
    def badges(person: Person) -> list[str]:
        return [panel.slug for panel in cached_panels(person.actor)[1] if panel.slug in BADGES]

    assert badges(alice) == []
    run_builtin(alice, "quick-links-c", "add", url="https://example.com", name="x")
    assert badges(alice) == ["quick-links-c"]
    assert active_badges(alice.actor) == {"quick-links-c"}
    assert badges(bob) == []
    run_builtin(alice, "quick-links-c", "remove", name="x")
    assert badges(alice) == []


def test_recent_and_demo_are_always_in_the_chat(alice: Person) -> None:
    assert [panel.slug for panel in load_panels(alice.actor)] == ["recent", "demo"]


def test_a_badge_holds_a_hundred_links(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(item_actions, "MAX_OWN_ITEMS", 1)
    run_builtin(alice, "quick-links-a", "add", url="https://example.com")
    assert "is full" in run_builtin(alice, "quick-links-a", "add", url="https://example.org").error


def test_ones_own_stream_tells_of_every_change(alice: Person) -> None:
    with verify_stream(alice.actor, StreamName("user", alice.user.pk), apply_to_user):
        run_builtin(alice, "quick-links-a", "add", url="https://example.com", name="x")
        run_builtin(alice, "quick-links-b", "add", url="https://example.org", name="y")
        run_builtin(alice, "quick-links-a", "open", name="x")
        run_builtin(alice, "quick-links-a", "remove", name="x")
        run_builtin(alice, "demo", "count", by=3)
        run_builtin(alice, "demo", "greet", name="Ada")
        run_builtin(alice, "recent", "clear")
        run_builtin(alice, "demo", "reset")


def test_the_demo_counts_and_greets(alice: Person) -> None:
    assert run_builtin(alice, "demo", "show").message == "Hello. The counter is at 0."
    run_builtin(alice, "demo", "greet", name=" Ada ")
    assert run_builtin(alice, "demo", "count").message == "Hello, Ada. The counter is at 1."
    assert run_builtin(alice, "demo", "count", by=-4).message == "Hello, Ada. The counter is at -3."
    assert run_builtin(alice, "demo", "count", by=10**14).message == "Hello, Ada. The counter is at 1,000,000."
    assert run_builtin(alice, "demo", "reset").message == "Hello. The counter is at 0."
