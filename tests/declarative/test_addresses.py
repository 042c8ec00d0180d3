"""Addresses written in trees: the schemes that a link, an open_url and a picture may have."""

from __future__ import annotations

from typing import Any

import pytest

from widgets_manager.declarative.compiler import compile_tree

LINKS = "https, http, mailto, tel"


def node(kind: str, address: str) -> dict[str, Any]:
    """A tree whose one address it is."""
    if kind == "open_url":
        return {"type": "button", "label": "Go", "action": {"action": "open_url", "url": address}}
    return {"type": kind, "src" if kind == "image" else "url": address}


def test_it_works() -> None:
    compiled = compile_tree(node("link", "javascript:alert(1)"))
    assert [str(problem) for problem in compiled.errors] == [
        f"tree.url: an address must be {LINKS} or a path on this server, not javascript:"
    ]


@pytest.mark.parametrize("kind", ["link", "open_url", "image"])
@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", " JavaScript:x", "java\nscript:x", "data:text/html,x", "data:{{ctx.x}}", "file:///x"],
)
def test_other_schemes_are_errors(kind: str, address: str) -> None:
    (problem,) = compile_tree(node(kind, address)).errors
    assert problem.path == {"link": "tree.url", "open_url": "tree.action.url", "image": "tree.src"}[kind]
    assert "or a path on this server" in problem.message


@pytest.mark.parametrize("kind", ["link", "open_url", "image"])
@pytest.mark.parametrize(
    "address", ["https://example.org/a:b", "HTTP://x", "/a:b", "{{ctx.x}}", "{{ctx.x}}data:", "/x/{{ctx.x}}"]
)
def test_those_that_people_are_sent_to_are_none(kind: str, address: str) -> None:
    assert compile_tree(node(kind, address)).errors == ()


def test_mail_and_telephones_are_for_links() -> None:
    for address in ("mailto:a@example.org", "tel:+4930123"):
        assert compile_tree(node("link", address)).errors == ()
        (problem,) = compile_tree(node("image", address)).errors
        assert problem.message.startswith("an address must be https, http or a path")
