"""Stage 5 of the matcher: what the examples teach about where a text stands: `weather in …`, `assign … to …`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from widgets_manager.llm.matcher.intents import Intent, Role
from widgets_manager.llm.matcher.lexicon import FILLERS, PREPOSITIONS
from widgets_manager.llm.matcher.normalise import Token, clean, tokenise
from widgets_manager.llm.matcher.sentence import parse
from widgets_manager.llm.matcher.wordlist import word_set

_MARKERS: Final = PREPOSITIONS | word_set("as with by about than")
_TIMES: Final = word_set("today tomorrow tonight now yesterday")


@lru_cache(maxsize=4096)
def marker_of(intent: Intent) -> str:
    """The preposition that the examples put before the only text parameter; empty when they put none.

    Intents on existing things and with web addresses have rules of their own.
    """
    texts = intent.with_role(Role.NAME, Role.BODY)
    if len(texts) != 1 or intent.refers or intent.with_role(Role.URL):
        return ""
    seen = Counter(shape[0] for shape in _shapes(intent) if shape)
    marker, count = seen.most_common(1)[0] if seen else ("", 0)
    return marker if marker and count * 2 > sum(seen.values()) else ""


@lru_cache(maxsize=4096)
def divider_of(intent: Intent) -> str:
    """The preposition between two texts, where the intent has two and the examples name both; else empty."""
    names = intent.with_role(Role.NAME)
    other = intent.with_role(Role.URL, Role.POSITION, Role.BODY)
    if len(names) != 2 or other or not all(intent.params[name].required for name in names):
        return ""
    seen = Counter(shape[1] for shape in _shapes(intent) if len(shape) == 2)
    return seen.most_common(1)[0][0] if seen else ""


def _shapes(intent: Intent) -> list[list[str]]:
    """For each example the words before its texts: a preposition, or empty for any other place."""
    shapes = []
    for example in intent.examples:
        sentence = parse(tokenise(clean(example)), intent.leads)
        shapes.append(_shape(sentence.content, intent))
    return shapes


def _shape(content: Sequence[Token], intent: Intent) -> list[str]:
    """The marker before each run of words that are the example's own and not the widget's."""
    markers: list[str] = []
    inside = False
    for index, token in enumerate(content):
        value = token.kind == "quote" or (token.kind == "word" and not _belongs(token, intent))
        if value and not inside:
            before = content[index - 1].norm if index else ""
            markers.append(before if before in _MARKERS else "")
        inside = value or (inside and token.kind == "mark")
    return markers


def _belongs(token: Token, intent: Intent) -> bool:
    return token.norm in FILLERS or token.norm in _MARKERS or token.stem in intent.vocabulary


def after_marker(tokens: Sequence[Token], marker: str) -> tuple[int, int] | None:
    """Where the text behind the marker begins and ends, without a closing "tomorrow"; None without the marker."""
    start = next((i + 1 for i, token in enumerate(tokens) if token.norm == marker), None)
    if start is None:
        return None
    end = len(tokens)
    while end > start + 1 and (tokens[end - 1].kind == "mark" or tokens[end - 1].norm in _TIMES):
        end -= 1
    return (start, end) if end > start else None
