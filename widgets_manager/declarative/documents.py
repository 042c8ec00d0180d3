"""Documents: a text is read, YAML or JSON, and checked as what it is: an app, a block `widgets`, a tree, a payload.

`read_document` and `check` are the public door for everything that comes as a text; faults carry path, line and file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePath
from typing import Any, Final, Literal, TypeAlias

from widgets_manager.declarative.blocks import check_blocks
from widgets_manager.declarative.building import Spot
from widgets_manager.declarative.compiler import Around, CompiledTree, CompiledWidgets, compile_tree, compile_widgets
from widgets_manager.declarative.importing import Imported, import_payload
from widgets_manager.declarative.importing.places import place_of
from widgets_manager.declarative.json_text import as_list, build_json, read_json
from widgets_manager.declarative.limits import MAX_BYTES
from widgets_manager.declarative.problems import InvalidDocument, Problem, step
from widgets_manager.declarative.yaml_text import read_yaml

Kind: TypeAlias = Literal["app", "widgets", "tree", "adaptive_card", "a2ui"]

_BLOCKS: Final = frozenset({"widgets", "modules", "capabilities", "agents"})
_ZONES: Final = frozenset({"version", "chat_side", "workspace_tabs", "workspace", "modals", "inline"})
_WIDGET: Final = "widgets.inline.widget"


@dataclass(frozen=True)
class Document:
    """A value and where it came from. Lines are known where it was read from a text."""

    value: Any
    filename: str = ""
    text: str | None = field(default=None, repr=False)
    spot: Spot | None = field(default=None, repr=False)

    @cached_property
    def _spot(self) -> Spot | None:
        return self.spot or (None if self.text is None else build_json(self.text).spot)

    def line_of(self, path: str) -> int | None:
        """The line, from 1, of a path such as `modals.booking.tree.children[1]`, or of the nearest thing above it."""
        if self._spot is None:
            return None
        return self._spot.find(path if not path or path[0] in ".[" else f".{path}")


def read_document(text: str, filename: str = "") -> Document:
    """The document that the text is: JSON by its name or first character, else YAML.

    Raises InvalidDocument: the first fault of the grammar, or all others, each with its line.
    """
    text = text.removeprefix("\ufeff")
    if fault := _unreadable(text):
        raise InvalidDocument(_named((Problem("", fault, 1),), filename))
    try:
        if filename.endswith(".json") or text.lstrip()[:1] in ("{", "["):
            written = as_list(text) or text
            return Document(read_json(written), filename, written)
        return _from_yaml(text, filename)
    except InvalidDocument as error:
        if not filename.endswith(".json") and _is_flow(text):
            return _from_yaml(text, filename)
        raise InvalidDocument(_named(error.problems, filename)) from None


def _from_yaml(text: str, filename: str) -> Document:
    try:
        builder = read_yaml(text)
    except InvalidDocument as error:
        raise InvalidDocument(_named(error.problems, filename)) from None
    return Document(builder.value, filename, None, builder.spot)


def _is_flow(text: str) -> bool:
    """Whether a text that begins like JSON is no JSON at all but may be YAML: its first key has no quotes."""
    inner = text.lstrip()[1:].lstrip()
    return text.lstrip()[:1] in ("{", "[") and bool(inner) and inner[0] not in '"{[]}-0123456789'


def _unreadable(text: str) -> str | None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        return f"character {error.start + 1} is half of a character (a lone surrogate)"
    if size > MAX_BYTES:
        return f"{size:,} bytes; at most {MAX_BYTES:,} are allowed"
    return None if text.strip() else "the document is empty"


def _named(problems: tuple[Problem, ...], filename: str) -> list[Problem]:
    return [Problem(problem.path, problem.message, problem.line, filename or None) for problem in problems]


@dataclass(frozen=True)
class Checked:
    """The outcome. `config` is the compiled block (of a tree `{tree, data, …}`), None where there are errors;
    `app` holds the other blocks of an app: `{modules, capabilities: {grant, network}, agents}`; `fallbacks` says what
    of a foreign payload has no equivalent: `[{path, element, message}]`, with `line` where the payload was a text.
    """

    kind: Kind
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    config: dict[str, Any] | None = None
    app: dict[str, Any] = field(default_factory=dict)
    fallbacks: tuple[dict[str, Any], ...] = ()
    nodes: int = 0
    primitives: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()

    @property
    def valid(self) -> bool:
        """Whether it can be installed or rendered."""
        return not self.errors


def check(document: Document, *, files: Mapping[str, Document] | None = None, around: Around | None = None) -> Checked:
    """Everything that is wrong with the document and with `files`, the contents of widgets/ by name or stem.

    A single widget belongs to an app, of which `around` tells as in `compile_widgets` where it is known. Never raises
    for what they hold. A document that is no app and no block `widgets` uses no files.
    """
    value = document.value
    if isinstance(value, dict) and "type" not in value and _BLOCKS & value.keys():
        return _check_app(document, value, files or {})
    if isinstance(value, dict) and not {"type", "tree"} & value.keys() and _ZONES & value.keys():
        return _from_widgets("widgets", *_compile(value, document, "widgets", files or {}))
    imported = import_payload(value)
    if imported is not None:
        return _check_imported(imported, document)
    return _check_tree(value, document, around or {})


def check_texts(
    text: str, filename: str = "", *, files: Mapping[str, str] | None = None, around: Around | None = None
) -> Checked:
    """Read and check; a text that cannot be read is an error like any other."""
    faults: list[Problem] = []
    documents: dict[str, Document] = {}
    for name, content in (files or {}).items():
        try:
            documents[name] = read_document(content, name)
        except InvalidDocument as error:
            faults += error.problems
    try:
        checked = check(read_document(text, filename), files=documents, around=around)
    except InvalidDocument as error:
        return Checked("app" if files else "tree", (*error.problems, *faults))
    return replace(checked, errors=(*checked.errors, *faults), config=None) if faults else checked


def _check_app(document: Document, value: dict[str, Any], files: Mapping[str, Document]) -> Checked:
    blocks = check_blocks(value, manifest="panelId" in value)
    block = value.get("widgets", {"version": 1} if files else None)
    if "widgets" not in value and not files:
        missing = CompiledWidgets(None, (Problem("widgets", "is required: an app has a block widgets"),), ())
        checked = _from_widgets("app", missing, [("", document)])
    else:
        checked = _from_widgets("app", *_compile(block, document, "", files))
    origins = [("", document)]
    errors = _sorted((*_located(blocks.errors, origins), *checked.errors))
    config = None if errors else checked.config
    return replace(
        checked,
        errors=errors,
        warnings=_sorted((*_located(blocks.warnings, origins), *checked.warnings)),
        config=config,
        app=blocks.blocks,
    )


_Origins: TypeAlias = "list[tuple[str, Document]]"


def _compile(
    block: Any, document: Document, prefix: str, files: Mapping[str, Document]
) -> tuple[CompiledWidgets, _Origins]:
    """The block with its files, and where each path of it was written."""
    values: dict[str, Any] = {}
    origins = [(prefix, document)]
    names: dict[str, str] = {}
    twice: list[Problem] = []
    inline = block.get("inline") if isinstance(block, dict) else None
    for name, file in files.items():
        stem = PurePath(name).stem
        path = step("widgets.inline", stem)
        if stem in values:
            twice.append(Problem(path, f"{name} and {names[stem]} have the same name", 1, name))
            continue
        names[stem], values[stem] = name, file.value
        if not isinstance(inline, dict) or stem not in inline:
            origins.append((path, replace(file, filename=file.filename or name)))
    compiled = compile_widgets(block, files=values)
    if twice:
        compiled = replace(compiled, errors=(*compiled.errors, *twice), config=None)
    return compiled, origins


def _from_widgets(kind: Kind, compiled: CompiledWidgets, origins: _Origins) -> Checked:
    return Checked(
        kind,
        _located(compiled.errors, origins),
        _located(compiled.warnings, origins),
        compiled.config,
        nodes=compiled.nodes,
        primitives=compiled.primitives,
        actions=compiled.actions,
        tools=compiled.tools,
    )


def _check_tree(value: Any, document: Document, around: Around) -> Checked:
    """A node, or a whole widget {tree, data, …}."""
    if isinstance(value, dict) and "tree" in value and "type" not in value:
        compiled = compile_widgets({"version": 1, "inline": {"widget": value}}, around=around)
        config = compiled.config and compiled.config["inline"]["widget"]
        plain = replace(compiled, errors=_inside(compiled.errors), warnings=_inside(compiled.warnings), config=config)
        return _from_widgets("tree", plain, [("", document)])
    if isinstance(value, dict) and "type" not in value:
        problem = Problem("", f"must be an app, a block widgets, a widget or a tree: it has none of {_KNOWN}")
        return Checked("tree", _located([problem], [("", document)]))
    return _from_tree("tree", compile_tree(value), [("tree", document)], {})


def _from_tree(kind: Kind, compiled: CompiledTree, origins: _Origins, more: dict[str, Any]) -> Checked:
    return Checked(
        kind,
        _located(compiled.errors, origins),
        _located(compiled.warnings, origins),
        {"tree": compiled.tree, "data": {}, **more} if compiled.valid else None,
        nodes=compiled.nodes,
        primitives=compiled.primitives,
        actions=compiled.actions,
        tools=compiled.tools,
    )


_KNOWN: Final = "widgets, version, tree, type"


def _inside(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems of the only inline widget, as they are named in its own file."""
    return tuple(
        replace(problem, path=problem.path.removeprefix(_WIDGET).removeprefix(".").removeprefix("widgets"))
        for problem in problems
    )


