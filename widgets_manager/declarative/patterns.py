"""Patterns of `validation.regex` that a browser can take forever for, as far as a simple look finds them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

# A class, an escape, the beginning of a group, or any other character; and what says how often it comes.
_ATOM: Final = re.compile(
    r"\[(?:\\.|[^\]\\])*\]|\\u\{[^}]*\}|\\[pP]\{[^}]*\}|\\.|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|.", re.DOTALL
)
_TIMES: Final = re.compile(r"(?:([*+?])|\{(\d+)(,?)(\d*)\})\??")
_ALPHABET: Final = frozenset(map(chr, range(32, 127)))
_CLASSES: Final = {
    text: frozenset(re.findall(text, "".join(sorted(_ALPHABET))))
    for text in (".", r"\w", r"\W", r"\d", r"\D", r"\s", r"\S")
}


@dataclass(slots=True)
class _Part:
    """An atom with how often it comes."""

    text: str
    optional: bool
    endless: bool


@dataclass(slots=True)
class _Group:
    """A group that is being read: its alternatives, each a list of parts, and where it begins."""

    start: int
    alternatives: list[list[_Part]] = field(default_factory=lambda: [[]])

    @property
    def ambiguous(self) -> bool:
        """Whether a text can be what it matches, repeated, in many ways."""
        return any(_repeats(parts) for parts in self.alternatives) or _overlap(self.alternatives)


def slow_part(pattern: str) -> str | None:
    """The first group that is repeated without end though repeating it is ambiguous, such as `(a+)+`; else None."""
    stack = [_Group(0)]
    place = 0
    while place < len(pattern) and (match := _ATOM.match(pattern, place)):
        atom, place = match.group(), match.end()
        if atom[0] == "(":
            stack.append(_Group(match.start()))
            continue
        if atom == "|":
            stack[-1].alternatives.append([])
            continue
        closed = stack.pop() if atom == ")" and len(stack) > 1 else None
        start = match.start() if closed is None else closed.start
        optional, endless, end = _times(pattern, place)
        if closed is not None and endless and closed.ambiguous:
            return pattern[start:end]
        inner = closed is not None and closed.ambiguous
        stack[-1].alternatives[-1].append(_Part(pattern[start:place], optional, endless or inner))
        place = end
    return None


def _times(pattern: str, place: int) -> tuple[bool, bool, int]:
    """Whether what comes before may be missing, whether it repeats without end, and where this is said to."""
    match = _TIMES.match(pattern, place)
    if match is None:
        return False, False, place
    if match[1]:
        return match[1] in "*?", match[1] in "*+", match.end()
    return int(match[2]) == 0, bool(match[3]) and not match[4], match.end()


def _repeats(parts: list[_Part]) -> bool:
    """One part that repeats without end, and nothing that has to stand between two rounds of it."""
    return any(part.endless for part in parts) and all(part.optional or part.endless for part in parts)


def _overlap(alternatives: list[list[_Part]]) -> bool:
    """Two alternatives that are the same, or that are one character each and share one."""
    written = ["".join(part.text for part in parts) for parts in alternatives]
    if len(set(written)) < len(written):
        return True
    single = [parts[0].text for parts in alternatives if len(parts) == 1 and not parts[0].text.startswith("(")]
    taken: set[str] = set()
    for text in single:
        matched = _characters(text)
        if matched & taken:
            return True
        taken |= matched
    return False


def _characters(atom: str) -> frozenset[str]:
    """The printable ASCII characters that an atom matches; none where it is more than a character or a short class."""
    return _CLASSES.get(atom) or frozenset(
        atom[-1] if (atom[0] != "[" and not atom[-1].isalnum()) or len(atom) == 1 else ""
    )
