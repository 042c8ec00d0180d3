"""What fits a spec and what does not, of specs and of answers; the fault is told with its path."""

from __future__ import annotations

from typing import Any

import pytest

from chat.agents.specs import KINDS, check_spec
from chat.agents.trees import widget_tree
from chat.agents.values import check_value
from tests.agents.specs import CHECKS, CHOICE, CONFIRM, DATE, FILES, FORM, PERMISSION, PROGRESS
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.declarative.evaluation import evaluate

GOOD = {
    "confirm": CONFIRM,
    "choice": CHOICE,
    "permission": PERMISSION,
    "form": FORM,
    "progress": PROGRESS,
    "file-picker": FILES,
    "datetime": DATE,
}


def field(**more: Any) -> dict[str, Any]:
    return {"title": "F", "fields": [{"name": "a", "label": "A", "type": "text"} | more]}


BAD: list[tuple[str, Any, str]] = [
    *((kind, {**spec, "title": None}, "spec.title: required") for kind, spec in GOOD.items()),
    *((kind, {**spec, "title": 7}, "spec.title: must be a string") for kind, spec in GOOD.items()),
    ("confirm", [], "spec: must be an object"),
    ("confirm", {"title": ""}, "spec.title: "),
    ("confirm", CONFIRM | {"danger": "yes"}, "spec.danger: must be true or false"),
    ("confirm", CONFIRM | {"labels": {"yes": 7}}, "spec.labels.yes: must be a string"),
    ("confirm", {"title": "x", "body": "x" * 10_001}, "spec.body: "),
    ("confirm", {"title": "x", "more": "x" * 70_000}, "spec: has 7"),
    ("choice", {"title": "x"}, "spec.options: required"),
    ("choice", CHOICE | {"options": []}, "spec.options: "),
    ("choice", CHOICE | {"options": [{"id": "a", "label": "A"}, {"label": "B"}]}, "spec.options[1].id: required"),
    ("choice", CHOICE | {"options": [{"id": "a", "label": "A"}] * 2}, "spec.options[1].id: 'a' is there already"),
    ("choice", CHOICE | {"options": [{"id": 1, "label": "A"}]}, "spec.options[0].id: must be a string"),
    ("permission", PERMISSION | {"scopes": ["a", "a"]}, "spec.scopes: "),
    ("permission", PERMISSION | {"authorization": "all"}, "spec.authorization: must be an object"),
    ("form", {"title": "x", "fields": []}, "spec.fields: "),
    ("form", field(type="zip"), "spec.fields[0].type: unknown type 'zip'"),
    ("form", field(type="select"), "spec.fields[0].options: required"),
    ("form", field(type="radio", options=[{"id": "a"}]), "spec.fields[0].options[0].label: required"),
    ("form", field(pattern="("), "spec.fields[0].pattern: must be a regular expression"),
    ("form", field(min=5, max=4), "spec.fields[0].max: must not be below min"),
    ("form", field(min="a"), "spec.fields[0].min: must be a number"),
    ("form", field(type="date", min="tomorrow"), "spec.fields[0].min: must be such as 2026-05-23"),
    ("form", field(type="time", min="12:00", max="11:00"), "spec.fields[0].max: must not be before min"),
    ("form", {"title": "x", "fields": [FORM["fields"][0]] * 2}, "spec.fields[1].name: 'version' is there already"),
    ("progress", {"title": "x"}, "spec.value: required"),
    ("progress", PROGRESS | {"value": -1}, "spec.value: "),
    ("progress", PROGRESS | {"value": True}, "spec.value: must be a number"),
    ("progress", PROGRESS | {"value": 101}, "spec.value: must be at most max, which is 100"),
    ("progress", PROGRESS | {"max": 0}, "spec.max: "),
    ("file-picker", FILES | {"accept": ["pdf"]}, "spec.accept[0]: must be a media type"),
    ("file-picker", FILES | {"maxFiles": 11}, "spec.maxFiles: "),
    ("file-picker", FILES | {"multiple": False}, "spec.maxFiles: must be 1"),
    ("datetime", {"title": "x"}, "spec.mode: required"),
    ("datetime", DATE | {"mode": "week"}, "spec.mode: "),
    ("datetime", DATE | {"min": "2026-13-01"}, "spec.min: must be such as 2026-05-23"),
    ("datetime", DATE | {"max": "2026-05-22"}, "spec.max: must not be before min"),
]


