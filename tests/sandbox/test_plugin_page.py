"""Pages of plugins: where they can be placed, what frames them, and their documents with their policies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings

from chat.conversations.actions import create_conversation
from sandbox.plugins.models import PluginMount
from tests.people import Person, assert_refused
from tests.plugins.packages import SAMPLES, pie
from tests.plugins.runs import install, place
from tests.sandbox.test_frames import ask, config_of, frame, wrapper_address
from widgets_manager.packages.parsers import Source, parse_package
from widgets_manager.sessions.actions.locking import lock_session
from widgets_manager.widgets.actions.versions import replace_version
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

PAGE = "===widget===\n<!doctype html><html lang=de><body class=own><p>Hello</p></body></html>\n"


def shown(person: Person, sections: str = PAGE, **widget: Any) -> InstalledWidget:
    return install(person, pie(sections=sections, widget=widget or None))


@pytest.fixture
def spot(alice: Person, team: Workspace) -> WidgetInstance:
    """The page on the team's dashboard."""
    widget = shown(alice, maxHeight=500, defaultHeight=300)
    return WidgetInstance.objects.get(pk=place(alice, widget, workspaceId=str(team.pk)))


def document(person: Person, instance: Any) -> Any:
    """What the inner frame gets."""
    wrapper = frame(wrapper_address(person, instance))
    address = str(config_of(wrapper)["frameUrl"])
    return frame(address.removeprefix(settings.PUBLIC_ORIGIN))


def test_it_works(alice: Person, bob: Person, spot: WidgetInstance) -> None:
    panel = bob.client.get(f"/api/panels/{spot.panel_id}/view").json()["panel"]
    assert panel["panel_type"] == "plugin"
    assert panel["sandbox"]["plugin"] == {"max_height": 500, "default_height": 300}
    assert panel["sandbox"]["preferred_size"] == {"width": 500, "height": 300}
    response = document(bob, spot)
    text = response.content.decode()
    config = config_of(response)
    assert (config["widgetId"], config["instanceId"]) == (str(spot.widget_id), str(spot.pk))
    assert text.endswith("<!doctype html><html lang=de><body class=own><p>Hello</p></body></html>\n\n")
    before = text.partition("<!doctype html><html")[0]
    assert before.startswith("<!doctype html>")
    assert before.count("<script") == 2, "its config, and window.PIE"
    assert "<body" not in before
    assert "<html" not in before, "attributes of the author's own elements count"


def test_its_policy_names_no_server(alice: Person, spot: WidgetInstance) -> None:
    response = document(alice, spot)
    policy = response["Content-Security-Policy"].split("; ")
    for closed in (
        "default-src 'none'",
        "script-src 'unsafe-inline'",
        "style-src 'unsafe-inline'",
        "font-src data:",
        "connect-src 'none'",
        "form-action 'none'",
        "base-uri 'none'",
    ):
        assert closed in policy
    assert policy[-1] == "sandbox allow-scripts"
    assert response["Connection-Allowlist"] == "()"


def test_another_version_opens_by_no_ticket_of_the_old_one(alice: Person, spot: WidgetInstance) -> None:
    address = str(config_of(frame(wrapper_address(alice, spot)))["frameUrl"]).removeprefix(settings.PUBLIC_ORIGIN)
    widget = InstalledWidget.objects.get()
    package = parse_package(Source(pie(sections=PAGE).encode(), "doer.pie"), development=True)
    replace_version(actor=alice.actor, widget=widget, package=package)
    refused = frame(address)
    assert refused.status_code == 403
    assert "changed, switched off or removed" in refused.content.decode()


def test_only_with_a_page_can_it_be_placed(alice: Person) -> None:
    bare = install(alice, pie({"name": "bare"}))
    assert_refused(alice.client.post("/api/widgets/instances", {"widgetId": str(bare.pk)}), 409, "NO_PANEL")
    assert bare.manifest.get("plugin") is None
    widget = shown(alice)
    assert widget.manifest["plugin"] == {"widget": {"maxHeight": 600, "defaultHeight": 280, "launchable": False}}
    body = {"widgetId": str(widget.pk)}
    instance = alice.client.post("/api/widgets/instances", body).json()["instance"]
    assert (instance["plugin"], instance["sandbox"], instance["size"]) == (True, False, [5, 4])


