"""Reading a body costs no more memory than the body that is accepted."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest

from widgets_manager.egress.bodies import read_body
from widgets_manager.egress.exceptions import FetchError, Reason


def test_it_works() -> None:
    assert read_body([b"{", b"}"], encoding="", max_bytes=2) == b"{}"
    assert read_body([gzip.compress(b"{}")], encoding=" GZIP ", max_bytes=1000) == b"{}"


def test_a_bomb_is_never_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000), 9)
    tracemalloc.start()
    try:
        with pytest.raises(FetchError) as caught:
            read_body([bomb], encoding="gzip", max_bytes=1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert caught.value.reason == Reason.TOO_LARGE


def test_the_rest_is_not_asked_for_once_it_is_too_much() -> None:
    chunks = iter([b"x"] * 10)
    with pytest.raises(FetchError):
        read_body(chunks, encoding="identity", max_bytes=3)
    assert len(list(chunks)) == 6
