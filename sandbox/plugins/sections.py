"""Stage: parsing. A .pie file as text: front matter between --- lines, the body, then fenced sections, with lines.

A section is opened and closed by the same line, such as `===widget===`; the end of the file closes it as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from widgets_manager.declarative.problems import Problem, closest, quoted

WIDGET: Final = "widget"
PUBLIC_CONFIG: Final = "public-config"
PUBLIC_FILE: Final = "public-file"
MAX_FAULTS: Final = 50
SECTIONS: Final = (WIDGET, PUBLIC_CONFIG, PUBLIC_FILE)
_BORDER: Final = re.compile(r"---[ \t]*\r?")
_FENCE: Final = re.compile(r"===([A-Za-z][A-Za-z_-]*)(?::(.*))?===[ \t]*\r?")


@dataclass(frozen=True, slots=True)
class Section:
    """What stands between two fences; `line` is that of the first one, `name` the PATH of a public file."""

    kind: str
    name: str
    line: int
    text: str

    @property
    def fence(self) -> str:
        """The line that opens and closes it."""
        return _fence(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class PieText:
    """The parts of the text. `header` has as many empty lines before it as the text, so that its lines are right."""

    header: str = ""
    body: str = ""
    body_line: int = 1
    sections: tuple[Section, ...] = ()
    faults: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Open:
    """A section that is being read."""

    kind: str
    name: str
    line: int
    lines: list[str] = field(default_factory=list)

    def closed(self) -> Section:
        return Section(self.kind, self.name, self.line, _joined(self.lines))


def split_pie(text: str) -> PieText:
    """The parts of a .pie file; never raises, `faults` says what is wrong with how it is divided."""
    lines = text.removeprefix("\ufeff").removesuffix("\n").split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if not _BORDER.fullmatch(lines[start]):
        return PieText(faults=(Problem("", "must begin with a line --- and its front matter", start + 1),))
    end = next((n for n in range(start + 1, len(lines)) if _BORDER.fullmatch(lines[n])), None)
    if end is None:
        return PieText(faults=(Problem("", "the front matter is not closed by a second line ---", start + 1),))
    header = "\n" * (start + 1) + _joined(lines[start + 1 : end])
    return _below(header, lines, end + 1)


def _below(header: str, lines: list[str], start: int) -> PieText:
    """Body and sections of the lines from `start` on."""
    faults: list[Problem] = []
    sections: list[Section] = []
    body: list[str] = []
    current: _Open | None = None
    for number, line in enumerate(lines[start:], start + 1):
        fence = _fence_of(line, number, faults) if line.startswith("===") else None
        if current is None and fence:
            current = _Open(*fence, number)
        elif current is not None and fence == (current.kind, current.name):
            sections.append(current.closed())
            current = None
        elif current is not None:
            if fence:
                faults.append(_nested(current, fence, number))
            current.lines.append(line)
        elif not sections:
            body.append(line)
        elif line.strip():
            faults.append(_between(sections[-1], number))
    if current is not None:
        sections.append(current.closed())
    found = chain(_once(faults), _twice(sections))
    return PieText(header, _joined(body), start + 1, tuple(sections), tuple(islice(found, MAX_FAULTS)))


def _fence_of(line: str, number: int, faults: list[Problem]) -> tuple[str, str] | None:
    """Kind and name of the section that the line opens or closes; None for a line of text."""
    match = _FENCE.fullmatch(line)
    if match is None:
        return None
    kind, name = match[1], (match[2] or "").strip()
    if kind not in SECTIONS:
        near = closest(kind, SECTIONS) if len(faults) < MAX_FAULTS else None
        if near:
            faults.append(Problem("", f"unknown section {quoted(kind)}; did you mean {near!r}?", number))
        return None
    if (kind == PUBLIC_FILE) != bool(name):
        wanted = f"==={PUBLIC_FILE}:PATH===" if kind == PUBLIC_FILE else f"==={kind}==="
        faults.append(Problem("", f"the fence of a section {kind} is {wanted}", number))
        return None
    return kind, name


def _nested(current: _Open, fence: tuple[str, str], number: int) -> Problem:
    open_fence = _fence(current.kind, current.name)
    return Problem(
        "", f"{_fence(*fence)} stands inside {open_fence} of line {current.line}; close that one first", number
    )


def _between(last: Section, number: int) -> Problem:
    message = f"text after the section {last.fence}; the body stands above the first section"
    return Problem("", message, number)


def _once(faults: list[Problem]) -> Iterator[Problem]:
    """The faults, each where it is first met: a wrong fence is there twice, text between sections on many lines."""
    said: set[str] = set()
    for fault in faults:
        if fault.message not in said:
            said.add(fault.message)
            yield fault


def _twice(sections: list[Section]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for section in sections:
        first = seen.setdefault(section.fence, section.line)
        if first != section.line:
            yield Problem("", f"a second section {section.fence} (the first is in line {first})", section.line)


def _fence(kind: str, name: str) -> str:
    return f"==={kind}:{name}===" if name else f"==={kind}==="


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
