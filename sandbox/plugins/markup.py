"""Stage: parsing. The scripts and style sheets that a page of HTML loads by its tags, and others in their place.

Where it is read otherwise than by a browser, an address stays as it was written, and the page's policy refuses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import accumulate
from typing import Final

from widgets_manager.egress.exceptions import FetchError
from widgets_manager.egress.urls import parse_target

# What a page may load of itself.
_WITHIN: Final = ("data:", "blob:")
_Attributes = list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Load:
    """A tag that loads something. `begin` and `end` are places in the text, `line` counts from 1."""

    tag: str
    attributes: _Attributes
    key: str
    address: str
    begin: int
    end: int
    line: int

    @property
    def is_style(self) -> bool:
        """Whether it loads a style sheet, and no script."""
        return self.tag == "link"

    def loading(self, address: str) -> str:
        """The tag with that address instead of its own."""
        first = next(index for index, (name, _) in enumerate(self.attributes) if name == self.key)
        changed = [*self.attributes[:first], (self.key, address), *self.attributes[first + 1 :]]
        return f"<{self.tag}{''.join(map(_written, changed))}>"


def loads_of(page: str) -> list[Load]:
    """The tags of the page that load scripts and style sheets, in order."""
    reader = _Reader(page)
    reader.feed(page)
    reader.close()
    return reader.loads


def put_in(page: str, loads: Iterable[Load], addresses: Mapping[int, str]) -> str:
    """The page with addresses, by the tags' numbers from 0, in place of the tags' own."""
    parts, at = [], 0
    for number, load in enumerate(loads):
        if number in addresses:
            parts += [page[at : load.begin], load.loading(addresses[number])]
            at = load.end
    return "".join([*parts, page[at:]])


def normal(address: str) -> str:
    """An address in its normal form, so that two writings of one are one; any other text as it is."""
    text = address.strip()
    try:
        return parse_target(f"https:{text}" if text.startswith("//") else text).url
    except FetchError:
        return text


def unlisted(page: str, scripts: Iterable[str], styles: Iterable[str]) -> Iterator[tuple[int, str]]:
    """What the page names and will not get, since the lists do not have it: the line in it, and a sentence."""
    listed = {False: {*map(normal, scripts)}, True: {*map(normal, styles)}}
    for load in loads_of(page):
        if load.address.strip().lower().startswith(_WITHIN) or normal(load.address) in listed[load.is_style]:
            continue
        wanted = "allowedStyles" if load.is_style else "allowedScripts"
        yield load.line, f"'{load.address[:100]}' is not loaded: it is not in manifest.widget.{wanted}"


class _Reader(HTMLParser):
    """Collects what loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loads: list[Load] = []
        self._lines = [0, *accumulate(len(line) + 1 for line in page.split("\n"))]

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        """Keep the tag, if it loads something."""
        given = dict(reversed(attrs))  # of one that is given twice the first counts
        rel = (given.get("rel") or "").lower().split()
        key = {"script": "src", "link": "href" if "stylesheet" in rel else ""}.get(tag, "")
        address = given.get(key)
        if not address:
            return
        line, column = self.getpos()
        begin = self._lines[line - 1] + column
        end = begin + len(self.get_starttag_text() or "")
        self.loads.append(Load(tag, attrs, key, address, begin, end, line))


def _written(attribute: tuple[str, str | None]) -> str:
    name, value = attribute
    return f" {name}" if value is None else f' {name}="{escape(value)}"'
