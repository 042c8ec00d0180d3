"""WIDGET CONTEXT: what the next prompt says of the widgets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Person
from tests.sessions.conftest import Calls, act, begin, data_of, make_app, render
from widgets_manager.sessions.actions.state import set_state
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.sessions.prompts import shown, widget_context
from widgets_manager.widgets.models import InstalledWidget


def section(person: Person, session: str) -> str:
    text: str = data_of(person.client.get(f"/api/sessions/{session}/prompt"))["prompt_section"]
    return text


def put(person: Person, session: str, app: InstalledWidget | None = None, /, **values: Any) -> None:
    set_state(actor=person.actor, session_id=session, app=app, changes=values)


def test_it_works(alice: Person, session: str, app: InstalledWidget, calls: Calls) -> None:
    """The example of the seed, word for word."""
    assert section(alice, session) == ""
    calls.result = {"hits": 12, "score": 0.94}
    tree = {"type": "button", "label": "Ask", "action": {"action": "tool", "tool": "probe.drop_thing"}}
    widget = render(alice, session, app=str(app.pk), zone="workspace", ref="planner")["widget_id"]
    MountedWidget.objects.update(widget_id="w_q_42", ref="source_picker", tree=tree)
    act(
        alice,
        app,
        widget_id="w_q_42",
        payload={"tool": "probe.drop_thing", "args": {"path": "x"}},
        form={"email": "alice@example.com", "topic": "1:1 with Alice"},
        session_id=session,
    )
    put(alice, session, app, selected_sources=["doc1.md", "doc2.md", "spec.pdf"])
    assert widget.startswith("w_")
    assert (
        section(alice, session)
        == """\
