"""The matcher's targets over the frozen paraphrases (the full table: `python -m benchmarks.matcher`)."""

from __future__ import annotations

import pytest

from benchmarks.matcher.__main__ import exact_row, frozen_cases
from benchmarks.matcher.scene import Scene, load_scene
from benchmarks.matcher.score import tally
from widgets_manager.llm.matcher import decide


@pytest.fixture(scope="module")
def scene() -> Scene:
    return load_scene()


def test_it_works(scene: Scene) -> None:
    counts = exact_row(scene, decide)
    assert counts["right"] == counts["all"] > 60


@pytest.mark.parametrize("name", ["cases.json", "held_out.json"])
def test_paraphrases(scene: Scene, name: str) -> None:
    counts = tally([case for case in frozen_cases(name) if "expect" not in case], scene, decide)
    assert counts["right"] >= 0.8 * counts["all"]
    assert counts["asked"] <= 0.15 * counts["all"]


@pytest.mark.parametrize("name", ["cases.json", "held_out.json"])
def test_no_wrong_write(scene: Scene, name: str) -> None:
    assert tally(frozen_cases(name), scene, decide)["wrong writes"] == 0
