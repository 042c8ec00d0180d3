"""Stage 2 of the matcher: slips of the pen in verbs, panel names and the widgets' own words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from widgets_manager.llm.matcher.lexicon import FILLERS, NEVER_CORRECTED, VERBS
from widgets_manager.llm.matcher.normalise import Token
from widgets_manager.llm.matcher.numbers import NUMBER_WORDS, ORDINAL_WORDS

_SHORTEST: Final = 4
_EXCHANGED: Final = 6  # shorter words are other words when one letter is exchanged ("salt", "sale"; "chuck", "check")
_MOST_WORDS: Final = 12
_OWN_WORDS: Final = frozenset(word for phrase in VERBS for word in phrase if len(word) >= _SHORTEST) | ORDINAL_WORDS
_KNOWN: Final = NEVER_CORRECTED | FILLERS | NUMBER_WORDS | frozenset(word for phrase in VERBS for word in phrase)


def correct(tokens: Sequence[Token], vocabulary: Collection[str]) -> list[Token]:
    """The tokens, unknown words read as the closest known one: one slip, two from eight letters on."""
    checked = 0
    read = []
    for token in tokens:
        if token.kind != "word" or len(token.norm) < _SHORTEST or token.norm in _KNOWN or token.stem in vocabulary:
            read.append(token)
            continue
        checked += 1
        word = _closest(token.norm, vocabulary) if checked <= _MOST_WORDS else None
        read.append(token.corrected(word) if word else token)
    return read


def _closest(word: str, vocabulary: Collection[str]) -> str | None:
    """The nearest word with the same first letter, when it is near enough."""
    allowed = 2 if len(word) >= 8 else 1
    best: tuple[int, str] | None = None
    short = len(word) < _EXCHANGED
    for known in (_OWN_WORDS, vocabulary):
        near = [other for other in known if _comparable(word, other, allowed, short)]
        found = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=allowed)
        if found and (best is None or found[1] < best[0]):
            best = (int(found[1]), found[0])
    return best[1] if best else None


def _comparable(word: str, other: str, allowed: int, short: bool) -> bool:
    """Whether a known word is worth measuring: alike in its first letter and its length."""
    if len(other) < _SHORTEST or other[0] != word[0] or abs(len(other) - len(word)) > allowed:
        return False
    return not short or len(other) != len(word) or sorted(other) == sorted(word)
