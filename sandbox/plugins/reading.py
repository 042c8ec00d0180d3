"""Stage: parsing. From the files of a plugin to its parts, checked as a whole: every fault with file, line and path.

Nothing of what comes is run: code and pages are kept as texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from sandbox.plugins.hosts import hosts_in
from sandbox.plugins.markup import unlisted
from sandbox.plugins.meaning import MAX_ALWAYS, SKILL, doubts_of, faults_of, trigger_of
from sandbox.plugins.sections import PUBLIC_CONFIG, PUBLIC_FILE, Section, split_pie
from sandbox.plugins.sections import WIDGET as WIDGET_SECTION
from sandbox.plugins.shape import Part, shape_problems, unknown_keys
from sandbox.plugins.unserved import HANDLER, PERSISTENT, PUBLIC, WIDGET
from widgets_manager.core.exceptions import Problem
from widgets_manager.declarative.documents import Document, read_document
from widgets_manager.declarative.limits import check_limits
from widgets_manager.declarative.problems import InvalidDocument
from widgets_manager.declarative.problems import Problem as Fault
from widgets_manager.packages.validation import MAX_SLUG, slug_of

PIE: Final = "plugin.pie"
JSON: Final = "manifest.json"
CODE: Final = "handler.js"
PROMPT: Final = "prompt.md"
PAGE: Final = "widget.html"
CONFIG: Final = "public-config.yaml"
FOLDER: Final = "public/"
# Where what a page loads from elsewhere is kept beside the package's own files.
PINNED: Final = "pinned/"
MAX_HEADER: Final = 100_000
MAX_BODY: Final = 1_000_000
MAX_PAGE: Final = 512 * 1024
MAX_PUBLIC_FILES: Final = 50
MAX_PUBLIC_FILE: Final = 512 * 1024
MAX_PUBLIC: Final = 2 * 1024 * 1024
MAX_PROBLEMS: Final = 50
_PUBLIC_PATH: Final = 200


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the package and where it stands: its file, and the line of that file where it begins."""

    content: str
    file: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Parts:
    """A plugin taken apart. `header` is YAML or JSON; `files` is what is kept, by path; `sources` says of the public
    files where they stand."""

    header: Text
    body: Text | None = None
    widget: Text | None = None
    config: Text | None = None
    public: Mapping[str, bytes] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Plugin:
    """The outcome. `block` is what is stored of a valid plugin; `header` is its front matter as it came."""

    header: dict[str, Any]
    block: dict[str, Any]
    files: Mapping[str, bytes]
    faults: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def take_apart(text: str, name: str = PIE) -> Parts:
    """The parts of a .pie file; `name` is what it is called where faults are told."""
    pie = split_pie(text)
    faults = [Problem(fault.path, fault.message, fault.line, name) for fault in pie.faults]
    if "\0" in text:
        faults.append(
            Problem("", "the character U+0000 is not accepted", text[: text.index("\0")].count("\n") + 1, name)
        )
    sections = {section.kind: section for section in pie.sections if section.kind != PUBLIC_FILE}
    pages = [section for section in pie.sections if section.kind == PUBLIC_FILE]
    widget, config = sections.get(WIDGET_SECTION), sections.get(PUBLIC_CONFIG)
    return Parts(
        header=Text(pie.header, name),
        body=Text(pie.body, name, pie.body_line) if pie.body.strip() else None,
        widget=_text(widget, name) if widget else None,
        config=_text(config, name) if config else None,
        public={page.name: page.text.encode("utf-8", "surrogatepass") for page in pages},
        sources={page.name: (name, page.line) for page in pages},
        faults=tuple(faults),
    )


def check_parts(parts: Parts) -> Plugin:
    """Everything that is wrong with the parts, at once, and what is odd about them; never raises for what they hold."""
    if parts.faults and not parts.header.content:
        return Plugin({}, {}, {}, parts.faults)
    header, faults, warnings = _checked("plugin", parts.header, MAX_HEADER)
    value: dict[str, Any] = header.value if header and isinstance(header.value, dict) else {}
    if header is not None and not faults:
        faults += [_at(header, parts.header, fault) for fault in (*_slug_faults(value), *faults_of(value))]
        warnings += [_at(header, parts.header, doubt) for doubt in doubts_of(value)]
        faults += _tier_texts(value, parts)
        warnings += [_at(header, parts.header, doubt) for doubt in _missing_texts(value, parts)]
        warnings += _not_loaded(value, parts.widget)
    config, config_faults, config_warnings = _config(parts)
    found = (*parts.faults, *faults, *config_faults, *_size_faults(parts), *_public_faults(parts.public, parts.sources))
    if found:
        return Plugin(value, {}, parts.files, tuple(_sorted(found)), (*warnings, *config_warnings))
    return Plugin(value, _block(value, parts, config), _files(value, parts), (), (*warnings, *config_warnings))


