"""Stage: validation. A body is read piece by piece, never more of it than is accepted."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from widgets_manager.egress.exceptions import FetchError, Reason

_GZIP = 16 + zlib.MAX_WBITS


def read_body(chunks: Iterable[bytes], *, encoding: str, max_bytes: int) -> bytes:
    """The decoded body. `encoding` is the answer's Content-Encoding: none, `identity` or `gzip`.

    Raises FetchError: `too_large` as soon as it has more than `max_bytes` sent or decoded, `protocol` when it is
    encoded otherwise or damaged.
    """
    limited = _limited(chunks, max_bytes)
    match encoding.strip().lower():
        case "" | "identity":
            return b"".join(limited)
        case "gzip" | "x-gzip":
            return _gunzip(limited, max_bytes)
    raise FetchError(Reason.PROTOCOL, f"The answer is encoded as '{encoding[:40]}'; only gzip was asked for.")


def too_large(max_bytes: int) -> FetchError:
    """The refusal for a body of more than `max_bytes`."""
    return FetchError(Reason.TOO_LARGE, f"The answer is larger than {max_bytes:,} bytes.")


def _limited(chunks: Iterable[bytes], max_bytes: int) -> Iterable[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise too_large(max_bytes)
        yield chunk


def _gunzip(chunks: Iterable[bytes], max_bytes: int) -> bytes:
    """The unpacked body of one gzip member; a bomb is stopped one byte past the limit."""
    unpacker = zlib.decompressobj(_GZIP)
    body = bytearray()
    try:
        for chunk in chunks:
            body += unpacker.decompress(chunk, max_bytes + 1 - len(body))
            if len(body) > max_bytes:
                raise too_large(max_bytes)
            if unpacker.unused_data:
                raise FetchError(Reason.PROTOCOL, "The answer has data after the end of its gzip form.")
    except zlib.error:
        raise FetchError(Reason.PROTOCOL, "The answer's gzip form is damaged.") from None
    if not unpacker.eof:
        raise FetchError(Reason.PROTOCOL, "The answer's gzip form is cut off.")
    return bytes(body)
