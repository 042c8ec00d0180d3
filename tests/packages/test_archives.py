"""Zip archives from outside."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from collections.abc import Mapping

import pytest

from widgets_manager.core.exceptions import ApiError
from widgets_manager.packages import archives
from widgets_manager.packages.archives import is_archive, read_archive


def pack(files: Mapping[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of the files, in their order; names may appear twice in different spellings only."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return packed.getvalue()


def entry(info: zipfile.ZipInfo, data: bytes = b"x") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(info, data)
    return packed.getvalue()


def refusal(data: bytes) -> ApiError:
    with pytest.raises(ApiError) as caught:
        read_archive(data)
    return caught.value


def test_it_works() -> None:
    data = pack({"app.yaml": "a: 1", "widgets/": b"", "widgets/x.yaml": b"\xff"})
    assert is_archive(data)
    assert read_archive(data) == {"app.yaml": b"a: 1", "widgets/x.yaml": b"\xff"}
    assert read_archive(pack({})) == {}


def test_what_systems_add_is_left_out() -> None:
    noise = {"__MACOSX/._app.yaml": "x", "a/.DS_Store": "x", "Thumbs.db": "x"}
    assert list(read_archive(pack({**noise, "a/app.yaml": "x"}))) == ["a/app.yaml"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../app.yaml", "no '..'"),
        ("a/../../b", "no '..'"),
        ("/etc/passwd", "relative"),
        ("C:/x", "relative"),
        ("a//b", "no empty parts"),
        ("./a", "no empty parts, no '.'"),
        ("a\\b", "no backslashes"),
        ("a\nb", "no control characters"),
        ("x" * 301, "1 to 300 characters"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, says: str) -> None:
    error = refusal(pack({name: "x"}))
    assert (error.code, error.status) == ("INVALID_ARCHIVE", 422)
    assert says in error.message
    assert error.path == name[:100]


def test_two_names_for_one_place_are_refused() -> None:
    assert "twice" in refusal(pack({"App.yaml": "x", "app.YAML": "y"})).message


def test_the_same_name_twice_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a", "2")
    assert "twice" in refusal(packed.getvalue()).message


def test_links_are_refused() -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "is a link" in refusal(entry(link, b"/etc/passwd")).message


def test_encrypted_entries_are_refused() -> None:
    data = bytearray(pack({"a": "x"}, method=zipfile.ZIP_STORED))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, 1)
    struct.pack_into("<H", data, 6, 1)
    assert "encrypted" in refusal(bytes(data)).message


def test_other_ways_of_packing_are_refused() -> None:
    assert "method 12" in refusal(pack({"a": "x" * 100}, method=zipfile.ZIP_BZIP2)).message


@pytest.mark.parametrize("cut", [10, 40, -5, -30])
def test_a_damaged_archive_is_refused(cut: int) -> None:
    assert refusal(pack({"a": "hello " * 50})[:cut]).code == "INVALID_ARCHIVE"


def test_a_changed_byte_is_noticed() -> None:
    data = bytearray(pack({"a": "hello"}, method=zipfile.ZIP_STORED))
    data[data.index(b"hello")] ^= 1
    assert "damaged" in refusal(bytes(data)).message


def test_a_bomb_is_stopped_before_it_is_unpacked() -> None:
    bomb = pack({"a": b"\0" * 5_000_000})
    assert len(bomb) < 10_000
    assert "bombs" in refusal(bomb).message
    error = refusal(pack({"a": b"\0" * 20_000_000}))
    assert (error.code, error.status) == ("TOO_LARGE", 413)


def test_entries_inside_of_one_another_are_refused() -> None:
    data = bytearray(pack({"a": "12345", "b": "12345"}))
    second = data.rindex(b"PK\x01\x02")  # its record in the directory now leads to the first entry's bytes
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    assert "inside of another" in refusal(bytes(data)).message


def test_a_form_may_have_narrower_limits() -> None:
    data = pack({"a": "x" * 200, "b": os.urandom(200_000)})
    assert len(read_archive(data, max_unpacked=200_200)) == 2
    with pytest.raises(ApiError, match=r"more than 200,199 bytes"):
        read_archive(data, max_unpacked=200_199)
    dense = pack({"a": b"\0" * 200_000})
    assert refusal(dense).code == "INVALID_ARCHIVE"
    assert len(read_archive(dense, max_ratio=2_000)) == 1


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(pack({f"{n}": "" for n in range(201)})).status == 413
    assert len(read_archive(pack({f"{n}": "" for n in range(200)}))) == 200
    monkeypatch.setattr(archives, "MAX_UNPACKED", 10)
    assert read_archive(pack({"a": "12345", "b": "67890"}))
    assert refusal(pack({"a": "12345", "b": "67890+"})).status == 413
    monkeypatch.setattr(archives, "MAX_ARCHIVE", 20)
    assert refusal(pack({"a": "1"})).status == 413


def test_anything_else_is_no_archive() -> None:
    assert not is_archive(b'{"a": 1}')
    assert refusal(b"PK\x03\x04 and so on").code == "INVALID_ARCHIVE"
