"""compile_widgets: the block `widgets` of an app, its zones, data sources and files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from widgets_manager.declarative.compiler import compile_widgets
from widgets_manager.declarative.problems import InvalidTree

TREES = Path(__file__).parents[1] / "fixtures" / "trees"
TEXT = {"type": "text", "text": "Hello"}


def load(name: str) -> Any:
    return yaml.safe_load((TREES / "valid" / f"{name}.yaml").read_text(encoding="utf-8"))["widgets"]


def errors(document: Any, **options: Any) -> list[str]:
    return [str(problem) for problem in compile_widgets(document, **options).errors]


def warnings(document: Any) -> list[str]:
    return [str(problem) for problem in compile_widgets(document).warnings]


def test_it_works() -> None:
    compiled = compile_widgets(load("sources"))
    assert (compiled.errors, compiled.warnings) == ((), ())
    assert compiled.config is not None
    side = compiled.config["chat_side"]
    assert side["width"] == 300
    assert side["data"]["sources"] == {"type": "http", "url": "/rag/sources", "poll": "10s", "cache": "30s"}
    assert side["tree"]["item"]["subtitle"] == "{{item.url | truncate(60)}}"
    assert compiled.config["workspace_tabs"] == []
    assert compiled.config["modals"] == compiled.config["inline"] == {}


@pytest.mark.parametrize("name", ["sources", "booking", "greeter", "rag"])
def test_the_guides_examples_compile_without_a_warning(name: str) -> None:
    compiled = compile_widgets(load(name))
    assert (compiled.errors, compiled.warnings) == ((), ())


def test_tools_of_actions_and_sources_are_collected() -> None:
    assert compile_widgets(load("rag")).tools == {"rag.list_knowledge_bases"}
    assert compile_widgets(load("booking")).tools == {"create_meeting"}


def test_an_inline_widget_may_be_a_bare_tree() -> None:
    compiled = compile_widgets({"version": 1, "inline": {"hello": TEXT, "full": {"tree": TEXT, "title": "Full"}}})
    assert compiled.config is not None
    assert compiled.config["inline"] == {
        "hello": {"tree": TEXT, "data": {}},
        "full": {"tree": TEXT, "title": "Full", "data": {}},
    }


def test_workspace_is_another_name_of_workspace_tabs() -> None:
    document = {"version": 1, "workspace_tabs": [{"id": "a", "tree": TEXT}], "workspace": [{"id": "b", "tree": TEXT}]}
    compiled = compile_widgets(document)
    assert compiled.config is not None
    assert [tab["id"] for tab in compiled.config["workspace_tabs"]] == ["a", "b"]
    assert errors({"version": 1, "workspace": [{"id": "b", "tree": {"type": "txt"}}]})[0].startswith(
        "widgets.workspace[0].tree.type: unknown primitive 'txt'"
    )


def test_files_join_the_inline_widgets() -> None:
    compiled = compile_widgets({"version": 1}, files={"card": TEXT, "more": {"tree": TEXT}})
    assert compiled.config is not None
    assert set(compiled.config["inline"]) == {"card", "more"}


def test_a_file_and_an_inline_widget_of_one_name_collide() -> None:
    assert errors({"version": 1, "inline": {"card": TEXT}}, files={"card": TEXT}) == [
        "widgets.inline.card: is also declared by widgets/card.yaml"
    ]


def test_faults_in_files_have_their_place() -> None:
    (message,) = errors({"version": 1}, files={"card": {"tree": {"type": "text"}}})
    assert message == "widgets.inline.card.tree: 'text' is required"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, "widgets: 'version' is required"),
        ([], "widgets: must be an object, not []"),
        ({"version": 2}, "widgets.version: must be 1, not 2"),
        ({"version": "1"}, "widgets.version: must be 1, not '1'"),
        ({"version": 1, "chat_side": {}}, "widgets.chat_side: 'tree' is required"),
        (
            {"version": 1, "chat_side": {"accent": "bleu", "tree": TEXT}},
            "widgets.chat_side.accent: unknown accent 'bleu' (allowed: ['blue', 'cyan', 'green', 'orange', 'purple', "
            "'red']); did you mean 'blue'?",
        ),
        (
            {"version": 1, "chat_side": {"width": 20, "tree": TEXT}},
            "widgets.chat_side.width: must be at least 200, not 20",
        ),
        ({"version": 1, "workspace_tabs": [{"tree": TEXT}]}, "widgets.workspace_tabs[0]: 'id' is required"),
        (
            {"version": 1, "workspace_tabs": [{"id": "a", "tree": TEXT}, {"id": "a", "tree": TEXT}]},
            "widgets.workspace_tabs[1].id: 'a' is already the id of widgets.workspace_tabs[0]",
        ),
        (
            {"version": 1, "modals": {"a b": {"tree": TEXT}}},
            "widgets.modals['a b']: the key 'a b' must be a name of letters, digits, _ and -",
        ),
        (
            {"version": 1, "modals": {"a": {"tree": TEXT, "data": {"form": {"type": "static", "value": 1}}}}},
            "widgets.modals.a.data.form: the key 'form' must be a name of letters, digits and _ that no other value "
            "has",
        ),
        (
            {"version": 1, "modals": {"a": {"tree": TEXT, "data": {"x": {"type": "htp"}}}}},
            "widgets.modals.a.data.x.type: unknown source 'htp' (allowed: ['http', 'state', 'static', 'tool']); did "
            "you mean 'http'?",
        ),
        (
            {
                "version": 1,
                "modals": {"a": {"tree": TEXT, "data": {"x": {"type": "http", "url": "/x", "poll": "often"}}}},
            },
            "widgets.modals.a.data.x.poll: must be a duration such as 500ms, 10s, 5m, 1h, or seconds as a number, not "
            "'often'",
        ),
    ],
)
def test_messages(document: Any, expected: str) -> None:
    assert errors(document) == [expected]


def test_the_place_of_a_fault_in_a_dialog() -> None:
    document = load("booking")
    document["modals"]["booking"]["tree"]["children"][1] = {
        "type": "button",
        "label": "x",
        "action": {"action": "chatt"},
    }
    (message,) = errors(document)
    assert message.startswith(
        "widgets.modals.booking.tree.children[1].action.action: unknown action 'chatt' (allowed: ["
    )


def test_names_are_checked_against_the_widgets_own_data() -> None:
    document = load("sources")
    document["inline"] = {"other": {"type": "text", "text": "{{sources}}"}}
    (message,) = warnings(document)
    assert message.startswith("widgets.inline.other.text: nothing is called 'sources' here")


def test_a_dialog_that_is_not_declared_is_a_warning() -> None:
    document = load("booking")
    document["inline"] = {
        "open": {"type": "button", "label": "x", "action": {"action": "open_modal", "modal": "boking"}}
    }
    assert warnings(document) == [
        "widgets.inline.open.action.modal: unknown modal 'boking' (allowed: ['booking']); did you mean 'booking'?"
    ]


def test_unknown_blocks_and_keys_are_warnings() -> None:
    document = {"version": 1, "modal": {}, "chat_side": {"tree": TEXT, "titel": "x"}}
    compiled = compile_widgets(document)
    assert compiled.valid
    assert [problem.path for problem in compiled.warnings] == ["widgets.modal", "widgets.chat_side.titel"]


def test_require_raises_and_keeps_every_error() -> None:
    with pytest.raises(InvalidTree) as caught:
        compile_widgets({"version": 3, "modals": {"a": {}}}).require()
    assert [problem.path for problem in caught.value.errors] == ["widgets.version", "widgets.modals.a"]
