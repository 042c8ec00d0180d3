"""Adaptive Cards: elements as primitives of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from widgets_manager.declarative.importing.adaptive_actions import Actions
from widgets_manager.declarative.importing.adaptive_inputs import INPUTS
from widgets_manager.declarative.importing.places import marked
from widgets_manager.declarative.importing.result import Node, Notes, stacked
from widgets_manager.declarative.importing.texts import (
    Names,
    address,
    has_markdown,
    literal,
    number,
    piece,
    pixels,
    plain,
    source,
    wrap,
)

_SIZES: Final = {"small": "caption", "medium": "subheading", "large": "heading", "extralarge": "title"}
_WEIGHTS: Final = {"bolder": "bold", "lighter": "regular"}
_COLOURS: Final = {"good": "success", "warning": "warning", "attention": "error", "accent": "blue"}
_ACCENTS: Final = {"good": "green", "warning": "orange", "attention": "red", "accent": "blue"}
_SIDES: Final = {"left": "start", "center": "center", "right": "end"}
_PICTURES: Final = {"small": 40, "medium": 80, "large": 160}
_MOMENT: Final = re.compile(r"\{\{(DATE|TIME)\(\s*([0-9T:.Z+-]{4,40})\s*(?:,\s*(SHORT|LONG|COMPACT))?\s*\)\}\}")
_NO_BUILDER: Final = "there is no equivalent here"


@dataclass(slots=True)
class Card:
    """Builds the nodes of one card. `toggled` are the ids that an action shows or hides, with how they begin."""

    notes: Notes
    scope: str
    names: Names = field(default_factory=Names)
    toggled: dict[str, bool] = field(default_factory=dict)
    depth: int = 0

    def elements(self, listed: Any, path: str) -> list[Node]:
        """The nodes of a list of elements."""
        nodes: list[Node] = []
        for place, element in enumerate(listed if isinstance(listed, list) else ()):
            if self.notes.is_full:
                break
            nodes += self.element(element, f"{path}[{place}]")
        return nodes

    def element(self, element: Any, path: str) -> list[Node]:
        """The nodes of one element: none where it asks to be dropped, a line before it where it is set apart."""
        if not isinstance(element, dict):
            return [self.notes.notice(path, "element", "must be an object")]
        kind = plain(element.get("type"))
        if full := self.notes.room(self.depth):
            return [self.notes.notice(path, kind, f"left out: {full}")]
        build = _BUILDERS.get(kind)
        if build is None or not _served(element.get("requires")):
            return self._fallback(
                element, kind, path, _NO_BUILDER if build is None else "needs features that are not here"
            )
        self.depth += 1
        try:
            node = marked(self._shown(build(self, element, path), element), self.notes.locate(path))
        finally:
            self.depth -= 1
        return [{"type": "divider"}, node] if element.get("separator") is True else [node]

    def _fallback(self, element: Mapping[str, Any], kind: str, path: str, message: str) -> list[Node]:
        instead = element.get("fallback")
        if instead == "drop":
            self.notes.note(path, kind, f"{message}; it asks to be left out then")
            return []
        if isinstance(instead, dict):
            self.notes.note(path, kind, f"{message}; its own fallback is shown")
            self.depth += 1
            try:
                return self.element(instead, f"{path}.fallback")
            finally:
                self.depth -= 1
        return [self.notes.notice(path, kind or "element", message)]

    def _shown(self, node: Node, element: Mapping[str, Any]) -> Node:
        name = element.get("id")
        if isinstance(name, str) and name in self.toggled:
            return {**node, "visible_if": wrap(self.visibility(name))}
        return {**node, "visible_if": False} if element.get("isVisible") is False else node

    def visibility(self, name: str) -> str:
        """The place in the state that says whether the element with this id is shown."""
        return f"state.{self.scope}.{self.names.of(f'shown {name}')}"

    def initial_state(self) -> dict[str, Any]:
        """What is shown and hidden at first."""
        shown = {self.visibility(name).rpartition(".")[2]: visible for name, visible in self.toggled.items()}
        return {self.scope: shown} if shown else {}

    def find_toggled(self, card: Any) -> None:
        """Note every id that an Action.ToggleVisibility names, with how its element begins."""
        hidden = {str(one["id"]) for one in _objects(card) if one.get("isVisible") is False and "id" in one}
        for action in _objects(card):
            targets = action.get("targetElements") if action.get("type") == "Action.ToggleVisibility" else None
            for target in targets if isinstance(targets, list) else ():
                name = target.get("elementId") if isinstance(target, dict) else target
                if isinstance(name, str):
                    self.toggled[name] = name not in hidden

    def has_inputs(self, value: Any) -> bool:
        """Whether there is any input."""
        return any(plain(one.get("type")) in INPUTS for one in _objects(value))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in the value, from the outside in; the depth of what is parsed from JSON is bounded."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _served(requires: Any) -> bool:
    """Whether a host that knows Adaptive Cards 1.6 and nothing else has all features."""
    if not isinstance(requires, dict):
        return True
    return all(name == "adaptiveCards" and _VERSION.fullmatch(plain(version)) for name, version in requires.items())


_VERSION: Final = re.compile(r"\*|1(\.[0-6])?(\.\d+)*")


def shown_text(value: object) -> str:
    """A text of a card: literal, with its dates as expressions."""
    text = plain(value)
    parts, start = [], 0
    for moment in _MOMENT.finditer(text):
        style = {"SHORT": "medium", "LONG": "long"}.get(moment[3] or "", "short")
        shown = f"{source(moment[2])} | " + (f"date('{style}')" if moment[1] == "DATE" else "time")
        parts += [piece(text[start : moment.start()]), wrap(shown)]
        start = moment.end()
    return "".join([*parts, piece(text[start:])]) if parts else literal(text)


def _text_block(card: Card, element: Mapping[str, Any], path: str) -> Node:
    text = plain(element.get("text"))
    if has_markdown(text):
        return {"type": "markdown", "text": shown_text(text)}
    node: Node = {"type": "text", "text": shown_text(text)} | _styled(element)
    if element.get("style") == "heading":
        node["variant"] = "heading"
    lines = number(element.get("maxLines"))
    if element.get("wrap") is not True:
        node["lines"] = 1
    if isinstance(lines, int) and lines > 0:
        node["lines"] = lines
    return node


def _styled(element: Mapping[str, Any]) -> Node:
    size, weight, colour, side = (
        plain(element.get(name)).lower() for name in ("size", "weight", "color", "horizontalAlignment")
    )
    node: Node = {}
    if size in _SIZES:
        node["variant"] = _SIZES[size]
    if weight in _WEIGHTS:
        node["weight"] = _WEIGHTS[weight]
    if colour in _COLOURS:
        node["color"] = _COLOURS[colour]
    elif element.get("isSubtle") is True:
        node["color"] = "muted"
    if plain(element.get("fontType")).lower() == "monospace":
        node["variant"] = "code"
    return {**node, "align": _SIDES[side]} if side in _SIDES else node


_MARKS: Final = re.compile(r"([\\`*_\[\]<>#~|])")


def _rich_text(card: Card, element: Mapping[str, Any], path: str) -> Node:
    runs = element.get("inlines")
    return {"type": "markdown", "text": "".join(map(_run, runs if isinstance(runs, list) else ()))}


def _run(run: Any) -> str:
    """A run of text as Markdown, what it says untouched."""
    traits = run if isinstance(run, dict) else {}
    said = plain(traits.get("text") if traits else run)
    text = _MARKS.sub(r"\\\1", said)
    inner = text.strip()
    if inner:
        for trait, mark in (("strikethrough", "~~"), ("italic", "*")):
            inner = f"{mark}{inner}{mark}" if traits.get(trait) is True else inner
        inner = f"**{inner}**" if plain(traits.get("weight")).lower() == "bolder" else inner
        action = traits.get("selectAction")
        url = (
            address(action.get("url")) if isinstance(action, dict) and action.get("type") == "Action.OpenUrl" else None
        )
        if url and not re.search(r"[\s()<>{}]", url):
            return text[: len(text) - len(text.lstrip())] + f"[{piece(inner)}]({url})" + text[len(text.rstrip()) :]
        text = text[: len(text) - len(text.lstrip())] + inner + text[len(text.rstrip()) :]
    return piece(text)


def _image(card: Card, element: Mapping[str, Any], path: str) -> Node:
    src = address(element.get("url"), image=True)
    if src is None:
        return card.notes.notice(path, "Image", "only https and http addresses of images can be shown")
    node: Node = {"type": "image", "src": src, "alt": literal(element.get("altText", "")), "fit": "contain"}
    size = _PICTURES.get(plain(element.get("size")).lower())
    width, height = pixels(element.get("width")) or size, pixels(element.get("height")) or size
    node |= {name: value for name, value in (("width", width), ("height", height)) if value}
    if plain(element.get("style")).lower() == "person":
        node |= {"radius": 9999, "fit": "cover"}
    return _pressed(card, node, element, path)


def _image_set(card: Card, element: Mapping[str, Any], path: str) -> Node:
    size = element.get("imageSize", "medium")
    listed = element.get("images")
    images = (
        [{"size": size, **one, "type": "Image"} for one in listed if isinstance(one, dict)]
        if isinstance(listed, list)
        else []
    )
    return {"type": "row", "children": card.elements(images, f"{path}.images")}


def _media(card: Card, element: Mapping[str, Any], path: str) -> Node:
    sources = element.get("sources")
    urls = [address(one.get("url")) for one in sources if isinstance(one, dict)] if isinstance(sources, list) else []
    if not urls or urls[0] is None:
        return card.notes.notice(path, "Media", "there is no address that can be opened")
    card.notes.note(path, "Media", "is shown as a link")
    return {"type": "link", "label": literal(element.get("altText") or "Media"), "url": urls[0], "icon": "play_arrow"}


def _container(card: Card, element: Mapping[str, Any], path: str) -> Node:
    node = _boxed(element, card.elements(element.get("items"), f"{path}.items"))
    if "backgroundImage" in element:
        card.notes.note(path, "Container", "a picture behind it is not shown")
    return _pressed(card, node, element, path)


def _boxed(element: Mapping[str, Any], children: list[Node]) -> Node:
    style = plain(element.get("style")).lower()
    if style in _ACCENTS:
        return {"type": "card", "accent": _ACCENTS[style], "children": children}
    return {"type": "card" if style == "emphasis" else "column", "children": children}


def _pressed(card: Card, node: Node, element: Mapping[str, Any], path: str) -> Node:
    if "selectAction" not in element:
        return node
    action = Actions(card, []).action(element["selectAction"], f"{path}.selectAction")
    if action is None:
        return node
    return (
        {**node, "action": action}
        if node["type"] in ("image", "card")
        else {"type": "card", "children": [node], "action": action}
    )


def _column_set(card: Card, element: Mapping[str, Any], path: str) -> Node:
    listed = element.get("columns")
    columns = []
    for place, column in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(column, dict):
            [*_, node] = card.element({**column, "type": "Column"}, f"{path}.columns[{place}]") or [{"type": "spacer"}]
            columns.append(node | _share(column.get("width")))
    return _pressed(card, {"type": "row", "wrap": False, "children": columns}, element, path)


def _share(width: Any) -> Node:
    amount = number(width)
    if plain(width).lower() == "stretch":
        return {"flex": 1}
    return {"flex": amount} if amount is not None and 0 < amount <= 1000 else {}


def _fact_set(card: Card, element: Mapping[str, Any], path: str) -> Node:
    facts = element.get("facts")
    rows = [
        {
            "type": "row",
            "wrap": False,
            "children": [
                {"type": "text", "text": shown_text(fact.get("title")), "weight": "semibold", "flex": 1},
                {"type": "text", "text": shown_text(fact.get("value")), "flex": 2},
            ],
        }
        for fact in (facts if isinstance(facts, list) else [])[:200]
        if isinstance(fact, dict)
    ]
    return {"type": "column", "gap": 4, "children": rows}


def _table(card: Card, element: Mapping[str, Any], path: str) -> Node:
    listed = element.get("rows")
    rows = [
        [cell for cell in row["cells"] if isinstance(cell, dict)]
        for row in (listed if isinstance(listed, list) else ())
        if isinstance(row, dict) and isinstance(row.get("cells"), list)
    ]
    width = max(map(len, rows), default=0)
    if not width:
        return card.notes.notice(path, "Table", "has no cells")
    if all(_plain_cell(cell) is not None for row in rows for cell in row):
        return _plain_table(element, rows, width)
    cells = [
        stacked(
            card.elements(cell.get("items"), f"{path}.rows[{place}].cells[{index}].items")
            or [{"type": "spacer", "size": 0}]
        )
        for place, row in enumerate(rows)
        for index, cell in enumerate([*row, *([{}] * (width - len(row)))])
    ]
    return {"type": "grid", "columns": width, "min_width": 80, "children": cells}


def _plain_cell(cell: Mapping[str, Any]) -> str | None:
    """What a cell says, if it holds nothing but texts."""
    items = cell.get("items", [])
    if not isinstance(items, list) or "selectAction" in cell:
        return None
    texts = [one.get("text") if isinstance(one, dict) and one.get("type") == "TextBlock" else None for one in items]
    return None if None in texts else "\n".join(map(plain, texts))


def _plain_table(element: Mapping[str, Any], rows: list[list[dict[str, Any]]], width: int) -> Node:
    texts = [[_plain_cell(cell) or "" for cell in row] + [""] * (width - len(row)) for row in rows]
    head = texts.pop(0) if element.get("firstRowAsHeader", True) and len(texts) > 1 else [""] * width
    columns = [{"key": f"c{place}", "label": literal(title) or f"{place + 1}"} for place, title in enumerate(head)]
    return {
        "type": "table",
        "columns": columns,
        "rows": [{f"c{place}": literal(said) for place, said in enumerate(row)} for row in texts],
    }


def _carousel(card: Card, element: Mapping[str, Any], path: str) -> Node:
    card.notes.note(path, "Carousel", "is shown as tabs")
    listed = element.get("pages")
    tabs = [
        {
            "id": f"page_{place + 1}",
            "title": f"{place + 1}",
            "children": card.elements(page.get("items"), f"{path}.pages[{place}].items"),
        }
        for place, page in enumerate((listed if isinstance(listed, list) else [])[:50])
        if isinstance(page, dict)
    ]
    return {"type": "tabs", "tabs": tabs} if tabs else card.notes.notice(path, "Carousel", "has no pages")


def _action_set(card: Card, element: Mapping[str, Any], path: str) -> Node:
    listed = element.get("actions")
    return stacked(
        Actions(card, listed if isinstance(listed, list) else []).nodes(f"{path}.actions")
        or [{"type": "spacer", "size": 0}]
    )


_Build = Callable[[Card, Mapping[str, Any], str], Node]
_BUILDERS: Final[Mapping[str, _Build]] = {
    "TextBlock": _text_block,
    "RichTextBlock": _rich_text,
    "Image": _image,
    "ImageSet": _image_set,
    "Media": _media,
    "Container": _container,
    "Column": _container,
    "ColumnSet": _column_set,
    "FactSet": _fact_set,
    "Table": _table,
    "Carousel": _carousel,
    "ActionSet": _action_set,
    **INPUTS,
}