def _checked(part: Part, text: Text, limit: int) -> tuple[Document | None, list[Problem], list[Problem]]:
    """The document with its faults and warnings; None where it cannot be read."""
    size = len(text.content.encode("utf-8", "surrogatepass"))
    if size > limit:
        fault = Problem("", f"{size:,} bytes; at most {limit:,} are accepted", text.line, text.file)
        return None, [fault], []
    try:
        document = read_document(text.content, JSON if text.file.endswith(".json") else "")
    except InvalidDocument as error:
        return None, [Problem(one.path, one.message, one.line, text.file) for one in error.problems], []
    if not isinstance(document.value, dict):
        return None, [Problem("", "must be an object: keys with their values", text.line, text.file)], []
    if too_much := check_limits(document.value, ""):
        return None, [Problem(too_much.path, too_much.message, text.line, text.file)], []
    faults = [_at(document, text, fault) for fault in shape_problems(part, document.value)]
    return document, faults, [_at(document, text, doubt) for doubt in unknown_keys(part, document.value)]


def _at(document: Document, text: Text, fault: Fault) -> Problem:
    return Problem(fault.path.removeprefix("."), fault.message, document.line_of(fault.path), text.file)


def _slug_faults(header: Mapping[str, Any]) -> Iterator[Fault]:
    slug = slug_of(header["name"])
    if not slug.strip("-"):
        yield Fault("name", f"gives the slug '{slug}', which says nothing: use some of a-z and 0-9")
    elif len(slug) > MAX_SLUG:
        yield Fault("name", f"gives a slug of more than {MAX_SLUG} characters in lower case")


def _tier_texts(header: Mapping[str, Any], parts: Parts) -> Iterator[Problem]:
    """What the tier says of the texts: a skill is a prompt and has no pages; the others have code."""
    is_skill = header["tier"] == SKILL
    if is_skill and parts.widget is not None:
        yield Problem("", "a skill has no widget; make it a tool", parts.widget.line, parts.widget.file)
    if is_skill and parts.public:
        file, line = next(iter(parts.sources.values()))
        yield Problem("", "a skill has no public pages: it has no code that could answer them", line, file)
    if parts.body is None:
        what = "prompt: its text is what a skill is" if is_skill else "code: its handler stands below the front matter"
        yield Problem("", f"there is no {what}", None, parts.header.file)
    elif parts.body.file in (CODE, PROMPT) and parts.body.file != _body_path(header["tier"]):
        wanted = f"is {_body_path(header['tier'])}, not {parts.body.file}"
        yield Problem(
            "", f"the {'prompt' if is_skill else 'code'} of the tier '{header['tier']}' {wanted}", None, parts.body.file
        )
    elif is_skill and trigger_of(SKILL, header.get("manifest") or {}) == "always":
        length = len(parts.body.content.strip())
        if length > MAX_ALWAYS:
            message = (
                f"{length:,} characters are too long for every conversation (at most {MAX_ALWAYS:,}); "
                "make the skill on-demand: trigger auto, with a tool"
            )
            yield Problem("", message, parts.body.line, parts.body.file)


def _missing_texts(header: Mapping[str, Any], parts: Parts) -> Iterator[Fault]:
    manifest = header.get("manifest") or {}
    if header["tier"] == SKILL:
        return
    if "widget" in manifest and parts.widget is None:
        yield Fault("manifest.widget", "is not used: there is no section ===widget===")
    starts = {"tool", "automation"} & manifest.keys() or parts.widget or parts.public
    if not starts:
        yield Fault("manifest", "nothing starts its code: it has no tool, no automation, no widget and no public pages")
    if parts.body is not None and "handler" not in parts.body.content:
        yield Fault("", "its code has no word 'handler'; it exports one: module.exports = { handler }")


def _not_loaded(header: Mapping[str, Any], page: Text | None) -> Iterator[Problem]:
    """What the page names without the manifest's leave."""
    if page is None or len(page.content) > MAX_PAGE:
        return
    widget = (header.get("manifest") or {}).get("widget", {})
    found = unlisted(page.content, widget.get("allowedScripts", ()), widget.get("allowedStyles", ()))
    for line, message in islice(found, MAX_PROBLEMS):
        yield Problem("", message, page.line + line - 1, page.file)


def _size_faults(parts: Parts) -> Iterator[Problem]:
    for text, limit in ((parts.body, MAX_BODY), (parts.widget, MAX_PAGE)):
        size = len(text.content.encode("utf-8", "surrogatepass")) if text else 0
        if text and size > limit:
            yield Problem("", f"{size:,} bytes; at most {limit:,} are accepted", text.line, text.file)