def test_the_sample_is_in_the_launcher(alice: Person) -> None:
    install(alice, (SAMPLES / "slide-deck.pie").read_text())
    (listed,) = alice.client.get("/api/widgets/list").json()["widgets"]
    assert listed["manifest"]["plugin"]["widget"]["launchable"] is True


def test_strangers_and_the_disabled(alice: Person, charlie: Person, vera: Person, spot: WidgetInstance) -> None:
    assert ask(vera.client, spot).status_code == 307, "a viewer sees it"
    assert_refused(ask(charlie.client, spot), 404, "NOT_FOUND")
    assert_refused(charlie.client.get(f"/api/plugins/places/{spot.pk}"), 404, "NOT_FOUND")
    InstalledWidget.objects.update(enabled=False)
    assert_refused(ask(alice.client, spot), 409, "WIDGET_DISABLED")


class TestPlace:
    """GET /api/plugins/places/<id>."""

    def test_it_works(self, alice: Person, spot: WidgetInstance) -> None:
        spot.config = {"title": "Mine"}
        spot.save()
        shown = alice.client.get(f"/api/plugins/places/{spot.pk}").json()["place"]
        view = alice.client.get(f"/api/panels/{spot.panel_id}/view").json()["panel"]
        assert shown == {
            "instance_id": str(spot.pk),
            "title": "Mine",
            "workspace_id": str(spot.workspace_id),
            "session_id": None,
            "frame": view["sandbox"],
        }

    def test_in_a_conversation(self, alice: Person, bob: Person, charlie: Person) -> None:
        conversation = create_conversation(actor=alice.actor)
        widget = shown(alice)
        mount = PluginMount.objects.create(
            tenant=alice.actor.tenant,
            widget=widget,
            session=lock_session(alice.actor, conversation.pk),
            user=alice.actor.user,
        )
        place = alice.client.get(f"/api/plugins/places/{mount.pk}").json()["place"]
        assert (place["workspace_id"], place["session_id"], place["title"]) == (None, str(conversation.pk), "doer")
        assert place["frame"]["config"] == {}
        stand_in = WidgetInstance(pk=mount.pk, widget=widget)
        assert b"<p>Hello</p>" in document(alice, stand_in).content
        for stranger in (bob, charlie):
            assert_refused(stranger.client.get(f"/api/plugins/places/{mount.pk}"), 404, "NOT_FOUND")
            assert_refused(ask(stranger.client, stand_in), 404, "NOT_FOUND")

    def test_another_widgets_place_is_no_way_in(self, alice: Person, spot: WidgetInstance) -> None:
        other = install(alice, pie({"name": "other"}, sections=PAGE))
        assert_refused(ask(alice.client, spot, widgetId=str(other.pk)), 404, "NOT_FOUND")

    def test_a_plugin_without_a_page(self, alice: Person, spot: WidgetInstance) -> None:
        bare = install(alice, pie({"name": "bare"}))
        WidgetInstance.objects.update(widget=bare)
        assert_refused(alice.client.get(f"/api/plugins/places/{spot.pk}"), 400, "NO_SANDBOX")
        assert_refused(ask(alice.client, WidgetInstance.objects.get()), 400, "NO_SANDBOX")


def test_the_key_of_its_manifest_is_no_panels_own(alice: Person) -> None:
    document = {"panelId": "x", "panelType": "plugin", "title": "X", "version": "1.0", "intents": []}
    written = json.dumps(document | {"plugin": {"widget": {"maxHeight": 100, "defaultHeight": 50}}})
    response = alice.client.post("/api/widgets/install", {"file": written})
    assert response.status_code == 422
    assert response.json()["error"]["errors"][0]["path"] == "plugin"