def _check_imported(imported: Imported, document: Document) -> Checked:
    """Lines are those of the payload: of the element that a node was made of, and that a fallback is about."""
    compiled = compile_tree(imported.tree, bindings=imported.data)
    more = {"data": imported.data, "ctx": imported.ctx, "state": imported.state}

    def with_line(problem: Problem) -> Problem:
        return replace(problem, line=document.line_of(place_of(problem.path, imported.origins)))

    located = replace(
        compiled, errors=tuple(map(with_line, compiled.errors)), warnings=tuple(map(with_line, compiled.warnings))
    )
    checked = _from_tree(imported.kind, located, [("", document)], more)
    lines = map(document.line_of, imported.places)
    fallbacks = [
        fallback if line is None else {**fallback, "line": line}
        for fallback, line in zip(imported.fallbacks, lines, strict=True)
    ]
    return replace(checked, fallbacks=tuple(fallbacks))


def _located(problems: Iterable[Problem], origins: _Origins) -> tuple[Problem, ...]:
    """The problems with the line and the file in which their paths were written, in the order of the text."""
    return _sorted(_locate(problem, origins) for problem in problems)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """File by file as they first come, each by line."""
    found = list(problems)
    files = list(dict.fromkeys(problem.file for problem in found))
    return tuple(sorted(found, key=lambda problem: (files.index(problem.file), problem.line or 0)))


def _locate(problem: Problem, origins: _Origins) -> Problem:
    path = problem.path
    for prefix, document in reversed(origins):
        rest = path.removeprefix(prefix)
        if path.startswith(prefix) and (not prefix or not rest or rest[0] in ".["):
            line = problem.line or document.line_of(rest)
            return replace(problem, line=line, file=problem.file or document.filename or None)
    return problem
