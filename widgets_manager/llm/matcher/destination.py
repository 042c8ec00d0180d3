"""Stage 5 of the matcher: where something goes ("to done", "in the doing column") and values out of a known list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rapidfuzz import fuzz

from widgets_manager.llm.matcher.intents import Intent, Role
from widgets_manager.llm.matcher.lexicon import DETERMINERS
from widgets_manager.llm.matcher.normalise import Token, fold, stem
from widgets_manager.llm.matcher.wordlist import word_set

_TO: Final = word_set("to into in onto under as at over on")
_KINDS: Final = word_set("column columns lane list section status stage state folder category")
_LONGEST: Final = 5
_CLOSE: Final = 86


def take_destination(words: list[Token], intent: Intent, params: dict[str, Any]) -> list[Token]:
    """Give targets and choices their values and drop where a thing comes from ("from to do")."""
    for name in [one for one in intent.with_role(Role.TARGET, Role.CHOICE) if one not in params]:
        known = {fold(value): value for value in intent.values(name)}
        choice = intent.roles[name] is Role.CHOICE
        spot = _known_value(words, known, anywhere=not intent.writes, choice=choice) or _after_kind(
            words, stem(fold(name))
        )
        if spot is None and intent.params[name].required and not choice:
            spot = _after_last_preposition(words)
        if spot is None:
            continue
        start, end, value = spot
        params[name] = value
        words = _without_origin(words[:start], known) + words[end:]
    return words


def _known_value(
    words: list[Token], known: dict[str, str], *, anywhere: bool, choice: bool
) -> tuple[int, int, str] | None:
    """A known value behind a preposition or before "column"; with `anywhere` also one that ends the sentence alone.

    A `choice` may stand in any place: its values are all there is.
    """
    for start in range(len(words) - 1, -1, -1):
        for size in range(min(_LONGEST, len(words) - start), 0, -1):
            value = _match(words[start : start + size], known)
            if value is None:
                continue
            begin, lead = _lead(words, start)
            end, kind = _trail(words, start + size)
            closes = end >= len(words) or words[end].kind == "mark"
            if (lead and closes) or kind or choice or (anywhere and not begin and closes):
                return begin, end, value
    return None


def _match(words: Sequence[Token], known: dict[str, str]) -> str | None:
    """The known value that the words spell; a slip is forgiven in longer ones. Returned as the person wrote it."""
    if any(word.kind == "quote" for word in words) and len(words) > 1:
        return None
    said = " ".join(word.norm.strip("\"'“”‘’") for word in words)
    if said in known:
        return known[said]
    if len(said) >= 5:
        near = [value for key, value in known.items() if fuzz.ratio(said, key) >= _CLOSE]
        return near[0] if len(near) == 1 else None
    return None


def _lead(words: Sequence[Token], start: int) -> tuple[int, bool]:
    """The start moved over the article and preposition before it, and whether there is a preposition."""
    while start and words[start - 1].norm in DETERMINERS:
        start -= 1
    lead = False
    while start and words[start - 1].norm in _TO and (not lead or words[start - 1].norm == "over"):
        start, lead = start - 1, True
    return start, lead


def _trail(words: Sequence[Token], end: int) -> tuple[int, bool]:
    """The end moved over "column" behind it, and whether it is there."""
    kind = end < len(words) and words[end].norm in _KINDS
    return (end + 1, True) if kind else (end, False)


def _after_kind(words: Sequence[Token], kind: str) -> tuple[int, int, str] | None:
    """`column Waiting`, `in the Waiting column`: a value that the parameter's own name stands beside."""
    for index, token in enumerate(words):
        if token.stem != kind:
            continue
        if index and words[index - 1].kind in ("word", "quote") and words[index - 1].norm not in DETERMINERS | _TO:
            begin, _ = _lead(words, index - 1)
            return begin, index + 1, words[index - 1].text.strip("\"'“”‘’")
        if index + 1 < len(words) and words[index + 1].kind in ("word", "quote"):
            begin, _ = _lead(words, index)
            return begin, index + 2, words[index + 1].text.strip("\"'“”‘’")
    return None


def _after_last_preposition(words: Sequence[Token]) -> tuple[int, int, str] | None:
    """What stands behind the last "to" or "into", for a target that must be named."""
    for index in range(len(words) - 2, 0, -1):
        if words[index].norm in ("to", "into", "in", "under"):
            tail = [token for token in words[index + 1 :] if token.kind != "mark" and token.norm not in DETERMINERS]
            if tail:
                return _lead(words, index + 1)[0], len(words), " ".join(token.text.strip("\"'“”‘’") for token in tail)
    return None


def _without_origin(words: list[Token], known: dict[str, str]) -> list[Token]:
    """Words without a closing `from <known value>`."""
    for index in range(len(words) - 1, 0, -1):
        if words[index].norm == "from" and _match([w for w in words[index + 1 :] if w.norm not in DETERMINERS], known):
            return words[:index]
    return words