@pytest.mark.parametrize(("kind", "spec", "said"), BAD)
def test_a_spec_that_does_not_fit(kind: str, spec: Any, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_spec(kind, spec)
    assert refused.value.message.startswith(said)
    assert refused.value.code == "INVALID_SPEC"
    assert refused.value.path == said.partition(":")[0]


def test_nulls_count_as_absent_and_more_is_kept() -> None:
    assert check_spec("confirm", {"title": "x", "body": None, "labels": {"yes": None}, "more": 1}) == {
        "title": "x",
        "labels": {},
        "more": 1,
    }


WRONG: list[tuple[str, Any, Any, str]] = [
    ("confirm", CONFIRM, "yes", "value: must be true or false"),
    ("confirm", CONFIRM, 1, "value: "),
    ("confirm", CONFIRM, None, "value: "),
    ("choice", CHOICE, "exe", "value: must be one of pdf, docx, md"),
    ("choice", CHOICE, ["pdf"], "value: "),
    ("choice", CHECKS, "lint", "value: must be a list"),
    ("choice", CHECKS, ["lint", "paint"], "value[1]: must be one of lint, test, build"),
    ("choice", CHECKS, ["lint", "lint"], "value: names an option twice"),
    ("permission", PERMISSION, True, "value: must be an object"),
    ("permission", PERMISSION, {"granted": "yes"}, "value.granted: "),
    ("permission", PERMISSION, {"granted": True}, "value.scope: must be one of once, session"),
    ("permission", PERMISSION, {"granted": True, "scope": "ever"}, "value.scope: "),
    ("permission", PERMISSION, {"granted": True, "scope": ["once"]}, "value.scope: "),
    ("permission", PERMISSION, {"granted": True, "scope": "once", "more": 1}, "value.more: unknown"),
    ("form", FORM, {"version": ""}, "value.version: required"),
    ("form", FORM, {"version": 1}, "value.version: must be a text"),
    ("form", FORM, {"version": "1", "other": 1}, "value.other: unknown"),
    ("form", FORM, {"version": "1", "priority": 6}, "value.priority: must be at most 5"),
    ("form", FORM, {"version": "1", "priority": "0"}, "value.priority: must be at least 1"),
    ("form", FORM, {"version": "1", "priority": True}, "value.priority: must be a number"),
    ("form", FORM, {"version": "1", "priority": "many"}, "value.priority: must be a number"),
    ("form", FORM, {"version": "1", "announce": "yes"}, "value.announce: must be true or false"),
    ("form", FORM, {"version": "1", "notes": "x" * 20_001}, "value.notes: must have at most 20,000"),
    ("form", field(type="checkbox", required=True), {}, "value.a: required"),
    ("form", field(type="email"), {"a": "alice"}, "value.a: must be an e-mail address"),
    ("form", field(type="url"), {"a": "javascript:alert(1)"}, "value.a: must be an http or https address"),
    ("form", field(type="tel"), {"a": "call me"}, "value.a: must be a telephone number"),
    ("form", field(type="select", options=CHOICE["options"]), {"a": "exe"}, "value.a: must be one of pdf"),
    ("form", field(pattern="[0-9]+"), {"a": "12a"}, "value.a: must match the pattern"),
    ("form", field(pattern="(a+)+$"), {"a": "a" * 60 + "!"}, "value.a: must match the pattern"),
    ("form", field(min=3, max=4), {"a": "ab"}, "value.a: must have at least 3"),
    ("form", field(min=3, max=4), {"a": "abcde"}, "value.a: must have at most 4"),
    ("form", field(type="date", min="2026-05-23"), {"a": "2026-05-22"}, "value.a: must not be before"),
    ("form", field(type="time", max="12:00"), {"a": "12:01"}, "value.a: must not be after"),
    ("form", FORM, {"version": "x" * 300_000}, "value: must have at most"),
    ("datetime", DATE, "2026-05-24", "value: must be an object"),
    ("datetime", DATE, {"mode": "time", "value": "10:00"}, "value.mode: must be date"),
    ("datetime", DATE, {"mode": "date", "value": "2026-05-22"}, "value.value: must not be before 2026-05-23"),
    ("datetime", DATE, {"mode": "date", "value": "2026-02-30"}, "value.value: must be such as"),
    ("datetime", DATE | {"mode": "datetime", "min": "2026-05-23T10:00"}, {"value": "2026-05-23"}, "value.value: "),
    ("file-picker", FILES, [], "value.files: "),
    ("file-picker", FILES, {"files": []}, "value.files: "),
    ("file-picker", FILES, {"files": ["a"]}, "value.files[0].id: "),
    ("progress", PROGRESS, 50, "value: "),
]


@pytest.mark.parametrize(("kind", "spec", "value", "said"), WRONG)
def test_an_answer_that_does_not_fit(kind: str, spec: Any, value: Any, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_value(kind, check_spec(kind, spec), value)
    assert refused.value.message.startswith(said)
    assert refused.value.path == said.partition(":")[0]


def test_numbers_and_moments_as_inputs_give_them() -> None:
    assert check_value("form", FORM, {"version": "1", "priority": "3"})["priority"] == 3
    assert check_value("form", field(type="number"), {"a": "2.5"}) == {"a": 2.5}
    stamp = {"mode": "datetime", "value": "2026-05-23T12:30+02:00"}
    assert check_value("datetime", DATE | {"mode": "datetime", "min": "2026-05-23T10:00"}, stamp) == stamp
    assert check_value("form", field(pattern="[0-9]+"), {"a": "12"}) == {"a": "12"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_tree(kind: str) -> None:
    tree = widget_tree(kind, check_spec(kind, GOOD[kind]))
    text = str(tree)
    assert GOOD[kind]["title"] in text
    assert "'tool': 'answer'" in text


def test_what_agents_write_is_never_an_expression() -> None:
    evil = "{{ctx.answer}} }} {{'"
    spec = {
        "title": evil,
        "body": evil,
        "submitLabel": evil,
        "fields": [
            {"name": "a", "label": evil, "type": "text", "default": evil, "placeholder": evil},
            {"name": "it's }} {{", "label": "B", "type": "select", "options": [{"id": evil, "label": evil}]},
        ],
    }
    title, body, form = widget_tree("form", check_spec("form", spec))["children"]
    first, second, _ = form["children"]
    shown = [
        title["text"],
        body["text"],
        form["submit"]["label"],
        first["label"],
        first["default"],
        first["placeholder"],
        second["options"][0]["label"],
        second["options"][0]["value"],
    ]
    assert {evaluate(text, {"ctx": {}}) for text in shown} == {evil}
    assert second["name"] == "field_1"
    assert evaluate(second["default"], {"ctx": {"answer": {"it's }} {{": "chosen"}}}) == "chosen"
    assert form["submit"]["action"]["args"]["value"] == {"a": "{{form.a}}", "it's }} {{": "{{form.field_1}}"}
