"""Stage: parsing. The scripts and style sheets that a page of HTML loads by its tags, and others in their place.

Pages are read in one pass, whatever stands in them. Where one is read otherwise than by a browser, an address stays as
it was written, and the page's policy refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

from widgets_manager.egress.exceptions import FetchError
from widgets_manager.egress.urls import parse_target

# What a page may load of itself.
_WITHIN: Final = ("data:", "blob:")
_NAME: Final = re.compile(r"[A-Za-z][^\s/>]*+", re.ASCII)
_ATTRIBUTE: Final = re.compile(r"[\s/]*+([^\s/>][^\s/>=]*+)(\s*+=\s*+)?", re.ASCII)
_UNQUOTED: Final = re.compile(r"[^\s>]*+", re.ASCII)
_REFERENCE: Final = re.compile(r"&(?:#[0-9]++|#[xX][0-9a-fA-F]++|[A-Za-z][A-Za-z0-9]*+);")
# Elements whose content has no tags.
_RAW: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript")
}
_Attributes = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Load:
    """A tag that loads something. The address as it is written, quotes included, is `page[begin:end]`; lines from 1."""

    is_style: bool
    address: str
    begin: int
    end: int
    line: int


def loads_of(page: str) -> list[Load]:
    """The tags of the page that load scripts and style sheets, in order."""
    loads: list[Load] = []
    counted, line = 0, 1
    for tag, attributes in _start_tags(page):
        key = {"script": "src", "link": "href"}.get(tag, "")
        is_other_link = tag == "link" and "stylesheet" not in _value(page, attributes, "rel").lower().split()
        if key not in attributes or is_other_link:
            continue
        begin, end = attributes[key]
        line += page.count("\n", counted, begin)
        counted = begin
        if address := _value(page, attributes, key):
            loads.append(Load(tag == "link", address, begin, end, line))
    return loads


def put_in(page: str, places: Iterable[tuple[Load, str]]) -> str:
    """The page with an address (without quotes in it) in place of each of these tags' own; in the order of the page."""
    parts, at = [], 0
    for load, address in places:
        parts += [page[at : load.begin], f'"{address}"']
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


def _start_tags(page: str) -> Iterator[tuple[str, _Attributes]]:
    """Each start tag's name, and where the values of its attributes are; a page may end in the middle of anything."""
    at = 0
    while (at := page.find("<", at)) >= 0:
        if page.startswith("<!--", at):
            # Two dashes are enough for both ends: <!--> is a comment, too.
            at = _after(page, "-->", at + 2)
        elif name := _NAME.match(page, at + 1):
            tag = name[0].lower()
            end, attributes = _attributes(page, name.end())
            if end < 0:
                return
            yield tag, attributes
            at = _after_raw(page, tag, end)
        elif page.startswith(("<!", "<?"), at):
            at = _after(page, ">", at)
        elif page.startswith("</", at):
            end_name = _NAME.match(page, at + 2)
            at = _attributes(page, end_name.end())[0] if end_name else _after(page, ">", at)
        else:
            at += 1
        if at < 0:
            return


def _attributes(page: str, at: int) -> tuple[int, _Attributes]:
    """From behind a tag's name: where the tag ends (negative: nowhere), and the attributes, of each name the first."""
    attributes: _Attributes = {}
    while found := _ATTRIBUTE.match(page, at):
        begin = end = found.end()
        if found[2] is not None:
            quote = page[begin : begin + 1]
            if quote in ('"', "'"):
                end = _after(page, quote, begin + 1)
                if end < 0:
                    return -1, attributes
            elif unquoted := _UNQUOTED.match(page, begin):
                end = unquoted.end()
        attributes.setdefault(found[1].lower(), (begin, end))
        at = end
    return _after(page, ">", at), attributes


def _after_raw(page: str, tag: str, at: int) -> int:
    """Where tags begin again: at the end tag of an element that has none inside; negative where it never ends."""
    if tag == "plaintext":
        return -1
    if tag not in _RAW:
        return at
    closing = _RAW[tag].search(page, at)
    return closing.start() if closing else -1


def _after(page: str, what: str, at: int) -> int:
    """Behind the next one; negative where there is none."""
    found = page.find(what, at)
    return found + len(what) if found >= 0 else -1


def _value(page: str, attributes: _Attributes, key: str) -> str:
    """The attribute's value, without its quotes and with what its references stand for; empty where it has none."""
    begin, end = attributes.get(key, (0, 0))
    text = page[begin:end]
    if text[:1] in ('"', "'"):
        text = text[1:-1]
    return _REFERENCE.sub(lambda reference: unescape(reference[0]), text)
