"""What trees mention: which addresses fit what is written in them."""

from __future__ import annotations

import pytest

from widgets_manager.sessions import mentions
from widgets_manager.sessions.mentions import MAX_URL, named_in


def fits(written: str, url: str) -> bool:
    return named_in({"action": "http", "url": written}).asks("POST", url)


@pytest.mark.parametrize(
    ("written", "url", "expected"),
    [
        ("/a", "/a", True),
        ("/a", "/ab", False),
        ("/a/{{ctx.id}}", "/a/7", True),
        ("/a/{{ctx.id}}", "/b/7", False),
        ("/a/{{ctx.id}}", "/a/../b", False),
        ("/a/{{ctx.id}}/x", "/a/7/x", True),
        ("/a/{{ctx.id}}/x", "/a/x", False),  # what begins and what ends may not overlap
        ("/a/{{ctx.id}}/b/{{ctx.no}}/c", "/a/1/b/2/b/3/c", True),
        ("/a/{{ctx.id}}/b/{{ctx.no}}/c", "/a/1/c", False),
        ("/a/{{ctx.id}}/b/{{ctx.no}}/b/c", "/a/1/b/c", False),
        ("{{ctx.a}}{{ctx.b}}", "anything\nat all", True),
        ("/a.c/{{ctx.id}}", "/abc/7", False),
    ],
)
def test_it_works(written: str, url: str, expected: bool) -> None:
    assert fits(written, url) is expected


def test_no_address_is_tried_in_many_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each literal part is looked for once, however often it stands in the address."""
    asked: list[str] = []

    class Counting(str):
        def find(self, *arguments: object) -> int:
            asked.append(str(arguments[0]))
            return super().find(*arguments)  # type: ignore[arg-type]  # as str.find is called

    assert not mentions._fits("{{ctx.a}}x" * 5 + "y", Counting("x" * 190))
    assert mentions._fits("{{ctx.a}}x" * 5, Counting("x" * 190))
    assert asked == ["x"] * 4


def test_long_addresses_fit_nothing() -> None:
    assert fits("/a/{{ctx.id}}", "/a/" + "x" * (MAX_URL - 3))
    assert not fits("/a/{{ctx.id}}", "/a/" + "x" * (MAX_URL - 2))
