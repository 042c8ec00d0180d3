"""The stream `session:<id>`: snapshot and events agree, and a client that was cut off loses nothing."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.live.client import LiveClient
from tests.live.verify import verify_stream
from tests.people import Person
from tests.sessions.conftest import Calls, act, begin, data_of, make_app, render
from widgets_manager.core.exceptions import NotFound
from widgets_manager.live.reading import read_stream
from widgets_manager.live.streams import StreamName
from widgets_manager.sessions.patching import read_patch, with_value
from widgets_manager.widgets.models import InstalledWidget


def stream_of(session: str) -> StreamName:
    return StreamName("session", uuid.UUID(session))


def apply(data: Any, kind: str, event: dict[str, Any]) -> Any:
    """What a page does with one event."""
    if kind == "widget:state":
        state = data["state"].setdefault(event["app"], {})
        state.update(event["changes"])
        for key in event["removed"]:
            del state[key]
        return data
    if kind == "widget:render":
        shown = event["widget"]
        others = data["widgets"]
        data["widgets"] = [one for one in others if not same(one, shown)]
        place = sum(one["created_at"] <= shown["created_at"] for one in data["widgets"])
        data["widgets"].insert(place, shown)
        return data
    row = next(one for one in data["widgets"] if same(one, event))
    if kind == "widget:close":
        data["widgets"].remove(row)
    elif kind == "widget:error":
        row["errors"].pop(event["binding"] or "", None)
        row["errors"] |= {event["binding"] or "": event["message"]} if event["message"] else {}
    elif kind == "widget:update":
        for change in read_patch(event["patch"]):
            root = {"data": "values", "ctx": "ctx"}.get(change.root)
            if root:  # the state has an event of its own
                row[root] = with_value(row[root], change)
    return data


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (one["widget_id"], one["app"]) == (other["widget_id"], other["app"])


def test_it_works(alice: Person, session: str, app: InstalledWidget, calls: Calls) -> None:
    def post(what: str, **body: Any) -> Any:
        return data_of(alice.client.post(f"/api/sessions/{session}/widgets/{what}", body))

    with verify_stream(alice.actor, stream_of(session), apply, events=20):
        first = render(alice, session, app=str(app.pk), ref="cards")["widget_id"]  # 1
        question = render(alice, session, app=str(app.pk), ref="confirm_delete", ctx={"path": "/a"})["widget_id"]  # 2
        tree = {"type": "text", "text": "{{state.x}}"}
        third = render(alice, session, zone="workspace", tree=tree)["widget_id"]  # 3
        post("update", widget_id=first, patch={"data.rows.0.label": "B", "ctx.a.b": 1, "state.x": [1]})  # 4, 5
        post("update", widget_id=first, patch={"data.rows.1": {"label": "C"}, "state.x.1": 2})  # 6, 7
        post("error", widget_id=first, binding="rows", message="gone")  # 8
        post("update", widget_id=first, patch={"data.rows": []})  # 9, and 10: no error any more
        post("update", widget_id="chat_side", patch={"data.sources.0.title": "T"})  # 11: mounted, 12
        post("close", widget_id=third)  # 13
        post("close", widget_id=third)
        act(alice, app, widget_id=question, action_id="confirm", payload={"tool": "drop_thing"}, session_id=session)
        # 14: answered, 15: the result, 16: the answer stays
        alice.client.post(f"/api/sessions/{session}/state", {"set": {"y": 1}})  # 17
        alice.client.post(f"/api/sessions/{session}/state", {"set": {"y": 1}})  # nothing new
        alice.client.post(f"/api/sessions/{session}/state", {"set": {"y.increment": 1, "z": None}})  # 18
        calls.fail = True
        act(alice, app, payload={"tool": "book_room"}, form={"topic": "x"}, session_id=session)  # 19
        act(alice, app, type="chat", form={"topic": "z"}, session_id=session)  # 20


def test_what_is_refused_tells_nothing(alice: Person, session: str, app: InstalledWidget) -> None:
    widget = render(alice, session, app=str(app.pk), ref="cards")["widget_id"]
    with verify_stream(alice.actor, stream_of(session), apply, events=0):
        path = f"/api/sessions/{session}/widgets/update"
        alice.client.post(path, {"widget_id": widget, "patch": {"ctx.a": 1, "state.b": 1, "data.rows.9": 1}})
        act(alice, app, payload={"tool": "none"}, session_id=session, form={"a": 1})


def test_others_do_not_follow(alice: Person, bob: Person, charlie: Person, session: str) -> None:
    for person in (bob, charlie):
        with pytest.raises(NotFound):
            read_stream(person.actor, stream_of(session))


def test_sessions_never_mix(alice: Person, bob: Person, session: str, app: InstalledWidget) -> None:
    InstalledWidget.objects.update(user=None)
    bobs = begin(bob)
    with verify_stream(alice.actor, stream_of(session), apply, events=0):
        render(bob, bobs, app=str(app.pk), ref="cards")
        act(bob, app, type="set_state", payload={"set": {"a": 1}}, session_id=bobs)
        render(alice, begin(alice), tree={"type": "divider"})
    with verify_stream(bob.actor, stream_of(bobs), apply, events=1):
        act(bob, app, type="set_state", payload={"set": {"a": 2}}, session_id=bobs)
        act(alice, app, type="set_state", payload={"set": {"a": 3}}, session_id=session)


def test_a_client_that_was_cut_off_goes_on_where_it_was(live_url: str, alice: Person) -> None:
    """Over a real socket: nothing is lost, nothing comes twice, and no snapshot is needed."""
    app, session = make_app(alice), begin(alice)
    stream = stream_of(session)
    with LiveClient(live_url, alice) as page:
        assert page.subscribe(stream)["data"] == {"state": {}, "widgets": []}
        act(alice, app, type="set_state", payload={"set": {"n.increment": 1}}, session_id=session)
        assert page.next()["data"] == {"app": str(app.pk), "changes": {"n": 1}, "removed": []}
        seen = page.cursor
    widget = render(alice, session, app=str(app.pk), ref="cards")["widget_id"]
    act(alice, app, type="set_state", payload={"set": {"n.increment": 1}}, session_id=session)
    with LiveClient(live_url, alice) as page:
        page.cursor = seen
        page.subscribe(stream, after=seen)
        frames = [page.next(), page.next()]
        page.nothing_more()
    assert [frame["event"] for frame in frames if frame["type"] == "event"] == ["widget:render", "widget:state"]
    assert frames[0]["data"]["widget"]["widget_id"] == widget
    assert frames[1]["data"]["changes"] == {"n": 2}
    with LiveClient(live_url, alice) as page:
        again = page.subscribe(stream)["data"]
    assert (again["state"][str(app.pk)], [one["widget_id"] for one in again["widgets"]]) == ({"n": 2}, [widget])
