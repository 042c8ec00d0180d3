"""From a text or an archive to an app."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.apps.conftest import GREETER, SEED_APPS, my_app, seed_app
from tests.packages.test_archives import pack
from widgets_manager.core.exceptions import ApiError
from widgets_manager.packages.parsers import Package, Source, parse_package

APP: dict[str, Any] = {"widgets": {"version": 1, "inline": {"hello": {"type": "text", "text": "Hello"}}}}


def parse(data: bytes | str, filename: str = "") -> Package:
    return parse_package(Source(data.encode() if isinstance(data, str) else data, filename))


def refusal(data: bytes | str, filename: str = "") -> ApiError:
    with pytest.raises(ApiError) as caught:
        parse(data, filename)
    return caught.value


def test_it_works() -> None:
    package = parse(my_app(), "download.zip")
    assert (package.form, package.slug, package.name, package.version) == ("app", "my-app", "My app", "1.2.0")
    assert package.manifest["description"] == "Widgets in files of their own."
    assert (package.manifest["panelType"], package.manifest["intents"]) == ("app", [])
    config = package.blocks["widgets"]
    assert {"hello", "confirm_delete", "source_card", "booking_modal", "source_search"} == set(config["inline"])
    assert [tab["id"] for tab in config["workspace_tabs"]] == ["home"]
    assert package.blocks["capabilities"]["grant"][0]["module"] == "widget"
    assert "widgets/confirm_delete.yaml" in package.files
    assert package.warnings == ()


@pytest.mark.parametrize("name", SEED_APPS)
def test_the_apps_of_the_seed_are_installable_without_a_word(name: str) -> None:
    package = parse(seed_app(name), f"{name}.yaml")
    assert (package.form, package.slug) == ("app", name)
    assert package.warnings == ()


@pytest.mark.parametrize(
    ("filename", "slug", "name"),
    [
        ("rag.yaml", "rag", "Rag"),
        ("my-app/app.yaml", "my-app", "My app"),
        ("app.yaml", "greeter", "Greeter"),
        ("", "greeter", "Greeter"),
        ("Our Greeter.yml", "our-greeter", "Our Greeter"),
    ],
)
def test_a_text_is_named_after_its_file_its_folder_or_its_first_title(filename: str, slug: str, name: str) -> None:
    package = parse(GREETER, filename)
    assert (package.slug, package.name, package.version) == (slug, name, "1.0")
    assert list(package.files) == ["app.yaml"]


def test_an_archive_without_names_is_called_as_its_file_or_folder() -> None:
    assert parse(pack({"app.yaml": GREETER}), "hello-app.zip").slug == "hello-app"
    assert parse(pack({"inside/app.yaml": GREETER}), "hello-app.zip").slug == "inside"


def test_json_is_an_app_where_it_has_no_panel_id() -> None:
    package = parse(json.dumps(APP))
    assert (package.form, list(package.files)) == ("app", ["app.json"])
    assert parse(json.dumps(APP), "words.json").slug == "words"


def test_a_manifest_may_have_widgets_of_its_own() -> None:
    manifest = {"panelId": "todo", "panelType": "list", "title": "Todo", "version": "1.0", "intents": [], **APP}
    package = parse(json.dumps(manifest))
    assert (package.form, package.slug, package.warnings) == ("json", "todo", ())
    assert package.blocks["widgets"]["inline"]["hello"] == {"tree": APP["widgets"]["inline"]["hello"], "data": {}}
    assert package.blocks["widgets"]["workspace_tabs"] == []


def test_a_manifests_blocks_are_checked_with_their_paths() -> None:
    manifest: dict[str, Any] = {
        "panelId": "todo",
        "panelType": "list",
        "title": "Todo",
        "version": "1.0",
        "intents": [],
    }
    manifest["widgets"] = {"version": 1, "inline": {"x": {"type": "textt"}}}
    manifest["capabilities"] = {"grant": [{"module": 7}]}
    error = refusal(json.dumps(manifest))
    assert error.code == "INVALID_MANIFEST"
    paths = [problem.path for problem in error.errors]
    assert "widgets.inline.x.type" in paths
    assert any(path.startswith("capabilities.grant[0]") for path in paths)


def test_every_fault_is_told_with_file_and_line() -> None:
    broken = GREETER.replace("tool: greet", "tool: 7").replace("type: form", "type: from")
    error = refusal(my_app({"app.yaml": broken, "widgets/source_card.yaml": "type: cart\n"}), "x.zip")
    assert (error.code, error.status) == ("INVALID_APP", 422)
    found = {(problem.file, problem.line) for problem in error.errors}
    assert ("widgets/source_card.yaml", 1) in found
    assert ("app.yaml", 11) in found
    assert error.as_dict()["error"]["errors"][0].keys() >= {"path", "message", "line", "file"}


def test_a_single_text_needs_no_file_name() -> None:
    error = refusal(GREETER.replace("action: tool", "action: tol"), "greeter.yaml")
    [problem] = error.errors
    assert (problem.line, problem.file) == (16, None)
    assert "did you mean 'tool'?" in problem.message
    assert error.message.startswith("line 16: widgets.workspace_tabs[0].tree.submit.action.action: unknown action")


def test_a_text_that_cannot_be_read_says_where() -> None:
    [problem] = refusal(my_app({"widgets/source_card.yaml": "a: [1\n"}), "x.zip").errors
    assert (problem.file, bool(problem.line)) == ("widgets/source_card.yaml", True)
    [problem] = refusal(my_app({"app.yaml": b"widgets: \xff"}), "x.zip").errors
    assert "byte 10 is not UTF-8" in problem.message


def test_an_external_widget_may_not_take_a_declared_name() -> None:
    error = refusal(my_app({"widgets/hello.yaml": "type: text\ntext: Other\n"}))
    assert "widgets/hello.yaml" in error.message
    assert error.path == "widgets.inline.hello"


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("name = ", "not TOML"),
        ("name = 7", "must be a text"),
        ('name = "x"\nversion = "one"', "version"),
        ('title = "' + "x" * 201 + '"', "at most 200"),
    ],
)
def test_package_toml_is_checked(toml: str, says: str) -> None:
    error = refusal(my_app({"package.toml": toml}))
    assert error.code == "INVALID_APP"
    assert error.errors[0].file == "package.toml"
    assert says in error.message


def test_package_toml_may_have_a_table() -> None:
    package = parse(my_app({"package.toml": '[package]\nname = "other"\nversoin = "1"\n'}))
    assert (package.slug, package.name) == ("other", "Other")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"readme.md": "x"}, "There is no app.yaml in the archive"),
        ({"a/app.yaml": GREETER, "b/app.yaml": GREETER}, "There is no app.yaml in the archive"),
        ({"app.yaml": GREETER, "app.json": "{}"}, "app.yaml and app.json"),
    ],
)
def test_an_archive_has_one_app(files: dict[str, str], says: str) -> None:
    error = refusal(pack(files))
    assert error.code == "INVALID_ARCHIVE"
    assert says in error.message


@pytest.mark.parametrize("text", ["type: text\ntext: Hello\n", "tree:\n  type: text\n  text: x\n"])
def test_a_tree_alone_is_no_app(text: str) -> None:
    error = refusal(text, "hello.yaml")
    assert error.code == "INVALID_APP"
    assert "block widgets" in error.message


@pytest.mark.parametrize("data", ["not json", "<!doctype html>", '{"panelId": "a"}', "{}", "[]", "name: x"])
def test_other_texts_are_left_to_the_manifest(data: str) -> None:
    assert refusal(data).code in ("INVALID_JSON", "INVALID_MANIFEST")


def test_doubts_are_warnings_with_their_line() -> None:
    text = GREETER.replace("tool: greet", "tool: greett") + (
        "  chat_side:\n    data:\n      all: { type: http, url: https://api.example.org/x }\n"
        "      own: { type: http, url: /rag/source }\n"
        "    tree: { type: list, items: '{{all}}', item: { type: card, title: '{{own}}' } }\n"
    )
    warnings = {problem.path: problem for problem in parse(text, "greeter.yaml").warnings}
    tool = warnings["widgets.workspace_tabs[0].tree.submit.action.tool"]
    assert "did you mean 'greet'?" in tool.message
    assert tool.line == 16
    host = warnings["widgets.chat_side.data.all.url"]
    assert "api.example.org is not allowed" in host.message
    assert "did you mean '/rag/sources'?" in warnings["widgets.chat_side.data.own.url"].message
    granted = text.replace("grant:", "network: [api.example.org]\n  grant:")
    assert "widgets.chat_side.data.all.url" not in {one.path for one in parse(granted, "x.yaml").warnings}


def test_files_that_look_like_widgets_and_are_not_read_are_warned_of() -> None:
    package = parse(my_app({"widgets/card.YAML": "type: [", "widgets/sub/card.yaml": "type: [", "widgets/x.md": "x"}))
    assert [problem.file for problem in package.warnings] == ["widgets/card.YAML", "widgets/sub/card.yaml"]
    assert "is not read" in package.warnings[0].message


def test_grants_that_nothing_serves_are_warnings() -> None:
    text = GREETER.replace("actions: [render, update] }", "actions: [render] }\n    - { module: rag, actions: [qury] }")
    [warning] = parse(text, "x.yaml").warnings
    assert warning.path == "capabilities.grant[1].actions[0]"
    assert "did you mean 'rag.query'?" in warning.message


def test_the_content_decides_the_hash() -> None:
    assert parse(GREETER, "a.yaml").content_hash == parse(GREETER, "a.yaml").content_hash
    assert parse(GREETER, "a.yaml").content_hash != parse(f"{GREETER}\n", "a.yaml").content_hash
