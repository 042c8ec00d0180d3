"""GET /api/widgets/sandbox and the documents behind it, on one host; test_sandbox_host.py has two."""

from __future__ import annotations

import json
import re
import time
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from sandbox.frames import script_kind
from sandbox.frames.tickets import LIFETIME
from tests.people import JSONClient, Person, assert_refused
from tests.sandbox.places import another_version, place_scripted, scripted
from tests.widgets.conftest import install
from widgets_manager.core.models import Membership
from widgets_manager.core.redaction import redact
from widgets_manager.packages.models import PackageFile
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

ADDRESS = "/api/widgets/sandbox"
CHANNEL = "3f2b8a52-6f0e-4d6c-9a51-0c7d4b8e2f19"
IN_A_FRAME = {"Sec-Fetch-Dest": "iframe"}


def ask(client: JSONClient, instance: WidgetInstance, **changes: Any) -> Any:
    """The way to the frame of a place; a change to None leaves the parameter out."""
    query = {"widgetId": str(instance.widget_id), "channelId": CHANNEL, "instanceId": str(instance.pk)} | changes
    return client.get(ADDRESS, {name: value for name, value in query.items() if value is not None})


def wrapper_address(person: Person, instance: WidgetInstance, **changes: Any) -> str:
    response = ask(person.client, instance, **changes)
    assert response.status_code == 307, response.content
    parts = urlsplit(response["Location"])
    return f"{parts.path}?{parts.query}"


def frame(address: str, **headers: str) -> Any:
    """What a frame gets: no session goes with it."""
    return Client().get(address, headers={**IN_A_FRAME, **headers})


def config_of(response: Any) -> dict[str, Any]:
    """The JSON that a document gives to our script in it."""
    found = re.search(r'<script id="sandbox-config" type="application/json">(.*?)</script>', response.content.decode())
    assert found, response.content
    config: dict[str, Any] = json.loads(found[1])
    return config


def widget_address(person: Person, instance: WidgetInstance) -> str:
    return urlsplit(str(config_of(frame(wrapper_address(person, instance)))["frameUrl"])).path