def _public_faults(public: Mapping[str, bytes], sources: Mapping[str, tuple[str, int]]) -> Iterator[Problem]:
    def fault(path: str, message: str) -> Problem:
        file, line = sources[path]
        return Problem("", f"public file '{path[:100]}': {message}", line, file)

    if len(public) > MAX_PUBLIC_FILES:
        last = list(public)[MAX_PUBLIC_FILES]
        yield fault(last, f"one of {len(public)}; at most {MAX_PUBLIC_FILES} are accepted")
    seen: dict[str, str] = {}
    for path, data in public.items():
        if wrong := _path_fault(path):
            yield fault(path, wrong)
        if (first := seen.setdefault(path.casefold(), path)) != path:
            yield fault(path, f"the same name as '{first[:100]}'")
        if len(data) > MAX_PUBLIC_FILE:
            yield fault(path, f"{len(data):,} bytes; at most {MAX_PUBLIC_FILE:,} are accepted")
    if public and (total := sum(map(len, public.values()))) > MAX_PUBLIC:
        yield fault(next(iter(public)), f"with the others {total:,} bytes; at most {MAX_PUBLIC:,} are accepted")


def _path_fault(path: str) -> str:
    if len(path) > _PUBLIC_PATH:
        return f"a path has at most {_PUBLIC_PATH} characters"
    if "\\" in path or not path.isprintable():
        return "a path has no backslashes and no unprintable characters"
    if path.startswith("/") or path[1:2] == ":":
        return "a path is relative: it does not begin with /"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "a path has no empty parts, no '.' and no '..'"
    return ""


def _config(parts: Parts) -> tuple[dict[str, Any] | None, list[Problem], list[Problem]]:
    """The public app's configuration in full; None where the package has no public files."""
    given: dict[str, Any] = {}
    faults: list[Problem] = []
    warnings: list[Problem] = []
    text = parts.config
    if text is not None:
        document, faults, warnings = _checked("publicConfig", text, MAX_HEADER)
        if document is None or faults:
            return None, faults, warnings
        given = document.value
        if not parts.public:
            warnings.append(Problem("", "public-config is not used: there are no public files", text.line, text.file))
            return None, faults, warnings
    if not parts.public:
        return None, faults, warnings
    config = {"entry": "index.html", "routes": [], **given}
    if config["entry"] not in parts.public:
        known = ", ".join(list(parts.public)[:10])
        file, line = (text.file, text.line) if text else next(iter(parts.sources.values()))
        faults.append(Problem("entry", f"'{config['entry']}' is none of the public files ({known})", line, file))
    return config, faults, warnings


def _block(header: Mapping[str, Any], parts: Parts, config: dict[str, Any] | None) -> dict[str, Any]:
    manifest = dict(header.get("manifest") or {})
    tier, body = str(header["tier"]), parts.body
    trigger = trigger_of(tier, manifest)
    block: dict[str, Any] = {
        "tier": tier,
        "trigger": trigger,
        "tags": header.get("tags", []),
        "manifest": manifest,
        "parts": _part_names(tier, manifest, parts),
        "public": config,
        "body": {"path": _body_path(tier), "file": body.file, "line": _first_line(body)} if body else None,
        "hosts": hosts_in(body.content) if body and tier != SKILL else [],
    }
    if tier == SKILL and trigger == "always" and body:
        block["prompt"] = body.content.strip()
    return block


def _first_line(body: Text) -> int:
    """Where in its file the text begins that is kept of the body."""
    return body.line + len(body.content) - len(body.content.lstrip("\n"))


def _part_names(tier: str, manifest: Mapping[str, Any], parts: Parts) -> list[str]:
    """What the package has, as the table of what is not served names it."""
    if tier == SKILL:
        return ["pricing"] if "pricing" in manifest else []
    lasting = [PERSISTENT] if (manifest.get("runtime") or {}).get("persistent") else []
    names = [HANDLER, *lasting, *(key for key, value in manifest.items() if value and key != "trigger")]
    return [*names, *([WIDGET] if parts.widget else []), *([PUBLIC] if parts.public else [])]


def _files(header: Mapping[str, Any], parts: Parts) -> dict[str, bytes]:
    """What is kept: the files as they came, and beside a .pie the texts that it is made of."""
    made = {_body_path(str(header["tier"])): parts.body, PAGE: parts.widget, CONFIG: parts.config}
    texts = {path: text.content.lstrip("\n").encode() for path, text in made.items() if text}
    pages = {f"{FOLDER}{path}": data for path, data in parts.public.items()}
    return {**texts, **pages, **parts.files}


def _body_path(tier: str) -> str:
    return PROMPT if tier == SKILL else CODE


def _text(section: Section, name: str) -> Text:
    """The section's text; YAML in it is read with as many empty lines before it as the file has."""
    lead = "\n" * section.line if section.kind == PUBLIC_CONFIG else ""
    return Text(lead + section.text, name, section.line)


def _sorted(faults: tuple[Problem, ...]) -> list[Problem]:
    """File by file, as they first come, each by line; at most MAX_PROBLEMS."""
    files = list(dict.fromkeys(fault.file for fault in faults))
    return sorted(faults, key=lambda fault: (files.index(fault.file), fault.line or 0))[:MAX_PROBLEMS]
