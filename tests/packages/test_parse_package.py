"""From bytes to a package."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.packages.test_validate_manifest import manifest
from widgets_manager.core.exceptions import ApiError
from widgets_manager.packages.parsers import JsonManifest, Package, PackageForms, Source, package_of, parse_package


def parse(document: Any, **options: bool) -> Package:
    return parse_package(Source(json.dumps(document).encode()), **options)


def refusal(data: bytes) -> ApiError:
    with pytest.raises(ApiError) as caught:
        parse_package(Source(data))
    return caught.value


def test_it_works() -> None:
    package = parse(manifest())
    assert (package.form, package.slug, package.name) == ("json", "task-board", "Task Board")
    assert package.version == "1.2.0"
    assert package.manifest == manifest()
    assert (package.blocks, package.files, package.warnings) == ({"sandbox": manifest()["sandbox"]}, {}, ())
    assert package.size == len(json.dumps(manifest(), separators=(",", ":")))


def test_names_and_versions_have_fallbacks() -> None:
    document = manifest() | {"title": "", "panelId": "My Board"}
    del document["widgetVersion"]
    package = parse(document)
    assert (package.name, package.slug, package.version) == ("My Board", "my-board", "1.0")


def test_warnings_come_with_the_package() -> None:
    [warning] = parse(manifest() | {"colour": "red"}).warnings
    assert warning.path == "colour"
    assert parse(manifest() | {"colour": "red"}).manifest["colour"] == "red"


def test_development_reaches_the_validation() -> None:
    document = manifest()
    document["sandbox"]["entrypoint"] = "http://localhost:3000/board.js"
    assert parse(document, development=True).slug == "task-board"
    with pytest.raises(ApiError, match=r"sandbox\.entrypoint"):
        parse(document)


@pytest.mark.parametrize(
    ("data", "code", "status", "path"),
    [
        (b"", "INVALID_JSON", 422, None),
        (b"<!doctype html>", "INVALID_JSON", 422, None),
        (b'{"panelId": "a", "panelId": "b"}', "INVALID_JSON", 422, "panelId"),
        (b'{"panelId": NaN}', "INVALID_JSON", 422, "panelId"),
        (b'{"title": "\\ud800"}', "INVALID_JSON", 422, "title"),
        (b"[" * 5000 + b"]" * 5000, "INVALID_JSON", 422, None),
        (b" " * 10_000_000, "TOO_LARGE", 413, None),
        (b'{"a": "' + b"x" * 200_000 + b'"}', "INVALID_MANIFEST", 422, ""),
        (b"[]", "INVALID_MANIFEST", 422, ""),
        (b"{}", "INVALID_MANIFEST", 422, "intents"),
    ],
)
def test_bad_input(data: bytes, code: str, status: int, path: str | None) -> None:
    error = refusal(data)
    assert (error.code, error.status) == (code, status)
    if path is not None:
        assert error.path == path


class TestContentHash:
    """What identifies a stored version."""

    def test_the_order_of_keys_and_the_spacing_say_nothing(self) -> None:
        reordered = dict(reversed(manifest().items()))
        text = json.dumps(reordered, indent=4).encode()
        assert parse_package(Source(text)).content_hash == parse(manifest()).content_hash

    def test_everything_else_does(self) -> None:
        base = package_of("json", manifest())
        hashes = {
            base.content_hash,
            package_of("zip", manifest()).content_hash,
            package_of("json", manifest() | {"title": "Other"}).content_hash,
            package_of("json", manifest(), files={"a": b"1"}).content_hash,
            package_of("json", manifest(), files={"a": b"2"}).content_hash,
            package_of("json", manifest(), files={"b": b"1"}).content_hash,
        }
        assert len(hashes) == 6
        assert package_of("json", manifest(), files={"a": b"12"}).size == base.size + 2


class TestForms:
    """Later forms are asked before the JSON manifest."""

    class Magic:
        name = "magic"
        max_bytes = 1_000

        def claims(self, source: Source) -> bool:
            return source.data.startswith(b"MAGIC") or source.filename.endswith(".magic")

        def parse(self, source: Source, *, development: bool) -> Package:
            return package_of(self.name, manifest(), files={"original": source.data})

    def test_the_form_that_claims_it_parses_it(self) -> None:
        forms = PackageForms(JsonManifest())
        forms.register(self.Magic())
        assert forms.parse(Source(b"MAGIC 1")).form == "magic"
        assert forms.parse(Source(b"", "board.magic")).files == {"original": b""}
        assert forms.parse(Source(json.dumps(manifest()).encode(), "board.json")).form == "json"

    def test_a_name_is_registered_once(self) -> None:
        with pytest.raises(ValueError, match="'json' is registered twice"):
            PackageForms(JsonManifest()).register(JsonManifest())
