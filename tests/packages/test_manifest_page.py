"""docs/manifest.md says what the code does: its examples run, its tables are the schema's."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from widgets_manager.packages.exceptions import InvalidManifest
from widgets_manager.packages.parsers import Source, parse_package
from widgets_manager.packages.validation import MAX_MANIFEST_BYTES, MAX_PROBLEMS
from widgets_manager.packages.validation.shape import SCHEMA

PAGE = (Path(__file__).parents[2] / "docs" / "manifest.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```json manifest\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
INTENT, PARAM, SANDBOX = (SCHEMA["$defs"][name] for name in ("intent", "param", "sandbox"))


def rows(heading: str) -> dict[str, tuple[bool, str]]:
    """Of the first table under a heading: whether each key is required, and what is said of it."""
    section = re.split(r"^#+ ", PAGE.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    found = {}
    for keys, required, text in re.findall(r"^\| (`.*?) \| *(required)? *\| (.*) \|$", section, re.MULTILINE):
        found.update({key: (bool(required), text) for key in re.findall(r"`(\w+)`", keys)})
    return found


def test_it_works() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: str(json.loads(text)["panelId"]))
def test_each_example_is_a_manifest_without_warnings(text: str) -> None:
    package = parse_package(Source(text.encode()))
    assert package.warnings == ()


@pytest.mark.parametrize(
    ("heading", "schema"),
    [("The document", SCHEMA), ("Intents", INTENT), ("Parameters", PARAM), ("Sandbox", SANDBOX)],
)
def test_each_key_is_described(heading: str, schema: dict[str, dict[str, object]]) -> None:
    table = rows(heading)
    assert set(table) == set(schema["properties"])
    assert {key for key, (required, _) in table.items() if required} == set(schema["required"])


def test_limits_are_the_schemas() -> None:
    for heading, schema in [("The document", SCHEMA), ("Intents", INTENT), ("Parameters", PARAM), ("Sandbox", SANDBOX)]:
        for key, (_, text) in rows(heading).items():
            spec = schema["properties"][key]
            for limit in ("maxLength", "maxItems", "maxProperties"):
                # A version's length limit only keeps it storable.
                if limit in spec and key not in ("widgetVersion", "handler", "entrypoint"):
                    assert f"{spec[limit]:,}" in text, f"{key}: {limit}"
    assert f"{INTENT['properties']['examples']['items']['maxLength']} characters" in PAGE
    assert f"at most {MAX_MANIFEST_BYTES // 1024} KB" in PAGE
    assert f"the first {MAX_PROBLEMS}" in PAGE


def test_the_error_shown_is_the_error_given() -> None:
    [shown] = re.findall(r"^```json error\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    document = json.loads(EXAMPLES[0])
    document["intents"].append(document["intents"][0] | {"name": "third", "permission": "admin"})
    del document["title"]
    with pytest.raises(InvalidManifest) as caught:
        parse_package(Source(json.dumps(document).encode()))
    assert caught.value.as_dict() == json.loads(shown)
