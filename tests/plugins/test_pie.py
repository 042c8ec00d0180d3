"""From a .pie file to a package: what is accepted, and how the rest is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sandbox.plugins.forms import read_pie
from sandbox.plugins.reading import MAX_PROBLEMS, MAX_PUBLIC_FILE, MAX_PUBLIC_FILES
from tests.plugins.packages import CODE, FIXTURES, SAMPLES, TOOL, pie, skill
from widgets_manager.core.exceptions import ApiError, Problem
from widgets_manager.packages.parsers import Package, Source, parse_package
from widgets_manager.packages.validation import validate_manifest

SEED = sorted((FIXTURES / "seed").glob("*.pie"))
BLOCKS = sorted((FIXTURES / "blocks").iterdir())
SECTIONS = (FIXTURES / "seed" / "public-sections.txt").read_text()


def parse(text: str | bytes, filename: str = "doer.pie") -> Package:
    return parse_package(Source(text if isinstance(text, bytes) else text.encode(), filename))


def faults(text: str | bytes, filename: str = "doer.pie") -> tuple[Problem, ...]:
    with pytest.raises(ApiError) as caught:
        parse(text, filename)
    assert caught.value.code == "INVALID_PLUGIN"
    return caught.value.errors


def fault(text: str | bytes) -> Problem:
    found = faults(text)
    assert len(found) == 1, found
    return found[0]


def test_it_works() -> None:
    package = parse(pie({"displayName": "Doer", "version": "1.2.0", "description": "It does."}))
    assert (package.form, package.slug, package.name, package.version) == ("plugin", "doer", "Doer", "1.2.0")
    assert package.warnings == ()
    assert package.files["handler.js"].decode() == CODE
    assert package.files["plugin.pie"].decode().startswith("---\n")
    assert package.blocks["plugin"]["manifest"]["tool"] == TOOL


def test_its_panel_manifest_is_valid_and_has_nothing_to_answer() -> None:
    manifest = parse(pie()).manifest
    result = validate_manifest(manifest)
    assert (result.errors, result.warnings) == ([], [])
    assert (manifest["panelId"], manifest["panelType"], manifest["intents"]) == ("doer", "plugin", [])


def test_a_panel_manifest_cannot_claim_to_be_a_plugin() -> None:
    manifest = {**parse(pie()).manifest, "plugin": {"tier": "tool"}}
    assert [problem.path for problem in validate_manifest(manifest).errors] == ["plugin"]


@pytest.mark.parametrize("path", SEED, ids=lambda path: path.stem)
def test_the_packages_of_the_seed_are_accepted_as_written(path: Any) -> None:
    package = parse(path.read_bytes(), path.name)
    assert package.warnings == ()
    assert package.slug == path.stem


@pytest.mark.parametrize("path", BLOCKS, ids=lambda path: path.stem)
def test_the_manifests_of_the_seed_are_accepted_as_written(path: Any) -> None:
    written = yaml.safe_load(path.read_text())
    manifest = written.get("manifest", written)
    block = parse(pie(sections="===widget===\n<p>Hello</p>\n", **manifest)).blocks["plugin"]
    assert {key: block["manifest"][key] for key in manifest} == manifest


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.pie")), ids=lambda path: path.stem)
def test_the_samples_are_installable_without_a_word(path: Any) -> None:
    assert parse(path.read_bytes(), path.name).warnings == ()


def test_sections_become_files() -> None:
    package = parse(pie(sections=f"\n===widget===\n<p>Hello</p>\n===widget===\n\n{SECTIONS}"))
    assert package.files["widget.html"] == b"<p>Hello</p>\n"
    assert package.files["public/app.js"] == b"console.log('hello');\n"
    assert package.blocks["plugin"]["public"] == {"entry": "index.html", "routes": [{"path": "/", "spa": True}]}
    assert "===widget===" not in package.files["handler.js"].decode()


def test_the_end_of_the_file_closes_a_section() -> None:
    assert parse(pie(sections="===widget===\n<p>Hello</p>")).files["widget.html"] == b"<p>Hello</p>\n"


def test_lines_may_end_as_in_windows() -> None:
    package = parse(pie(sections="===widget===\n<p>Hello</p>\n===widget===\n").replace("\n", "\r\n"))
    assert package.files["widget.html"] == b"<p>Hello</p>\r\n"


def test_pasted_text_is_known_by_its_front_matter() -> None:
    assert parse(pie(), "").form == "plugin"
    assert parse(skill(), "").form == "plugin"


def test_the_line_where_the_code_begins_is_kept() -> None:
    text = pie()
    body = parse(text).blocks["plugin"]["body"]
    assert text.split("\n")[body["line"] - 1] == "async function handler(input, context) {"


def test_hosts_in_the_code_are_found() -> None:
    code = CODE.replace("return", "await context.fetch('https://API.example.com/x?q=' + input.q); return")
    code += "const svg = 'http://www.w3.org/2000/svg';\n"
    code += "// `https://${host}/` and http://localhost/ are no hosts that anybody knows\n"
    assert parse(pie(body=code)).blocks["plugin"]["hosts"] == ["api.example.com"]


def test_every_fault_is_told_at_once_with_file_line_and_path() -> None:
    text = (FIXTURES / "invalid" / "many.pie").read_text()
    told = [f"{one.file}:{one.line} {one.path}: {one.message}" for one in faults(text, "many.pie")]
    assert told == (FIXTURES / "invalid" / "many.txt").read_text().splitlines()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "must begin with a line ---"),
        ("name: doer\n", 1, "must begin with a line ---"),
        ("\n---\nname: doer\n", 2, "is not closed"),
        ("---\n- a\n---\n", 1, "must be an object"),
        ("---\nname: doer\n\ttier: tool\n---\n", 3, "indent with spaces"),
        ("---\nname: doer\nname: doer\n---\n", 3, "appears twice"),
        ("---\na: &a [*a]\n---\n", 2, "stands inside what it names"),
        ("---\nname: !!python/object:os.system x\n---\n", 2, "unknown tag"),
        (pie(sections="===widgets===\nx\n===widgets===\n"), 10, "did you mean 'widget'?"),
        (pie(sections="===widget===\nx\n===widget===\nloose\n"), 13, "text after the section"),
        (pie(sections="===widget===\nx\n===public-config===\n"), 12, "close that one first"),
        (pie(sections="===widget===\n===widget===\n===widget===\n"), 12, "a second section"),
        (pie(sections="===public-file:===\n"), 10, "===public-file:PATH==="),
        (pie(sections="===public-file:/a===\n===public-file:/a===\n===public-file:index.html===\n"), 10, "is relative"),
        (pie(sections="===public-file:../a===\n===public-file:../a===\n===public-file:index.html===\n"), 10, "no '..'"),
        (pie(sections="===public-file:a.html===\nx\n"), 10, "is none of the public files"),
        (pie(body=CODE + "\0"), 10, "U+0000"),
        (skill(text="\n"), None, "there is no prompt"),
        (skill(text="x" * 8_001), 6, "make the skill on-demand"),
        (skill() + "===widget===\nx\n", 7, "a skill has no widget"),
    ],
)
def test_a_text_is_refused_with_its_line(text: str, line: int | None, message: str) -> None:
    found = fault(text)
    assert message in found.message
    assert (found.file, found.line) == ("doer.pie", line)


def test_what_is_not_utf8_is_refused_with_its_line() -> None:
    found = fault(b"---\nname: \xff\n---\n")
    assert (found.line, found.message) == (2, "byte 11 is not UTF-8")


@pytest.mark.parametrize(
    ("header", "manifest", "path", "message"),
    [
        ({"name": "!"}, {}, "name", "which says nothing"),
        ({"tier": "tol"}, {}, "tier", "did you mean 'tool'?"),
        ({"version": "one"}, {}, "version", "a semantic version"),
        ({"tier": "connector"}, {}, "manifest.oauth", "is required"),
        ({"tier": "automation"}, {}, "manifest.automation", "is required"),
        ({"tier": "skill"}, {"tool": None, "trigger": "auto"}, "manifest.tool", "is required"),
        ({"tier": "skill"}, {"widget": {}}, "manifest.widget", "a skill has no widget"),
        ({}, {"trigger": "always"}, "manifest.trigger", "is for skills"),
        ({}, {"tool": {"name": "a b", "description": "x"}}, "manifest.tool.name", "64 letters"),
        ({}, {"tool": {**TOOL, "parameters": {"type": "array"}}}, "manifest.tool.parameters.type", "is not 'object'"),
        (
            {},
            {"tool": {**TOOL, "parameters": {"properties": {"a": {"type": "nope"}}}}},
            "manifest.tool.parameters.properties.a.type",
            "is not JSON Schema 2020-12",
        ),
        ({}, {"permissions": {"hosts": ["https://a.example"]}}, "manifest.permissions.hosts[0]", "without https://"),
        ({}, {"developerSecrets": {"api-key": {}}}, "manifest.developerSecrets.api-key", "capitals"),
        ({}, {"widget": {"maxHeight": 900}}, "manifest.widget.maxHeight", "at most 800"),
        (
            {},
            {"oauth": {"provider": "custom", "tokenUrl": "https://a.example/"}},
            "manifest.oauth",
            "'authorizationUrl' is required",
        ),
        ({}, {"automation": {"triggers": [{"type": "cron"}]}}, "manifest.automation.triggers[0]", "'default' is"),
        (
            {},
            {"automation": {"triggers": [{"type": "cron", "default": "99 * * * *"}]}},
            "manifest.automation.triggers[0].default",
            "is not a cron expression",
        ),
        ({}, {"userFields": {"a": {"type": "select"}}}, "manifest.userFields.a", "'options' is required"),
        ({}, {"userFields": {"a": {"type": "number", "max": 3, "default": 5}}}, "manifest.userFields.a.default", "min"),
        (
            {},
            {"database": {"tables": {"A": {"columns": {"a": "text"}}}}},
            "manifest.database.tables.A",
            "small letters",
        ),
        (
            {},
            {"database": {"tables": {"a": {"columns": {"b": "text); drop table x; --"}}}}},
            "manifest.database.tables.a.columns.b",
            "This is not SQL",
        ),
        (
            {},
            {"database": {"tables": {"a": {"columns": {"b": "text"}, "rls": "c"}}}},
            "manifest.database.tables.a.rls",
            "must name a column of this table",
        ),
        (
            {},
            {"heartbeatEvents": {"events": [{"id": "a", "displayName": "A", "matchers": []}]}},
            "manifest.heartbeatEvents.events[0].matchers",
            "at least 1",
        ),
    ],
)
def test_a_manifest_is_refused_with_its_path(
    header: dict[str, Any], manifest: dict[str, Any], path: str, message: str
) -> None:
    found = fault(pie(header, **manifest))
    assert message in found.message
    assert (found.path, found.file) == (path, "doer.pie")
    assert found.line is not None


@pytest.mark.parametrize(
    ("header", "manifest", "path", "message"),
    [
        ({"teir": "tool"}, {}, "teir", "did you mean 'tier'?"),
        ({"tool": {}}, {}, "tool", "it belongs under manifest"),
        ({}, {"widgt": {}}, "manifest.widgt", "did you mean 'widget'?"),
        ({}, {"tool": {**TOOL, "exmples": []}}, "manifest.tool.exmples", "did you mean 'examples'?"),
        ({}, {"widget": {}}, "manifest.widget", "there is no section ===widget==="),
        ({}, {"tool": None}, "manifest", "nothing starts its code"),
        ({}, {"oauth": {"provider": "google", "clientIdSecret": "ID"}}, "manifest.oauth.clientIdSecret", "is none of"),
        ({"tier": "skill"}, {"tool": None, "database": {"tables": {}}}, "manifest.database", "a skill has no code"),
    ],
)
def test_what_is_odd_is_a_warning(header: dict[str, Any], manifest: dict[str, Any], path: str, message: str) -> None:
    [warning] = parse(pie(header, **manifest)).warnings
    assert warning.path == path
    assert message in warning.message


class TestLimits:
    def test_public_files(self) -> None:
        def page(name: str, size: int = 1) -> str:
            return f"===public-file:{name}===\n{'x' * (size - 1)}\n===public-file:{name}===\n"

        full = "".join(page(f"{number}.js") for number in range(MAX_PUBLIC_FILES - 1)) + page("index.html")
        assert len(parse(pie(sections=full)).files) == MAX_PUBLIC_FILES + 2
        assert "at most 50 are accepted" in fault(pie(sections=full + page("more.js"))).message
        large = page("index.html", MAX_PUBLIC_FILE)
        assert parse(pie(sections=large))
        assert "at most 524,288" in fault(pie(sections=page("index.html", MAX_PUBLIC_FILE + 1))).message
        four = large + "".join(page(f"{number}.js", MAX_PUBLIC_FILE) for number in range(3))
        assert parse(pie(sections=four))
        assert "at most 2,097,152" in fault(pie(sections=four + page("one.js"))).message

    def test_front_matter(self) -> None:
        assert "at most 100,000" in fault(pie({"description": "x" * 100_001})).message

    def test_aliases(self) -> None:
        bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        for this, last in zip("bcdefghi", "abcdefgh", strict=True):
            bomb += f"{this}: &{this} [{', '.join(['*' + last] * 10)}]\n"
        assert "once aliases are written out" in fault(f"---\n{bomb}---\n").message

    def test_faults(self) -> None:
        columns = {f"A{number}": "text" for number in range(2 * MAX_PROBLEMS)}
        assert len(faults(pie(database={"tables": {"a": {"columns": columns}}}))) == MAX_PROBLEMS


@given(st.text(alphabet=st.sampled_from("-=:\n\r ab*&!{}[]\"'#/.\0\ud800widget"), max_size=200))
def test_it_never_crashes(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    read_pie(data)
    read_pie(b"---\nname: a\ntier: tool\n" + data + b"\n---\n" + data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
        max_leaves=10,
    ),
    st.sampled_from(["tool", "widget", "oauth", "automation", "database", "userFields", "heartbeatEvents", "x"]),
)
def test_it_never_crashes_on_a_manifest(value: Any, key: str) -> None:
    text = json.dumps({"name": "a", "tier": "tool", "manifest": {key: value}})
    plugin = read_pie(f"---\n{text}\n---\n{CODE}".encode())
    assert all(problem.message for problem in (*plugin.faults, *plugin.warnings))
