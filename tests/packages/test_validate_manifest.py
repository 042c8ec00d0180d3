"""What a manifest must be, and how each fault is said."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets_manager.core.exceptions import Problem
from widgets_manager.packages.blocks import package_blocks
from widgets_manager.packages.exceptions import InvalidManifest, sentence
from widgets_manager.packages.validation import slug_of, strip_unseen, validate_manifest
from widgets_manager.packages.validation.shape import SCHEMA, has_shape

Change = Callable[[dict[str, Any]], object]


def manifest() -> dict[str, Any]:
    return {
        "panelId": "task-board",
        "panelType": "taskboard",
        "title": "Task Board",
        "version": "1.0",
        "description": "Tasks in columns.",
        "widgetVersion": "1.2.0",
        "intents": [
            {
                "name": "show_tasks",
                "description": "Shows the tasks.",
                "examples": ["show my tasks"],
                "handler": "api:/api/panels/task-board/list",
                "permission": "read",
            },
            {
                "name": "add_task",
                "description": "Adds a task.",
                "examples": ["add buy milk to board B"],
                "paramsSchema": {
                    "title": {"type": "string", "required": True, "description": "What is to be done."},
                    "column": {"type": "string", "default": "To do"},
                    "points": {"type": "number", "default": 1.5},
                    "urgent": {"type": "boolean", "default": False},
                    "labels": {"type": "array", "default": []},
                    "extra": {"type": "object", "default": {}},
                },
                "handler": "api:/api/panels/task-board/add",
                "permission": "write",
            },
        ],
        "sandbox": {
            "entrypoint": "https://widgets.example/board.js",
            "permissions": ["read:notes", "network:fetch"],
            "integrity": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "networkAllowlist": ["https://api.widgets.example", "https://other.example:8443"],
            "minSize": {"width": 200, "height": 120.5},
            "preferredSize": {"width": 400, "height": 300},
        },
        "configSchema": {"type": "object", "properties": {"columns": {"type": "array", "items": {"type": "string"}}}},
    }


def check(change: Change, **options: bool) -> tuple[list[str], list[str]]:
    document = manifest()
    change(document)
    result = validate_manifest(document, **options)
    assert result.ok is not bool(result.errors)
    return [sentence(problem) for problem in result.errors], [sentence(problem) for problem in result.warnings]


def put(*path: Any) -> Change:
    """A change that puts the last of `path` at the place the others name."""
    *place, key, value = path

    def change(document: dict[str, Any]) -> None:
        holder: Any = document
        for part in place:
            holder = holder[part]
        holder[key] = value

    return change


def drop(*path: Any) -> Change:
    *place, key = path

    def change(document: dict[str, Any]) -> None:
        holder: Any = document
        for part in place:
            holder = holder[part]
        del holder[key]

    return change


def test_it_works() -> None:
    document = manifest()
    result = validate_manifest(document)
    assert result.ok
    assert (result.errors, result.warnings) == ([], [])
    assert result.manifest is document
    assert document == manifest()


@pytest.mark.parametrize("key", ["description", "widgetVersion", "sandbox", "configSchema"])
def test_optional_keys_may_be_missing(key: str) -> None:
    assert check(drop(key)) == ([], [])


def test_intents_may_be_empty() -> None:
    assert check(put("intents", [])) == ([], [])
    assert check(put("intents", 0, "examples", [])) == ([], [])
    assert check(put("intents", 1, "paramsSchema", {})) == ([], [])


FAULTS: list[tuple[Change, str]] = [
    (drop("panelId"), "panelId: is required"),
    (drop("panelType"), "panelType: is required"),
    (drop("title"), "title: is required"),
    (drop("version"), "version: is required"),
    (drop("intents"), "intents: is required"),
    (put("panelId", ""), "panelId: must not be empty"),
    (put("panelId", 7), "panelId: must be a string, not a number"),
    (put("panelId", "x" * 101), "panelId: has 101 characters; at most 100 are allowed"),
    (put("panelId", "İ" * 60), "panelId: gives a slug of more than 100 characters in lower case"),
    (put("panelType", ""), "panelType: must not be empty"),
    (put("panelType", None), "panelType: must be a string, not null"),
    (put("title", ["x"]), "title: must be a string, not an array"),
    (put("title", "x" * 201), "title: has 201 characters; at most 200 are allowed"),
    (put("version", "2.0"), "version: '2.0' is not '1.0'"),
    (put("version", 1.0), "version: 1.0 is not '1.0'"),
    (put("description", True), "description: must be a string, not a boolean"),
    (put("description", "x" * 2001), "description: has 2001 characters; at most 2000 are allowed"),
    (put("widgetVersion", "1.2"), "widgetVersion: '1.2' is not a semantic version such as '1.2.0'"),
    (put("widgetVersion", "01.2.0"), "widgetVersion: '01.2.0' is not a semantic version such as '1.2.0'"),
    (put("intents", {}), "intents: must be an array, not an object"),
    (put("intents", 0, "list"), "intents[0]: must be an object, not a string"),
    (drop("intents", 0, "name"), "intents[0].name: is required"),
    (drop("intents", 0, "description"), "intents[0].description: is required"),
    (drop("intents", 0, "examples"), "intents[0].examples: is required"),
    (drop("intents", 0, "handler"), "intents[0].handler: is required"),
    (drop("intents", 0, "permission"), "intents[0].permission: is required"),
    (put("intents", 0, "name", ""), "intents[0].name: must not be empty"),
    (put("intents", 1, "name", "show_tasks"), "intents[1].name: 'show_tasks' is already the name of intents[0]"),
    (put("intents", 0, "examples", "show"), "intents[0].examples: must be an array, not a string"),
    (put("intents", 0, "examples", [1]), "intents[0].examples[0]: must be a string, not a number"),
    (put("intents", 0, "examples", ["x"] * 51), "intents[0].examples: has 51 items; at most 50 are allowed"),
    (
        put("intents", 0, "examples", ["a", "x" * 301]),
        "intents[0].examples[1]: has 301 characters; at most 300 are allowed",
    ),
    (put("intents", 1, "permission", "admin"), "intents[1].permission: 'admin' is not one of 'read', 'write'"),
    (put("intents", 1, "permission", None), "intents[1].permission: null is not one of 'read', 'write'"),
    (put("intents", 1, "paramsSchema", []), "intents[1].paramsSchema: must be an object, not an array"),
    (
        put("intents", 1, "paramsSchema", "title", "string"),
        "intents[1].paramsSchema.title: must be an object, not a string",
    ),
    (put("intents", 1, "paramsSchema", "title", {}), "intents[1].paramsSchema.title.type: is required"),
    (
        put("intents", 1, "paramsSchema", "title", "type", "integer"),
        "intents[1].paramsSchema.title.type: 'integer' is not one of 'string', 'number', 'boolean', 'object', 'array'",
    ),
    (
        put("intents", 1, "paramsSchema", "title", "required", "yes"),
        "intents[1].paramsSchema.title.required: must be a boolean, not a string",
    ),
    (
        put("intents", 1, "paramsSchema", "due date", {"type": "string", "default": 5}),
        "intents[1].paramsSchema[\"due date\"].default: 5 is a number, but the parameter's type is 'string'",
    ),
    (
        put("intents", 1, "paramsSchema", "points", "default", True),
        "intents[1].paramsSchema.points.default: true is a boolean, but the parameter's type is 'number'",
    ),
    (
        put("intents", 1, "paramsSchema", "urgent", "default", 0),
        "intents[1].paramsSchema.urgent.default: 0 is a number, but the parameter's type is 'boolean'",
    ),
    (
        put("intents", 1, "paramsSchema", "labels", "default", None),
        "intents[1].paramsSchema.labels.default: null is null, but the parameter's type is 'array'",
    ),
    (
        put("intents", 1, "paramsSchema", "extra", "default", []),
        "intents[1].paramsSchema.extra.default: [] is an array, but the parameter's type is 'object'",
    ),
    (
        put("intents", 0, "paramsSchema", {f"p{n}": {"type": "string"} for n in range(51)}),
        "intents[0].paramsSchema: has 51 names; at most 50 are allowed",
    ),
    (
        put("intents", 0, "paramsSchema", {"": {"type": "string"}}),
        "intents[0].paramsSchema: the name '' must not be empty",
    ),
    (put("sandbox", []), "sandbox: must be an object, not an array"),
    (drop("sandbox", "entrypoint"), "sandbox.entrypoint: is required"),
    (drop("sandbox", "permissions"), "sandbox.permissions: is required"),
    (
        put("sandbox", "permissions", ["read:all"]),
        "sandbox.permissions[0]: 'read:all' is not one of 'read:workspace', 'read:notes', 'write:workspace',"
        " 'write:notes', 'write:chat', 'network:fetch'",
    ),
    (put("sandbox", "permissions", ["read:notes"] * 2), "sandbox.permissions: has the same item twice"),
    (put("sandbox", "minSize", {"width": 1}), "sandbox.minSize.height: is required"),
    (put("sandbox", "minSize", "width", 0), "sandbox.minSize.width: 0 is not above 0"),
    (put("sandbox", "preferredSize", "height", -1), "sandbox.preferredSize.height: -1 is not above 0"),
    (put("sandbox", "preferredSize", "height", "9"), "sandbox.preferredSize.height: must be a number, not a string"),
    (put("configSchema", "object"), "configSchema: must be an object, not a string"),
    (put("configSchema", "type", "array"), "configSchema.type: 'array' is not 'object', which a config is"),
    (
        put("configSchema", "$schema", "http://json-schema.org/draft-07/schema#"),
        "configSchema.$schema: 'http://json-schema.org/draft-07/schema#' is not"
        " 'https://json-schema.org/draft/2020-12/schema'",
    ),
]


@pytest.mark.parametrize(("change", "expected"), FAULTS, ids=[expected for _, expected in FAULTS])
def test_each_fault_is_named_with_path_and_what_is_allowed(change: Change, expected: str) -> None:
    assert check(change)[0] == [expected]


@pytest.mark.parametrize(
    "handler",
    [
        "",
        "api:/api/panels/",
        "api:/api/panels",
        "api:/api/panels//list",
        "api:/api/panels/task-board/",
        "api:/api/panels/Task-Board/list",
        "api:/api/panels/task_board/list",
        "api:/api/panels/../admin",
        "api:/api/panels/task-board/..",
        "api:/api/panels/%2e%2e/admin",
        "api:/api/panels/task-board/list?x=1",
        "api:/api/panels/task-board/list#x",
        "api:/api/panels/task-board/list\n",
        " api:/api/panels/task-board/list",
        "api:/api/panels/täsk/list",
        "api:/api/widgets/list",
        "API:/api/panels/task-board/list",
        "api:https://evil.example/api/panels/x",
        "https://evil.example/",
        "/api/panels/task-board/list",
        "javascript:alert(1)",
    ],
)
def test_handlers_lead_nowhere_but_to_panels(handler: str) -> None:
    [error], _ = check(put("intents", 0, "handler", handler))
    assert error == (
        f"intents[0].handler: '{handler}' is not 'api:/api/panels/' followed by segments of a-z, 0-9 and '-',"
        " separated by '/'"
    )


@pytest.mark.parametrize("handler", ["api:/api/panels/task-board", "api:/api/panels/task-board/a/b-2/c"])
def test_handlers_with_other_numbers_of_segments(handler: str) -> None:
    assert check(put("intents", 0, "handler", handler)) == ([], [])


@pytest.mark.parametrize("handler", ["api:/api/panels/other/list", "api:/api/panels/task-board-2"])
def test_a_handler_of_another_panel_is_a_warning(handler: str) -> None:
    errors, warnings = check(put("intents", 0, "handler", handler))
    assert errors == []
    assert warnings == [
        f"intents[0].handler: '{handler}' does not begin with 'api:/api/panels/task-board' and will not be served"
    ]


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        (
            lambda document: document["intents"][0].update(exmples=document["intents"][0]["examples"]),
            "intents[0].exmples: unknown key, kept but not used; did you mean 'examples'?",
        ),
        (put("Sandbox", {}), "Sandbox: unknown key, kept but not used; did you mean 'sandbox'?"),
        (
            put("intents", 1, "paramsSchema", "title", "descripton", "x"),
            "intents[1].paramsSchema.title.descripton: unknown key, kept but not used; did you mean 'description'?",
        ),
        (
            put("sandbox", "networkAllowList", []),
            "sandbox.networkAllowList: unknown key, kept but not used; did you mean 'networkAllowlist'?",
        ),
        (
            put("sandbox", "minSize", "depth", 1),
            "sandbox.minSize.depth: unknown key, kept but not used; known here: height, width",
        ),
        (put("title", ""), "title: is empty; the panelId is shown instead"),
    ],
)
def test_oddities_are_warnings(change: Change, warning: str) -> None:
    assert check(change) == ([], [warning])


def test_a_slug_without_letters_is_a_warning() -> None:
    _, warnings = check(put("panelId", "任务板"))
    assert "panelId: gives the slug '---', which says nothing: use some of a-z and 0-9" in warnings


@pytest.mark.parametrize(
    ("character", "code"),
    [("\u202e", "U+202E"), ("\x1b", "U+001B"), ("\U000e0041", "U+E0041"), ("\u200b", "U+200B"), ("\x7f", "U+007F")],
)
@pytest.mark.parametrize(
    "place",
    [
        ("title",),
        ("description",),
        ("intents", 0, "description"),
        ("intents", 0, "examples", 0),
        ("intents", 1, "paramsSchema", "title", "description"),
    ],
)
def test_unseen_characters_are_kept_and_flagged(character: str, code: str, place: tuple[Any, ...]) -> None:
    document = manifest()
    put(*place, f"Task{character} Board")(document)
    result = validate_manifest(document)
    [warning] = result.warnings
    assert (result.errors, code in warning.message) == ([], True)
    assert warning.path.replace("[", ".").startswith(str(place[0]))
    assert strip_unseen(f"Task{character} Board") == "Task Board"


@pytest.mark.parametrize(
    "text", ["Größe\n\tund mehr", "任务 👩‍💻 é", "می‌خواهم", "<script>alert('1')</script> & \"more\" \\u202e"]
)
def test_other_texts_are_just_texts(text: str) -> None:
    assert check(put("description", text)) == ([], [])
    assert strip_unseen(text) == text


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (put("title", "a\0b"), "title"),
        (put("intents", 1, "paramsSchema", "column", "default", "\0"), "intents[1].paramsSchema.column.default"),
        (put("other", {"deep": [{"\0": 1}]}), "other.deep[0]"),
    ],
)
def test_nul_cannot_be_stored(change: Change, path: str) -> None:
    assert check(change)[0] == [f"{path}: has the character U+0000, which cannot be stored"]


def test_a_spelled_out_nul_is_only_text() -> None:
    assert check(put("title", "\\u0000")) == ([], [])


@pytest.mark.parametrize("document", [None, [], "text", 1, 1.5, True])
def test_only_objects_are_manifests(document: object) -> None:
    [error] = validate_manifest(document).errors
    assert error.message.startswith("must be an object, not ")
    assert sentence(error).startswith("manifest: must be")


@pytest.mark.parametrize("value", [float, b"bytes", "\ud800", 10**30])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    [error], _ = check(put("extra", value))
    assert error.startswith("manifest: is not plain JSON")


def test_deep_documents_are_refused() -> None:
    value: list[Any] = []
    for _ in range(5000):
        value = [value]
    [error], _ = check(put("extra", value))
    assert error.startswith("manifest: is not plain JSON")


def test_large_documents_are_refused() -> None:
    [error], _ = check(put("extra", "x" * 102_400))
    assert "bytes; at most 102,400 are allowed" in error


@pytest.mark.parametrize("count", [201, 1000, 100_000])
def test_too_many_intents_are_refused_in_one_sentence(count: int) -> None:
    intents = [{"name": f"n{n}", "permission": "admin", "handler": "?"} for n in range(count)]
    assert check(put("intents", intents))[0] == [f"intents: has {count:,} items; at most 200 are allowed"]


def test_two_hundred_intents_pass() -> None:
    intent = {"description": "", "examples": [], "handler": "api:/api/panels/task-board", "permission": "read"}
    assert check(put("intents", [intent | {"name": f"n{n}"} for n in range(200)])) == ([], [])


def test_at_most_fifty_faults_are_told() -> None:
    errors, warnings = check(put("intents", [{"nam": "x"} for _ in range(200)]))
    assert (len(errors), len(warnings)) == (50, 50)


def test_all_faults_are_told_at_once_in_order() -> None:
    document = manifest()
    intents = [deepcopy(document["intents"][0]) | {"name": f"n{n}", "permission": "admin"} for n in range(11)]
    document |= {"intents": intents, "title": 5, "version": "2"}
    result = validate_manifest(document)
    paths = [problem.path for problem in result.errors]
    assert paths == [*(f"intents[{n}].permission" for n in range(11)), "title", "version"]
    with pytest.raises(InvalidManifest) as caught:
        result.raise_for_errors()
    error = caught.value
    assert (error.code, error.status, error.path) == ("INVALID_MANIFEST", 422, "intents[0].permission")
    assert error.message == "intents[0].permission: 'admin' is not one of 'read', 'write' (and 12 more)"
    assert len(error.errors) == 13


def test_one_fault_is_the_whole_message() -> None:
    document = manifest()
    document["intents"].append(document["intents"][0] | {"name": "third", "permission": "admin"})
    with pytest.raises(InvalidManifest) as caught:
        validate_manifest(document).raise_for_errors()
    assert caught.value.message == "intents[2].permission: 'admin' is not one of 'read', 'write'"


class TestSandbox:
    """The entrypoint and the origins end in headers of the page: nothing odd may get there."""

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "board.js",
            "//widgets.example/board.js",
            "http://widgets.example/board.js",
            "http://localhost.widgets.example/board.js",
            "http://127.0.0.1.widgets.example/board.js",
            "ftp://localhost/board.js",
            "data:text/javascript,alert(1)",
            "javascript:alert(1)",
            "https://",
            "https://user@widgets.example/board.js",
            "https://widgets.example:x/board.js",
            "https://[::1/board.js",
            "https://widgets.example/board.js; script-src *",
            "https://widgets.example/'board.js",
            'https://widgets.example/"board.js',
            "https://widgets.example/bo ard.js",
            "https://widgets.example/board.js\n",
        ],
    )
    @pytest.mark.parametrize("development", [True, False])
    def test_the_entrypoint_must_be_https(self, url: str, development: bool) -> None:
        [error], _ = check(put("sandbox", "entrypoint", url), development=development)
        assert error.startswith("sandbox.entrypoint: ")

    @pytest.mark.parametrize("url", ["http://localhost:3000/board.js", "http://127.0.0.1/board.js"])
    def test_http_from_this_machine_in_development_only(self, url: str) -> None:
        assert check(put("sandbox", "entrypoint", url), development=True) == ([], [])
        [error], _ = check(put("sandbox", "entrypoint", url))
        assert error == f"sandbox.entrypoint: '{url}' is not an https address"

    @pytest.mark.parametrize(
        "origin",
        [
            "",
            "*",
            "https:",
            "https://*",
            "https://*.widgets.example",
            "http://api.widgets.example",
            "https://api.widgets.example/",
            "https://api.widgets.example/path",
            "https://api.widgets.example?q",
            "https://user@api.widgets.example",
            "https://api.widgets.example;",
            "https://api.widgets.example; script-src *",
            "https://api.widgets.example'",
            'https://api.widgets.example"',
            "https://api.widgets.example https://b.example",
            "https://api.widgets.example\n",
            "https://api..example",
            "https://api.widgets.example:99999",
            "https://api.widgets.example:0",
            "https://192.0.2.999",
            "'self'",
        ],
    )
    def test_the_allow_list_has_https_origins_only(self, origin: str) -> None:
        [error], _ = check(put("sandbox", "networkAllowlist", [origin]))
        assert error == (
            f"sandbox.networkAllowlist[0]: '{origin}' is not an https origin such as 'https://api.example.com',"
            " without path, spaces, quotes or ';'"
        )

    @pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1:8000", "http://localhost"])
    def test_http_origins_of_this_machine_in_development_only(self, origin: str) -> None:
        assert check(put("sandbox", "networkAllowlist", [origin]), development=True) == ([], [])
        [error], _ = check(put("sandbox", "networkAllowlist", ["https://api.widgets.example", origin]))
        assert error.startswith(f"sandbox.networkAllowlist[1]: '{origin}' is not an https origin such as ")

    @pytest.mark.parametrize(
        "origin",
        [
            "http://localhost:x",
            "http://localhost:65536",
            "http://localhost.evil.example",
            "http://localhost/",
            "http://127.0.0.1\n",
        ],
    )
    def test_what_only_looks_like_this_machine(self, origin: str) -> None:
        [error], _ = check(put("sandbox", "networkAllowlist", [origin]), development=True)
        assert "is not an https origin" in error

    @pytest.mark.parametrize("length", [(256, 32), (384, 48), (512, 64)])
    def test_the_integrity_of_each_algorithm(self, length: tuple[int, int]) -> None:
        name, size = length
        integrity = f"sha{name}-{base64.b64encode(bytes(size)).decode()}"
        assert check(put("sandbox", "integrity", integrity)) == ([], [])

    @pytest.mark.parametrize(
        "integrity",
        [
            "",
            "sha256-",
            "sha256-abc",
            "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
            "md5-1B2M2Y8AsgTpgAmY7PhCfg==",
            "sha512-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= sha256-x",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        ],
    )
    def test_what_is_no_integrity(self, integrity: str) -> None:
        [error], _ = check(put("sandbox", "integrity", integrity))
        assert error.startswith(f"sandbox.integrity: '{integrity[:79]}")
        assert "is not a hash of the script such as 'sha256-'" in error


class TestConfigSchema:
    """The settings form is made from it, so it must be a schema, whole in itself."""

    @pytest.mark.parametrize(
        ("schema", "path"),
        [
            ({"properties": {"a": {"type": "strin"}}}, "configSchema.properties.a.type"),
            ({"properties": {"a": {"pattern": "("}}}, "configSchema.properties.a.pattern"),
            ({"properties": {"a": {"$ref": "https://evil.example/schema.json"}}}, "configSchema"),
            ({"properties": {"a": {"$ref": "file:///etc/passwd"}}}, "configSchema"),
            ({"properties": {"a": {"$ref": "#/$defs/missing"}}}, "configSchema"),
            ({"required": "a"}, "configSchema.required"),
        ],
    )
    def test_faults(self, schema: dict[str, Any], path: str) -> None:
        [error], _ = check(put("configSchema", schema))
        assert error.startswith(f"{path}: is not JSON Schema 2020-12: ")

    def test_references_inside_are_fine(self) -> None:
        schema = {"$defs": {"a": {"type": "string"}}, "properties": {"a": {"$ref": "#/$defs/a"}}}
        assert check(put("configSchema", schema)) == ([], [])


class TestBlocks:
    """What a higher room registers is known and checked."""

    class Block:
        def validate(self, block: object, manifest: Any, *, development: bool) -> list[Problem]:
            return (
                [] if block in ("good", "odd") else [Problem("", "is bad"), Problem("a", "too"), Problem("[1]", "also")]
            )

        def warn(self, block: object, manifest: Any) -> list[Problem]:
            return [Problem("b", "is odd")] if block == "odd" else []

    def test_a_registered_block_is_known_and_checked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "tools: unknown key" in check(put("tools", "good"))[1][0]
        monkeypatch.setattr(package_blocks, "_blocks", {"tools": self.Block()})
        assert check(put("tools", "good")) == ([], [])
        assert check(put("tools", "other"))[0] == ["tools: is bad", "tools.a: too", "tools[1]: also"]
        assert check(put("tools", "odd")) == ([], ["tools.b: is odd"])
        assert check(put("tool", "good"))[1][0].endswith("did you mean 'tools'?")
        assert package_blocks.of(manifest() | {"tools": "good"}) == {"tools": "good"}

    def test_a_name_is_registered_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(package_blocks, "_blocks", {"tools": self.Block()})
        with pytest.raises(ValueError, match="'tools' is registered twice"):
            package_blocks.register("tools", self.Block())  # type: ignore[arg-type]  # a partial block is enough here


@pytest.mark.parametrize(
    ("panel_id", "slug"),
    [
        ("task-board", "task-board"),
        ("Task Board 2", "task-board-2"),
        ("a_b.c/d", "a-b-c-d"),
        ("Größe", "gr--e"),
        ("-", "-"),
    ],
)
def test_slug_of(panel_id: str, slug: str) -> None:
    assert slug_of(panel_id) == slug


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


ORACLE = jsonschema.Draft202012Validator(SCHEMA)
# A document with U+0000 is refused for that alone.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | TEXTS | st.sampled_from(["1.0", "read", "string"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "name", "width"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.data())
def test_the_fast_validator_agrees_with_the_reference_one(data: st.DataObject) -> None:
    document = manifest()
    holder: Any = document
    while True:
        key = data.draw(
            st.sampled_from(sorted(holder)) if isinstance(holder, dict) else st.integers(0, len(holder) - 1)
        )
        if not isinstance(holder[key], dict | list) or not holder[key] or data.draw(st.booleans()):
            break
        holder = holder[key]
    holder[key] = data.draw(VALUES)
    assert has_shape(document) == ORACLE.is_valid(document)
    result = validate_manifest(document)
    paths = {problem.path for problem in result.errors}
    json.dumps([problem.message for problem in result.errors])
    for error in ORACLE.iter_errors(document):
        expected = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path).lstrip(
            "."
        )
        assert any(path.startswith(expected) for path in paths)


def doubling(levels: int) -> dict[str, Any]:
    """Definitions that each name the next one twice."""
    steps: dict[str, Any] = {
        f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}, {"$ref": f"#/$defs/d{n + 1}"}]} for n in range(levels)
    }
    return {"$ref": "#/$defs/d0", "$defs": steps | {f"d{levels}": {}}}


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"properties": {"a": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}}},
        {"properties": {"$defs": {"$ref": "#"}}},
        {"$anchor": "a", "properties": {"b": {"$ref": "#a"}}},
        doubling(40),
    ],
)
def test_a_config_schema_that_takes_a_validator_for_ever(schema: dict[str, Any]) -> None:
    errors = validate_manifest(manifest() | {"configSchema": schema}).errors
    assert [problem.path for problem in errors] == ["configSchema"]
    assert "unfold to more than" in errors[0].message


@pytest.mark.parametrize(
    "schema",
    [
        doubling(3),
        {"$defs": {"colour": {"enum": ["red"]}}, "properties": {"a": {"$ref": "#/$defs/colour"}}},
        {"properties": {"a": {"$ref": "#/properties/b"}, "b": {"type": "string"}}},
    ],
)
def test_a_config_schema_may_refer_to_its_parts(schema: dict[str, Any]) -> None:
    assert not validate_manifest(manifest() | {"configSchema": schema}).errors
