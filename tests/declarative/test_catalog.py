"""The catalog: every file is a valid schema with a valid example, and says all that the compiler and renderer need."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from widgets_manager.declarative.compiler import compile_tree
from widgets_manager.declarative.documents import Document, check
from widgets_manager.declarative.expressions import filters_of, parse
from widgets_manager.declarative.filters import FILTERS
from widgets_manager.declarative.registry import FOLDER, Schema, load_catalog
from widgets_manager.declarative.shapes import shapes

CATALOG = load_catalog()
DEFINITIONS = {**CATALOG.primitives, **CATALOG.actions, **CATALOG.sources}
JUNK: list[Any] = [None, True, -1, 1.5, "x", "{{a}}", [], [{}], {}, {"type": "text"}, "A b!"]


def with_paths(schema: Any, path: str = "") -> Iterator[tuple[str, Schema]]:
    if isinstance(schema, dict):
        yield path, schema
        for key, part in schema.items():
            if key != "examples":
                yield from with_paths(part, f"{path}/{key}")
    elif isinstance(schema, list):
        for place, part in enumerate(schema):
            yield from with_paths(part, f"{path}/{place}")


def test_it_works() -> None:
    names = [name for group in CATALOG.index["primitives"].values() for name in group]
    assert list(CATALOG.primitives) == names
    assert list(CATALOG.actions) == CATALOG.index["actions"]
    assert list(CATALOG.sources) == ["http", "tool", "static", "state"]


def test_names_are_those_of_version_1() -> None:
    assert len(CATALOG.primitives) == 43
    assert len(CATALOG.index["actions"]) == 15
    assert {group: len(names) for group, names in CATALOG.index["primitives"].items()} == {
        "layout": 9,
        "content": 4,
        "data": 7,
        "input": 14,
        "action": 4,
        "feedback": 5,
    }
    assert CATALOG.index["zones"] == ["inline", "chat_side", "workspace_tabs", "modals"]
    assert set(CATALOG.index["accents"]) == {"blue", "purple", "green", "orange", "red", "cyan"}
    assert CATALOG.common["$defs"]["accent"]["anyOf"][0]["enum"] == CATALOG.index["accents"]


@pytest.mark.parametrize("kind", ["primitives", "actions", "sources"])
def test_every_file_is_listed_in_the_index(kind: str) -> None:
    listed = CATALOG.index[kind]
    names = [name for group in listed.values() for name in group] if isinstance(listed, dict) else listed
    assert {path.stem for path in (FOLDER / kind).iterdir()} <= set(names)


@pytest.mark.parametrize("entry", ["node", "action", "document", "app"])
def test_bundles_are_valid_schemas(entry: str) -> None:
    jsonschema.Draft202012Validator.check_schema(CATALOG.bundle(entry))


@pytest.mark.parametrize("kind", ["primitives", "actions", "sources"])
def test_every_definition_is_a_valid_schema_that_describes_itself(kind: str) -> None:
    for name, schema in getattr(CATALOG, kind).items():
        jsonschema.Draft202012Validator.check_schema(schema)
        discriminator = "action" if kind == "actions" else "type"
        assert schema["title"] == name
        assert schema["properties"][discriminator] == {"const": name}
        assert schema["description"].endswith(".")
        assert schema["required"][0] == discriminator
        assert schema["examples"], name


def test_every_property_is_described() -> None:
    for name, schema in DEFINITIONS.items():
        for path, part in with_paths(schema):
            for key, held in part.get("properties", {}).items():
                assert held.keys() & {"description", "const"}, f"{name}{path}: {key}"


def test_references_lead_somewhere() -> None:
    for name, schema in CATALOG.definitions.items():
        for path, part in with_paths(schema):
            if "$ref" in part:
                assert part["$ref"].removeprefix("#/$defs/") in CATALOG.definitions, f"{name}{path}"


def test_what_refers_to_an_expression_is_marked() -> None:
    """The renderer reads `x-expression` only, so a property whose type admits an expression has to say so."""
    dynamic = {
        name
        for name, part in CATALOG.common["$defs"].items()
        if {"$ref": "#/$defs/expression"} in part.get("anyOf", [])
    }
    for name, schema in DEFINITIONS.items():
        for path, part in with_paths(schema):
            for key, held in part.get("properties", {}).items():
                target = held.get("$ref", "").rpartition("/")[2]
                if target in dynamic:
                    assert held.get("x-expression") is True, f"{name}{path}: {key}"


def test_scopes_name_what_the_index_explains() -> None:
    named = {
        word for schema in DEFINITIONS.values() for _, part in with_paths(schema) for word in part.get("x-scope", [])
    }
    assert named <= set(CATALOG.index["scope"])


@pytest.mark.parametrize("name", list(CATALOG.primitives))
def test_examples_of_primitives_compile(name: str) -> None:
    for example in CATALOG.primitives[name]["examples"]:
        assert example["type"] == name
        compiled = compile_tree(example)
        assert (compiled.errors, compiled.warnings) == ((), ())


@pytest.mark.parametrize("name", list(CATALOG.actions))
def test_examples_of_actions_compile(name: str) -> None:
    for example in CATALOG.actions[name]["examples"]:
        compiled = compile_tree({"type": "button", "label": "Go", "action": example})
        assert (compiled.errors, compiled.warnings) == ((), ())
        assert name in compiled.actions


def test_every_filter_has_a_function_and_a_working_example() -> None:
    assert list(CATALOG.filters) == list(FILTERS)
    for name, entry in CATALOG.filters.items():
        assert name in {use.name for use in filters_of(parse(entry["example"]))}


def test_colours_of_filters_are_colours() -> None:
    colours = set(CATALOG.common["$defs"]["color"]["anyOf"][0]["enum"])
    for name, entry in CATALOG.filters.items():
        if name.endswith("_color"):
            assert {*entry["values"].values(), entry["default"]} <= colours


def test_inputs_are_the_fields_of_a_form() -> None:
    assert {"text_input", "textarea", "select", "checkbox", "switch"} <= CATALOG.inputs
    assert not CATALOG.inputs & {"form", "icon", "button"}


def test_shapes_know_what_holds_nodes_and_actions() -> None:
    primitives = shapes()["primitives"]
    assert primitives["list"].fields["item"].holds == "node"
    assert primitives["list"].fields["item"].scope == {"item", "index"}
    assert primitives["form"].fields["submit"].shape is not None
    assert primitives["table"].fields["columns"].holds == "objects"
    assert shapes()["actions"]["sequence"].fields["actions"].holds == "actions"


@pytest.mark.parametrize("name", list(CATALOG.primitives))
def test_the_fast_validator_agrees_with_the_reference_one(name: str) -> None:
    oracle = jsonschema.Draft202012Validator(CATALOG.bundle("node"))
    for example in CATALOG.primitives[name]["examples"]:
        for key in {*example, "visible_if", "id", "children"}:
            for junk in JUNK:
                changed = {**copy.deepcopy(example), key: junk}
                fast = {tuple(error.instance_path) for error in CATALOG.node_validator.iter_errors(changed)}
                slow = {tuple(error.absolute_path) for error in oracle.iter_errors(changed)}
                assert bool(fast) == bool(slow), f"{key}={junk!r}"
                assert fast == slow, f"{key}={junk!r}"


def test_every_primitive_is_of_its_group_and_takes_expressions() -> None:
    """Where something is shown, and so where nothing at all could be changed by a value, a mark was forgotten."""
    for group, names in CATALOG.index["primitives"].items():
        for name in names:
            schema = CATALOG.primitives[name]
            assert schema["x-group"] == group, name
            assert {"$ref": "../common.json#/$defs/common"} in schema["allOf"], name
            marked = [path for path, part in with_paths(schema) if part.get("x-expression")]
            assert marked or name in {"column", "row"}, name


def test_the_example_of_an_app_is_valid() -> None:
    for example in CATALOG.app["examples"]:
        checked = check(Document(example))
        assert (checked.kind, checked.errors, checked.warnings) == ("app", (), ())


def test_the_blocks_of_an_app_are_described() -> None:
    for path, part in with_paths(CATALOG.app):
        for key, held in part.get("properties", {}).items():
            assert held.get("description") or "$ref" in held, f"{path}: {key}"
