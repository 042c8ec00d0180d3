"""The sample manifests are what a third party would be proud of: valid, without warnings, served in full."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from widgets_manager.packages.parsers import Package, Source, parse_package

SAMPLES = sorted((Path(__file__).parents[2] / "samples" / "manifests").glob("*.json"))
RESERVED = re.compile(r"recent|demo|quick-links-[a-z]")
# Operations of the data-driven templates, with the parameters that each takes.
OPERATIONS = {
    "taskboard": {
        "list": {"column", "done"},
        "add": {"title", "column"},
        "move": {"title", "position", "column"},
        "complete": {"title", "position"},
        "remove": {"title", "position"},
        "clear": {"done"},
    },
    "list": {
        "list": {"done"},
        "add": {"title", "author", "pages"},
        "update": {"title", "position", "newTitle", "author", "pages", "done"},
        "remove": {"title", "position"},
        "clear": {"done"},
    },
    "notes": {
        "list": set(),
        "show": {"title", "position"},
        "add": {"title", "text"},
        "append": {"title", "text"},
        "remove": {"title", "position"},
    },
    "links": {
        "list": set(),
        "open": {"name", "position"},
        "add": {"url", "name"},
        "remove": {"name", "position"},
    },
    "metric": {"show": set(), "set": {"value"}, "add": {"value"}},
}
READS = {"list", "show", "open"}


def package(file: Path) -> Package:
    return parse_package(Source(file.read_bytes(), file.name))


def test_it_works() -> None:
    assert [file.stem for file in SAMPLES] == [
        "meeting-notes",
        "reading-list",
        "sales-metric",
        "task-board",
        "team-links",
    ]
    assert {package(file).manifest["panelType"] for file in SAMPLES} == set(OPERATIONS)


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: str(file.stem))
class TestSample:
    def test_it_is_valid_without_warnings(self, file: Path) -> None:
        sample = package(file)
        assert sample.warnings == ()
        assert sample.slug == file.stem
        assert not RESERVED.fullmatch(sample.slug)
        assert re.fullmatch(r"\d+\.\d+\.\d+", sample.version)

    def test_its_intents_are_the_operations_of_its_template(self, file: Path) -> None:
        manifest = package(file).manifest
        offered = {
            intent["handler"].rpartition("/")[2]: set(intent.get("paramsSchema", {})) for intent in manifest["intents"]
        }
        assert offered == OPERATIONS[manifest["panelType"]]
        for intent in manifest["intents"]:
            operation = intent["handler"].removeprefix(f"api:/api/panels/{file.stem}/")
            assert (intent["permission"] == "read") is (operation in READS)

    def test_its_words_help_the_chat(self, file: Path) -> None:
        intents = package(file).manifest["intents"]
        examples = [example for intent in intents for example in intent["examples"]]
        assert 8 <= len(examples) <= 14
        assert len({example.lower() for example in examples}) == len(examples)
        assert all(intent["examples"] and intent["description"].endswith(".") for intent in intents)
        described = [spec.get("description") for intent in intents for spec in intent.get("paramsSchema", {}).values()]
        assert all(described)


def test_the_samples_claim_no_sentence_twice() -> None:
    examples = [
        example.lower()
        for file in SAMPLES
        for intent in package(file).manifest["intents"]
        for example in intent["examples"]
    ]
    assert len(set(examples)) == len(examples)
    assert "add buy milk to board b" in examples
