"""Pictures and files in what handlers return."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from chat.turns.media import MAX_MEDIA, take_media

PNG = base64.b64encode(b"\x89PNG....").decode()


def one(result: dict[str, Any]) -> dict[str, Any]:
    _, [found] = take_media(result)
    return found


def test_it_works() -> None:
    left, [found] = take_media({"success": True, "image": f"data:image/png;base64,{PNG}", "description": "A chart"})
    assert left == {"success": True, "image": "(image/png, image: shown to the person)", "description": "A chart"}
    assert found == {
        "kind": "image",
        "name": "image",
        "mime": "image/png",
        "size": 8,
        "url": f"data:image/png;base64,{PNG}",
    }


@pytest.mark.parametrize(
    ("value", "kind", "start"),
    [
        ({"image": {"data": PNG, "mimeType": "image/png", "filename": "a.png"}}, "image", "data:image/png;base64,"),
        ({"image": "<svg xmlns='x'></svg>"}, "image", "data:image/svg+xml,%3Csvg"),
        (
            {"file": {"data": PNG, "mimeType": "text/html", "filename": "x.html"}},
            "file",
            "data:application/octet-stream;",
        ),
        ({"file": {"data": PNG, "mimeType": "image/png", "filename": "a.png"}}, "image", "data:image/png;base64,"),
        (
            {"file": {"filename": "r.pdf", "mimeType": "application/pdf", "url": "https://x.test/r.pdf"}},
            "file",
            "https:",
        ),
        ({"files": [{"filename": "a", "url": "/f/1"}]}, "file", "/f/1"),
    ],
)
def test_forms(value: dict[str, Any], kind: str, start: str) -> None:
    found = one(value)
    assert found["kind"] == kind
    assert found["url"].startswith(start)


@pytest.mark.parametrize(
    "value",
    [
        {"image": "a sunset"},
        {"image": 5, "file": None, "files": "x", "images": {}},
        {"file": {"filename": "x", "url": "javascript:alert(1)"}},
        {"file": {"filename": "x", "url": "file:///etc/passwd"}},
        {"image": "data:text/html,<b>x</b>"},
    ],
)
def test_what_is_neither_stays(value: dict[str, Any]) -> None:
    assert take_media(value) == (value, [])


def test_other_results_stay() -> None:
    for value in ("text", None, [1], 5):
        assert take_media(value) == (value, [])


def test_too_much_is_named_and_not_shown() -> None:
    large = {"image": {"data": "A" * (MAX_MEDIA + 4), "mimeType": "image/png", "filename": "big.png"}}
    found = one(large)
    assert (found["name"], found["url"]) == ("big.png", "")
    _, media = take_media({"images": [f"data:image/png;base64,{PNG}"] * 30})
    assert len(media) == 6