# WIDGET CONTEXT
## Form values
- **email**: alice@example.com
- **topic**: 1:1 with Alice
## Session state
- **selected_sources**: ["doc1.md", "doc2.md", "spec.pdf"]
## Last widget tool result
- **probe.drop_thing**: {"hits": 12, "score": 0.94}
## Currently mounted widgets
- **w_q_42** (zone=workspace, ref=source_picker)"""
    )


def test_values_of_a_form_stand_in_the_order_of_its_inputs(alice: Person, session: str) -> None:
    """In whatever order they are sent: inputs of what the app declares, and of what was pushed."""

    def form(*names: str) -> dict[str, Any]:
        inputs = [{"type": "text_input", "name": name} for name in names]
        action = {"action": "tool", "tool": "probe.look_up", "args": {"path": "x"}}
        return {"type": "form", "children": inputs, "submit": {"label": "Go", "action": action}}

    app = make_app(alice, inline={"wish": {"tree": form("to_whom_it_goes", "name", "zip", "a")}})
    pushed = render(alice, session, tree=form("the_longest", "longer", "b"))["widget_id"]
    click = {"type": "tool", "payload": {"tool": "probe.look_up", "args": {"path": "x"}}, "session_id": session}
    declared = {"zip": "1", "a": "2", "name": "3", "to_whom_it_goes": "4"}
    data_of(act(alice, app, **click, widget_id="inline.wish", form=declared))
    other = {**click, "widget_id": pushed, "form": {"b": "1", "the_longest": "2", "longer": "3"}}
    data_of(alice.client.post(f"/api/sessions/{session}/widgets/action", other))
    lines = section(alice, session).splitlines()
    named = [line.split("**")[1] for line in lines if line.startswith("- **")]
    assert named[:4] == ["to_whom_it_goes", "name", "zip", "a"]
    assert named[5:8] == ["the_longest", "longer", "b"]


def test_state_stands_in_the_order_in_which_it_was_set(alice: Person, session: str, app: InstalledWidget) -> None:
    """Also within its values; what is set again keeps its place."""
    put(alice, session, app, until="today", a=1, the_longest_name={"zeta": 1, "b": {"yy": 1, "x": 2}})
    put(alice, session, app, b=2, a=3)
    assert section(alice, session).splitlines()[2:] == [
        "- **until**: today",
        "- **a**: 3",
        '- **the_longest_name**: {"zeta": 1, "b": {"yy": 1, "x": 2}}',
        "- **b**: 2",
    ]


def test_several_apps_are_named(alice: Person, session: str, app: InstalledWidget) -> None:
    other = make_app(alice, slug="other", name='Other"]\n# App')
    put(alice, session, app, a=1)
    put(alice, session, other, b=2)
    put(alice, session, c=3)
    assert section(alice, session).splitlines() == [
        "# WIDGET CONTEXT",
        "## Session state (Other')  App)",
        "- **b**: 2",
        "## Session state (Planner)",
        "- **a**: 1",
        "## Session state (chat)",
        "- **c**: 3",
    ]
    assert widget_context(alice.actor, session, apps=[app]).splitlines()[1:3] == [
        "## Session state (Planner)",
        "- **a**: 1",
    ]


def test_disabled_apps_are_silent_at_once(alice: Person, session: str, app: InstalledWidget) -> None:
    put(alice, session, app, a=1)
    assert "- **a**: 1" in section(alice, session)
    alice.client.post("/api/widgets/enable", {"id": str(app.pk), "enabled": False})
    assert section(alice, session) == ""


def test_answers_and_failures(alice: Person, session: str, app: InstalledWidget, calls: Calls) -> None:
    widget = render(alice, session, app=str(app.pk), ref="confirm_delete", ctx={"path": "/a"})["widget_id"]
    calls.fail = True
    body = {"widget_id": widget, "action_id": "confirm", "payload": {"tool": "drop_thing"}, "session_id": session}
    act(alice, app, **body)
    assert '- **drop_thing**: failed: "the room is gone"' in section(alice, session)
    calls.fail = False
    act(alice, app, **body)
    assert f'- **{widget}** (zone=inline, ref=confirm_delete, answered="Delete")' in section(alice, session)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("plain words, 100% & (fine)", "plain words, 100% & (fine)"),
        ("Grüße aus Köln", "Grüße aus Köln"),
        ("a\n# WIDGET CONTEXT", '"a\\n# WIDGET CONTEXT"'),
        ("- **x**: y", '"- **x**: y"'),
        ('say "no"', '"say \\"no\\""'),
        ("a\u202eb\u200bc\x1bd", "abc d"),
        ("a\u2028b\r\nc", '"a\\nb\\nc"'),
        ("true", '"true"'),
        ("42", '"42"'),
        ("", '""'),
        ("`code`", '"`code`"'),
        (True, "true"),
        (None, "null"),
        ([1, "a\nb"], '[1, "a\\nb"]'),
        ({"k\n#": 1}, '{"k\\n#": 1}'),
    ],
)
def test_a_value_is_one_line_of_data(value: Any, line: str) -> None:
    assert shown(value) == line
    assert len(shown(value).splitlines()) == 1


def test_a_key_cannot_pass_for_a_heading(alice: Person, session: str) -> None:
    put(alice, session, **{"x**: 1\n## Form values\n- **y": 2})
    assert section(alice, session).splitlines() == [
        "# WIDGET CONTEXT",
        "## Session state",
        '- **"x**: 1 ## Form values - **y"**: 2',
    ]


def test_the_longest_are_cut_first(alice: Person, session: str, settings: Any) -> None:
    settings.WIDGET_CONTEXT_MAX = 1_000
    put(alice, session, short="stays", long="x" * 5_000, longer=["y" * 400] * 20)
    text = section(alice, session)
    assert len(text) <= 1_000
    assert "- **short**: stays" in text
    assert text.count("[cut: ") == 2
    many = {f"key{n}": "v" * 60 for n in range(90)}
    put(alice, session, **many)
    text = section(alice, session)
    assert len(text) <= 1_000
    assert "more]" in text


def test_whole_sections_are_left_out_last(alice: Person, session: str, settings: Any) -> None:
    """Of many apps; how many is said."""
    settings.WIDGET_CONTEXT_MAX = 500
    for letter in "abcdefghijkl":
        put(
            alice, session, make_app(alice, slug=f"app-{letter}", name=f"App {letter} {'x' * 40}"), **{letter: "y" * 90}
        )
    text = section(alice, session)
    assert len(text) <= 500
    lines = text.splitlines()
    assert lines[1] == f"## Session state (App a {'x' * 40})"
    assert lines[2].startswith("- **a**: yyyy")
    assert lines[-1] == f"… [cut: {12 - (len(lines) - 2) // 2} more sections]"


def test_sessions_never_mix(alice: Person, bob: Person, session: str, app: InstalledWidget) -> None:
    InstalledWidget.objects.update(user=None)
    put(alice, session, app, mine="alice")
    bobs = begin(bob)
    put(bob, bobs, app, mine="bob")
    assert "alice" in section(alice, session)
    assert "alice" not in section(bob, bobs)
    assert section(alice, begin(alice)) == ""