def test_it_works(alice: Person, gadget: WidgetInstance, settings: Any) -> None:
    response = ask(alice.client, gadget)
    assert response.status_code == 307
    assert response["Cache-Control"] == "no-store"
    address = urlsplit(response["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == settings.PUBLIC_ORIGIN + ADDRESS
    names = {"widgetId": [str(gadget.widget_id)], "channelId": [CHANNEL], "instanceId": [str(gadget.pk)]}
    assert {name: value for name, value in parse_qs(address.query).items() if name != "ticket"} == names

    wrapper = frame(f"{address.path}?{address.query}")
    config = config_of(wrapper)
    assert wrapper.status_code == 200
    assert config == {
        "channelId": CHANNEL,
        "widgetId": str(gadget.widget_id),
        "frameUrl": config["frameUrl"],
        "appOrigin": settings.PUBLIC_ORIGIN,
        "widgetOrigin": "null",
    }

    widget = frame(urlsplit(config["frameUrl"]).path)
    config = config_of(widget)
    assert widget.status_code == 200
    assert '<div id="widget-root"></div>' in widget.content.decode()
    assert "A clock." in config.pop("script")
    assert config == {
        "channelId": CHANNEL,
        "widgetId": str(gadget.widget_id),
        "instanceId": str(gadget.pk),
        "permissions": scripted()["sandbox"]["permissions"],
        "slug": "gadget",
    }


def test_a_token_with_the_scope_is_as_good_as_a_session(alice: Person, gadget: WidgetInstance) -> None:
    assert ask(alice.bearer("widgets"), gadget).status_code == 307
    assert_refused(ask(alice.bearer("chat:intents"), gadget), 403, "PERMISSION_DENIED")
    assert_refused(ask(JSONClient(), gadget), 401, "NOT_SIGNED_IN")


def test_without_a_place(alice: Person, gadget: WidgetInstance) -> None:
    address = wrapper_address(alice, gadget, instanceId=None)
    assert "instanceId" not in address
    wrapper = frame(address)
    assert config_of(frame(urlsplit(config_of(wrapper)["frameUrl"]).path))["instanceId"] is None


def test_a_teammate_opens_what_they_see_and_a_stranger_does_not(
    alice: Person, bob: Person, vera: Person, charlie: Person, gadget: WidgetInstance, private: Workspace
) -> None:
    for person in (bob, vera):
        assert frame(wrapper_address(person, gadget)).status_code == 200
    assert_refused(ask(charlie.client, gadget), 404, "NOT_FOUND")
    assert_refused(ask(charlie.client, gadget, instanceId=None), 404, "NOT_FOUND")
    hidden = place_scripted(alice, private, scripted(panelId="hidden"))
    assert_refused(ask(bob.client, hidden), 404, "NOT_FOUND")
    assert_refused(ask(bob.client, gadget, instanceId=str(hidden.pk)), 404, "NOT_FOUND")


@pytest.mark.parametrize("name", ["widgetId", "channelId", "instanceId"])
@pytest.mark.parametrize("value", ["", "x", "1", "{" + CHANNEL + "}", CHANNEL.upper(), "\x00"])
def test_a_parameter_that_is_no_id_is_named(alice: Person, gadget: WidgetInstance, name: str, value: str) -> None:
    assert_refused(ask(alice.client, gadget, **{name: value}), 400, "INVALID_INPUT", name)


@pytest.mark.parametrize("name", ["widgetId", "channelId"])
def test_a_missing_parameter_is_named(alice: Person, gadget: WidgetInstance, name: str) -> None:
    assert_refused(ask(alice.client, gadget, **{name: None}), 400, "INVALID_INPUT", name)


def test_a_place_of_another_widget(alice: Person, gadget: WidgetInstance, team: Workspace) -> None:
    other = place_scripted(alice, team, scripted(panelId="other"))
    assert_refused(ask(alice.client, gadget, instanceId=str(other.pk)), 404, "NOT_FOUND")


def test_a_widget_without_a_script(alice: Person) -> None:
    board = install(alice)
    response = alice.client.get(ADDRESS, {"widgetId": board["id"], "channelId": CHANNEL})
    assert_refused(response, 400, "NO_SANDBOX", "widgetId")


def test_a_widget_that_is_switched_off(alice: Person, gadget: WidgetInstance) -> None:
    InstalledWidget.objects.update(enabled=False)
    assert_refused(ask(alice.client, gadget), 409, "WIDGET_DISABLED", "widgetId")


def test_a_plain_http_script_opens_in_development_only(alice: Person, gadget: WidgetInstance, settings: Any) -> None:
    assert gadget.widget
    assert gadget.widget.manifest["sandbox"]["entrypoint"].startswith("http://")
    settings.ENVIRONMENT = "production"
    assert_refused(ask(alice.client, gadget), 400, "INSECURE_ENTRYPOINT", "widgetId")


def test_the_documents_bring_their_policies(alice: Person, gadget: WidgetInstance) -> None:
    wrapper, widget = (frame(address(alice, gadget)) for address in (wrapper_address, widget_address))
    [nonce] = re.findall(r"script-src 'nonce-([\w-]{22})'", wrapper["Content-Security-Policy"])
    assert wrapper.content.decode().count(f'nonce="{nonce}"') == 2
    assert nonce not in frame(wrapper_address(alice, gadget))["Content-Security-Policy"]
    assert widget["Connection-Allowlist"] == "()"
    for response in (wrapper, widget):
        assert response["Content-Security-Policy"].endswith("; sandbox allow-scripts")
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "X-Frame-Options" not in response
        assert not response.cookies
    page = alice.client.get("/", headers={"Accept": "text/html"})
    assert page["X-Frame-Options"] == "DENY"


def test_pages_may_frame_the_wrapper_and_know_the_settings(alice: Person, team: Workspace, settings: Any) -> None:
    page = alice.client.get("/widgets/", headers={"Accept": "text/html"})
    assert f"; frame-src {settings.PUBLIC_ORIGIN}{ADDRESS}; " in page["Content-Security-Policy"]
    assert 'data-sandbox-origin="null" data-sandbox-idle="300"' in page.content.decode()


@pytest.mark.parametrize("fetched", [None, "document", "empty", "embed", "frame"])
def test_only_a_frame_gets_the_documents(alice: Person, gadget: WidgetInstance, fetched: str | None) -> None:
    headers = {"Sec-Fetch-Dest": fetched} if fetched else {}
    for address in (wrapper_address(alice, gadget), widget_address(alice, gadget)):
        for client in (Client(), alice.client):
            response = client.get(address, headers=headers)
            assert response.status_code == 403
            assert "inside the application" in response.content.decode()


def test_a_refused_ticket_is_a_page_that_says_why(
    alice: Person, gadget: WidgetInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [wrapper_address(alice, gadget), widget_address(alice, gadget)]
    for address in addresses:
        forged = frame(address[:-1])
        assert forged.status_code == 403
        assert forged["Content-Type"].startswith("text/html")
        assert "TICKET_INVALID" in forged.content.decode()
        assert "X-Frame-Options" not in forged, "the person sees it where the widget would be"
    later = time.time() + LIFETIME + 1
    monkeypatch.setattr(time, "time", lambda: later)
    for address in addresses:
        expired = frame(address)
        assert expired.status_code == 403
        assert "TICKET_EXPIRED" in expired.content.decode()


def test_a_ticket_is_for_its_own_parameters(alice: Person, gadget: WidgetInstance, twin: WidgetInstance) -> None:
    address = wrapper_address(alice, gadget)
    changed = (
        address.replace(CHANNEL, str(uuid.uuid4())),
        address.replace(f"instanceId={gadget.pk}", f"instanceId={twin.pk}"),
        address.replace(f"&instanceId={gadget.pk}", ""),
        address.replace(f"widgetId={gadget.widget_id}", f"widgetId={uuid.uuid4()}"),
        address + "&more=1",
    )
    for one in changed:
        response = frame(one)
        assert response.status_code == 403, one
        assert "TICKET_INVALID" in response.content.decode()
    assert frame(address).status_code == 200


def _leave(person: Person, gadget: WidgetInstance) -> None:
    Membership.objects.filter(user=person.user).delete()


def _deactivate(person: Person, gadget: WidgetInstance) -> None:
    person.user.is_active = False
    person.user.save()


def _switch_off(person: Person, gadget: WidgetInstance) -> None:
    InstalledWidget.objects.update(enabled=False)


def _uninstall(person: Person, gadget: WidgetInstance) -> None:
    InstalledWidget.objects.all().delete()


def _take_off(person: Person, gadget: WidgetInstance) -> None:
    gadget.delete()


def _update(person: Person, gadget: WidgetInstance) -> None:
    another_version(Person(gadget.workspace.owner, person.tenant), gadget)


def _hide(person: Person, gadget: WidgetInstance) -> None:
    Workspace.objects.update(visibility="private")


@pytest.mark.parametrize("change", [_leave, _deactivate, _switch_off, _uninstall, _take_off, _update, _hide])
def test_a_ticket_ends_with_what_it_was_made_for(bob: Person, gadget: WidgetInstance, change: Any) -> None:
    addresses = [wrapper_address(bob, gadget), widget_address(bob, gadget)]
    assert [frame(address).status_code for address in addresses] == [200, 200]
    change(bob, gadget)
    for address in addresses:
        response = frame(address)
        assert response.status_code == 403
        assert "TICKET_INVALID" in response.content.decode()


def test_a_ticket_for_a_place_ends_with_the_place(alice: Person, gadget: WidgetInstance, twin: WidgetInstance) -> None:
    addresses = [wrapper_address(alice, gadget), widget_address(alice, gadget), wrapper_address(alice, twin)]
    gadget.delete()
    assert [frame(address).status_code for address in addresses] == [403, 403, 200]


def test_a_ticket_for_no_place_ends_with_the_sight_of_the_widget(bob: Person, gadget: WidgetInstance) -> None:
    address = wrapper_address(bob, gadget, instanceId=None)
    assert frame(address).status_code == 200
    _hide(bob, gadget)
    assert frame(address).status_code == 403


def test_a_script_that_could_not_be_had_is_an_error_to_see(alice: Person, gadget: WidgetInstance) -> None:
    problem = {"path": "sandbox.entrypoint", "message": "The script could not be fetched: <b>404</b>."}
    InstalledWidget.objects.update(problems=[problem])
    PackageFile.objects.all()._raw_delete(PackageFile.objects.db)
    response = frame(wrapper_address(alice, gadget))
    text = response.content.decode()
    assert response.status_code == 200
    assert "Widget Error" in text
    assert "The script could not be fetched: &lt;b&gt;404&lt;/b&gt;." in text
    assert config_of(response)["message"] == problem["message"]
    assert "X-Frame-Options" not in response


def test_what_a_widget_brings_ends_no_script_element(
    alice: Person, team: Workspace, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    hostile = "</script><script>alert(1)</script><!--"
    place = place_scripted(alice, team, scripted(title=hostile))
    assert place.widget
    InstalledWidget.objects.update(name=hostile)
    monkeypatch.setattr(script_kind, "script_of", lambda version: hostile)
    folder = tmp_path / "static" / "dist" / "sandbox"
    folder.mkdir(parents=True)
    for name in ("wrapper", "bridge"):
        (folder / f"{name}.js").write_text("const ours = '</SCRIPT><!--<script>'")
    settings.BASE_DIR = tmp_path
    wrapper, widget = (frame(address(alice, place)) for address in (wrapper_address, widget_address))
    assert config_of(widget)["script"] == hostile
    for response in (wrapper, widget):
        text = response.content.decode()
        assert text.count("<script") == text.count("</script") == 2
        assert "<!--" not in text
        assert "const ours = '\\x3C/SCRIPT>\\x3C!--\\x3Cscript>'" in text


def test_a_ticket_is_not_logged(alice: Person, gadget: WidgetInstance) -> None:
    address = widget_address(alice, gadget)
    assert redact(f'{{"path": "{address}"}}') == '{"path": "/api/widgets/frame/[removed]"}'
    assert redact(f"GET {wrapper_address(alice, gadget)}").endswith("&ticket=[removed]")


def test_reading_is_all_one_can_do(alice: Person, gadget: WidgetInstance) -> None:
    for address in (wrapper_address(alice, gadget), widget_address(alice, gadget)):
        assert Client().post(address, headers=IN_A_FRAME).status_code == 405
    assert_refused(alice.client.post(ADDRESS, {}), 405, "METHOD_NOT_ALLOWED")
