"""What handlers may ask of the server: each method of `context`, its limits, and what it is refused with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sandbox.plugins import places
from sandbox.plugins.actions import metadata
from sandbox.plugins.context.registry import context_methods
from sandbox.plugins.events import register_stream_listener
from sandbox.plugins.models import PluginMount, PluginRun, SessionMetadata, WidgetState
from sandbox.plugins.running import Origin, run_tool
from sandbox.plugins.states import forget_lost_states
from tests.people import Person, assert_refused
from tests.plugins.obedient import OBEDIENT, refusal, tell, value
from tests.plugins.packages import FIXTURES
from tests.plugins.runs import click, install, place, plugin
from widgets_manager.core.models import Membership, Role
from widgets_manager.live.models import Event
from widgets_manager.notifications.models import Notification
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.usefixtures("isolates")

OPEN = {"tool": {"name": "do_it", "description": "Does it."}}


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def widget(alice: Person) -> InstalledWidget:
    return plugin(alice, OBEDIENT, tenant_wide=True)


def test_it_works(alice: Person) -> None:
    """The examples of the reference, as they are written."""
    widget = install(alice, (FIXTURES / "seed" / "reference.pie").read_text())
    first = run_tool(actor=alice.actor, widget_id=widget.pk, arguments={"action": "start"}, origin=Origin())
    assert first.ok, first.run.error_message
    assert first.result == {
        "id": str(alice.user.pk),
        "displayName": "Alice",
        "titles": ["My Note"],
        "initialized": False,
    }
    again = run_tool(actor=alice.actor, widget_id=widget.pk, arguments={"action": "end_session"}, origin=Origin())
    assert again.result == {"result": "Session ended.", "initialized": True}
    told = Notification.objects.get()
    assert (told.title, told.text, told.urgent) == ("Optional Title", "Your message (supports **markdown**)", True)
    [said] = Event.objects.filter(type="plugin.stream").values_list("data", flat=True)
    assert said["stream"] == "browser_live_view"
    assert said["content"] == {"url": "https://live-view-url.example.com", "sessionId": "abc-123"}
    kept = SessionMetadata.objects.get().data
    assert set(kept) == {"initialized", "setupAt"}, "requestKill is a wish, and has been granted"


# widget


def test_a_run_from_a_place_reaches_that_place(alice: Person, widget: InstalledWidget) -> None:
    here, there = place(alice, widget), place(alice, widget)
    code = "await context.widget.update({ a: 1 }); await context.widget.show({ a: 2 });"
    answer = click(alice, here, payload={"code": code})
    assert [(event["sequence"], event["kind"], event["data"]) for event in answer["widgetEvents"]] == [
        (1, "update", {"a": 1}),
        (2, "show", {"a": 2}),
    ]
    assert not WidgetState.objects.filter(place=there).exists()


def test_everyone_who_sees_the_place(alice: Person, bob: Person, widget: InstalledWidget) -> None:
    shared = alice.client.post("/api/workspaces", {"name": "Shared", "visibility": "tenant"}).json()["workspace"]["id"]
    instance = place(alice, widget, workspaceId=shared)
    click(bob, instance, payload={"code": "await context.widget.update({ mine: 'Bob' })"})
    click(alice, instance, payload={"code": "await context.widget.update({ n: 1 }, { to: 'everyone' })"})
    answer = click(alice, instance, payload={"code": "await context.widget.update({ n: 2 }, { to: 'everyone' })"})
    assert answer["widgetEvents"] == [{"sequence": 2, "kind": "update", "data": {"n": 2}, "everyone": True}]
    states = bob.client.get(f"/api/widget-state?instanceId={instance}").json()["states"]
    assert [(one["data"], one["everyone"], one["sequence"]) for one in states] == [
        ({"mine": "Bob"}, False, 1),
        ({"n": 2}, True, 2),
    ]
    streams = Event.objects.filter(type="plugin.data").order_by("id").values_list("stream__kind", "stream__key")
    assert [(kind, str(key)) for kind, key in streams] == [("user", str(bob.user.pk)), *[("workspace", shared)] * 2]


def test_a_tool_reaches_all_places_of_the_person(alice: Person, bob: Person, widget: InstalledWidget) -> None:
    own = bob.client.post("/api/workspaces", {"name": "Own"}).json()["workspace"]["id"]
    private = alice.client.post("/api/workspaces", {"name": "Own"}).json()["workspace"]["id"]
    one, two = place(alice, widget, workspaceId=private), place(alice, widget, workspaceId=private)
    place(bob, widget, workspaceId=own)
    report = tell(alice, widget, "await context.widget.update({ a: 1 })")
    assert len(report.widget_events) == 2
    assert {str(row.place) for row in WidgetState.objects.all()} == {one, two}
    assert {row.user_id for row in WidgetState.objects.all()} == {alice.user.pk}


def test_show_mounts_the_widget_in_the_conversation(
    alice: Person, bob: Person, charlie: Person, widget: InstalledWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(places, "_hosts", [lambda actor, session_id, mount: shown.append((session_id, mount.pk))])
    conversation = alice.client.post("/api/conversations", {"title": "Talk"}).json()["conversation"]["id"]
    session = PluginMount._meta.get_field("id").to_python(conversation)
    code = """
      const first = await context.widget.show({ n: 1 });
      const second = await context.widget.show({ n: 2 });
      await context.widget.update({ n: 3 });
      return first.instanceId === second.instanceId ? first.instanceId : null;
    """
    instance = value(alice, widget, code, session_id=session)
    mount = PluginMount.objects.get()
    assert (str(mount.pk), mount.session_id, shown) == (instance, session, [(session, mount.pk)])
    states = alice.client.get(f"/api/widget-state?instanceId={instance}").json()["states"]
    assert states == [{"sequence": 3, "kind": "update", "data": {"n": 3}, "everyone": False}]
    # It is a place like others: clicks in it run, and reach it.
    assert (
        click(alice, instance, payload={"code": "await context.widget.update({ n: 4 })"})["widgetEvents"][0]["sequence"]
        == 4
    )
    for stranger in (bob, charlie):
        assert_refused(stranger.client.get(f"/api/widget-state?instanceId={instance}"), 404, "NOT_FOUND")
    alice.client.delete(f"/api/conversations/{conversation}")
    assert not PluginMount.objects.exists()
    assert forget_lost_states() == 1


def test_what_widgets_are_not_given(alice: Person, widget: InstalledWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    place(alice, widget)
    update = "context.widget.update"
    assert refusal(alice, widget, f"await {update}('text')") == (
        "INVALID_INPUT",
        "context.widget.update: data must be an object",
    )
    assert refusal(alice, widget, f"await {update}()")[0] == "INVALID_INPUT"
    assert refusal(alice, widget, f"await {update}({{ a: 'x'.repeat(262144) }})")[0] == "INVALID_INPUT"
    assert "NUL" in refusal(alice, widget, f"await {update}({{ a: '\\u0000' }})")[1]
    assert refusal(alice, widget, f"await {update}({{}}, {{ to: 'all' }})")[1].endswith("to must be 'me' or 'everyone'")
    few = replace(context_methods.get("widget.update"), most_bytes=2_500)
    monkeypatch.setitem(context_methods._known, "widget.update", few)
    code = f"for (let n = 0; n < 3; n++) await {update}({{ a: 'x'.repeat(1000) }})"
    assert refusal(alice, widget, code) == ("TOO_LARGE", "A run may give context.widget.update 2,500 bytes in all.")
    bare = install(
        alice,
        "---\nname: bare\ntier: tool\nmanifest: {tool: {name: x, description: y}}\n---\n"
        f"async function handler(input, context) {{ {OBEDIENT} }}\n",
    )
    assert refusal(alice, bare, f"await {update}({{}})")[0] == "NO_WIDGET"


# notify, streamEvent


def test_notify(alice: Person, bob: Person, widget: InstalledWidget) -> None:
    value(bob, widget, "await context.notify('Done')")
    told = Notification.objects.get()
    assert (told.user_id, told.title, told.text, told.urgent, told.source) == (
        bob.user.pk,
        "doer",
        "Done",
        False,
        "doer",
    )
    for code in (
        "''",
        "{}",
        "'x'.repeat(4001)",
        "'a', { title: 7 }",
        "'a', { urgent: 1 }",
        "'a', { title: 'x'.repeat(201) }",
    ):
        assert refusal(alice, widget, f"await context.notify({code})")[0] == "INVALID_INPUT", code
    code, _ = refusal(alice, widget, "for (let n = 0; n < 11; n++) await context.notify('n' + n)")
    assert code == "TOO_MANY_CALLS"
    assert Notification.objects.filter(user=alice.user).count() == 10


def test_stream_event(alice: Person, widget: InstalledWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[dict[str, Any]] = []
    monkeypatch.setattr("sandbox.plugins.events._listeners", [])
    register_stream_listener(lambda **said: heard.append(said))
    instance = place(alice, widget)
    click(alice, instance, payload={"code": "await context.streamEvent('progress', { percent: 5 })"})
    [said] = Event.objects.filter(type="plugin.stream").values_list("data", flat=True)
    run = PluginRun.objects.get()
    assert said == {
        "run_id": str(run.pk),
        "widget_id": str(widget.pk),
        "name": "doer",
        "stream": "progress",
        "content": {"percent": 5},
        "instance_id": instance,
        "conversation_id": None,
        "message_id": None,
    }
    assert [(one["type"], one["data"], one["run_id"]) for one in heard] == [("progress", {"percent": 5}, run.pk)]
    for code in ("", "'two words'", "7", "'x', { a: 'x'.repeat(70000) }"):
        assert refusal(alice, widget, f"await context.streamEvent({code})")[0] == "INVALID_INPUT", code


# session metadata


def test_metadata_of_a_session(alice: Person, bob: Person, widget: InstalledWidget) -> None:
    read, write = "return await context.getSessionMetadata()", "await context.updateSessionMetadata"
    assert value(alice, widget, read) == {}
    value(alice, widget, f"{write}({{ a: 1, b: {{ c: 1 }} }}); {write}({{ b: {{ d: 2 }}, e: null }})")
    assert value(alice, widget, read) == {"a": 1, "b": {"d": 2}, "e": None}
    assert value(bob, widget, read) == {}
    instance = place(alice, widget)
    assert click(alice, instance, payload={"code": read})["result"] == {"value": {}}
    assert refusal(alice, widget, f"{write}(7)")[0] == "INVALID_INPUT"
    assert refusal(alice, widget, f"{write}({{ big: 'x'.repeat(70000) }})")[0] == "INVALID_INPUT"
    value(alice, widget, f"{write}({{ big: 'x'.repeat(60000) }})")
    assert refusal(alice, widget, f"{write}({{ more: 'x'.repeat(60000) }})")[0] == "LIMIT"
    SessionMetadata.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert value(alice, widget, read) == {}
    assert metadata.forget_expired_metadata() == 1


def test_how_long_metadata_lasts_is_the_authors_to_say(alice: Person) -> None:
    widget = plugin(alice, OBEDIENT, runtime={"maxSessionAge": 3_600_000})
    value(alice, widget, "await context.updateSessionMetadata({ a: 1 })")
    lasts = SessionMetadata.objects.get().expires_at - timezone.now()
    assert timedelta(minutes=59) < lasts <= timedelta(hours=1)


# managedDb


NOTES = {
    "tables": {
        "notes": {
            "columns": {
                "id": "serial primary key",
                "pie_user_id": "text not null default current_setting('app.user_id', true)",
                "title": "text not null",
            },
            "rls": "pie_user_id",
        }
    }
}


def test_rows_are_the_acting_persons(alice: Person, bob: Person) -> None:
    widget = plugin(alice, OBEDIENT, tenant_wide=True, database=NOTES)
    insert = "await context.managedDb.query('INSERT INTO notes (title) VALUES ($1)', [context.user.displayName])"
    read = "return (await context.managedDb.query('SELECT title FROM notes')).rows"
    value(alice, widget, insert)
    value(bob, widget, insert)
    assert value(alice, widget, read) == [{"title": "Alice"}]
    assert value(bob, widget, read) == [{"title": "Bob"}]
    query = "await context.managedDb.query"
    missing = "await context.managedDb.query('SELECT a FROM nothing')"
    assert refusal(alice, widget, missing)[0] == "QUERY_FAILED"
    assert refusal(alice, widget, f"{query}('DROP TABLE notes')")[0] == "STATEMENT_REFUSED"
    assert refusal(alice, widget, f"{query}(7)")[1] == "context.managedDb.query: sql must be a text"
    assert refusal(alice, widget, f"{query}('SELECT 1', [], {{ timeoutMs: 0 }})")[0] == "INVALID_INPUT"
    assert refusal(alice, widget, f"{query}('SELECT 1', [], {{ maxRows: 10001 }})")[0] == "INVALID_INPUT"
    few = f"return ({query}('SELECT generate_series(1, 9) AS n', [], {{ maxRows: 2, timeoutMs: 1000 }}))"
    answer = value(alice, widget, few)
    assert (answer["rows"], answer["truncated"]) == ([{"n": 1}, {"n": 2}], True)


# what is not there


def test_what_comes_later_says_so(alice: Person, widget: InstalledWidget) -> None:
    for call in (
        "context.secrets.MY_API_KEY",
        "context.userConfig.topics",
        "const { topics } = context.userConfig",
        "'KEY' in context.secrets",
        "context.publicApp.baseUrl",
        "await context.ai.chat({ messages: [] })",
        "await context.oauth.isConnected()",
        "await context.files.upload('a', 'b', 'c')",
        "await context.pdf.extractText('https://example.com/a.pdf')",
        "await context.db.query({ sql: 'SELECT 1' })",
        "await context.tasks.create({})",
        "await context.billing.chargeUsage({ amount: 100 })",
    ):
        name = call.partition("context.")[2].partition(".")[0].split("(")[0]
        code, message = refusal(alice, widget, call)
        assert code == "NOT_AVAILABLE", call
        assert message.startswith(f"context.{name}"), message
    assert value(alice, widget, "console.log(context); return JSON.stringify(await context.secrets)") == "{}"
    assert refusal(alice, widget, "context.nonsense()")[1] == "context.nonsense is not a function"


# who acts


def test_a_person_who_may_no_longer_writes_nothing_more(
    alice: Person, bob: Person, widget: InstalledWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(bob, widget)

    def leave(**said: Any) -> None:
        Membership.objects.filter(user=bob.user).delete()

    monkeypatch.setattr("sandbox.plugins.events._listeners", [leave])
    code = "await context.streamEvent('x'); await context.widget.update({ a: 1 })"
    assert refusal(bob, widget, code)[0] == "NO_TENANT"
    assert not WidgetState.objects.exists()


def test_a_person_who_has_become_a_viewer_writes_nothing_more(
    alice: Person, bob: Person, widget: InstalledWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(bob, widget)

    def lower(**said: Any) -> None:
        Membership.objects.filter(user=bob.user).update(role=Role.VIEWER)

    monkeypatch.setattr("sandbox.plugins.events._listeners", [lower])
    code = "await context.streamEvent('x'); await context.widget.update({ a: 1 })"
    assert refusal(bob, widget, code)[0] == "PERMISSION_DENIED"
    assert not WidgetState.objects.exists()


def test_a_plugin_that_is_switched_off_meanwhile_asks_for_nothing_more(
    alice: Person, widget: InstalledWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(alice, widget)
    monkeypatch.setattr(
        "sandbox.plugins.events._listeners", [lambda **said: InstalledWidget.objects.update(enabled=False)]
    )
    code = "await context.streamEvent('x'); await context.widget.update({ a: 1 })"
    assert refusal(alice, widget, code)[0] == "WIDGET_DISABLED"
    assert not WidgetState.objects.exists()


def test_viewers_run_tools_that_only_read(alice: Person, vera: Person) -> None:
    reader = plugin(alice, "return { seen: true }", tenant_wide=True, tool={**OPEN["tool"], "permission": "read"})
    writer = plugin(alice, "return {}", tenant_wide=True, name="writer")
    assert vera.client.post(f"/api/plugins/{reader.pk}/run", {}).json()["result"] == {"seen": True}
    assert_refused(vera.client.post(f"/api/plugins/{writer.pk}/run", {}), 403, "PERMISSION_DENIED")
    Membership.objects.filter(user=vera.user).update(role=Role.MEMBER)
    assert vera.client.post(f"/api/plugins/{writer.pk}/run", {}).json()["ok"]
