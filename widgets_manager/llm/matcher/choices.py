"""Stage 5 of the matcher: two values out of one list: `5 miles to km`, `from english to german`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from widgets_manager.llm.matcher.intents import Intent, Role
from widgets_manager.llm.matcher.lexicon import DETERMINERS, PREPOSITIONS, UNITS
from widgets_manager.llm.matcher.normalise import Token, fold, singular
from widgets_manager.llm.matcher.wordlist import word_set

# What stands before the value that a parameter of this name takes.
_MARKERS: Final = {
    **dict.fromkeys(("to", "into", "in", "target", "as"), word_set("to into in as")),
    **dict.fromkeys(("from", "of", "source"), word_set("from of")),
}


@dataclass(frozen=True, slots=True)
class _Spot:
    """A value in the sentence: its tokens [start, end), the preposition before it, and whether a number is there."""

    start: int
    end: int
    value: str
    preposition: str
    counted: bool


def take_choices(words: list[Token], intent: Intent, params: dict[str, Any]) -> list[Token]:
    """Give the parameters that choose from one and the same list their values: by the word before it, then the counted
    one first, then in order."""
    names = _of_one_list(intent)
    if len(names) < 2:
        return words
    spots = _spots(words, _spellings(intent.values(names[0])))
    given: dict[str, _Spot] = {}
    for name in names:
        marked = [spot for spot in spots if spot.preposition in _MARKERS.get(fold(name), ())]
        if marked:
            given[name] = marked[-1]
            spots.remove(marked[-1])
    spots.sort(key=lambda spot: (not spot.counted, spot.start))
    given |= dict(zip([name for name in names if name not in given], spots, strict=False))
    params |= {name: spot.value for name, spot in given.items()}
    taken = {index for spot in given.values() for index in range(spot.start, spot.end)}
    return [token for index, token in enumerate(words) if index not in taken]


def _of_one_list(intent: Intent) -> list[str]:
    """The parameters that choose from the same values, as declared."""
    choosing = [name for name, role in intent.roles.items() if role is Role.CHOICE]
    first = intent.values(choosing[0]) if choosing else ()
    return [name for name in choosing if intent.values(name) == first]


def _spellings(values: Sequence[str]) -> dict[str, str]:
    """Every listed value by how it is said: itself, in the singular, and as a unit's word."""
    known = {singular(fold(value)): value for value in values} | {fold(value): value for value in values}
    return {word: known[unit] for word, unit in UNITS.items() if unit in known} | known


def _spots(words: Sequence[Token], known: Mapping[str, str]) -> list[_Spot]:
    return [spot for index in range(len(words)) if (spot := _spot(words, index, known)) is not None]


def _spot(words: Sequence[Token], index: int, known: Mapping[str, str]) -> _Spot | None:
    token = words[index]
    value = known.get(token.norm) or known.get(singular(token.norm))
    counted = index > 0 and words[index - 1].kind == "number"
    if value is None or token.kind not in ("word", "quote"):
        return None
    if token.norm in PREPOSITIONS and not counted and index < len(words) - 1:
        return None  # "in" is inches only where nothing follows it, or a number stands before it
    start = index
    while start and words[start - 1].norm in DETERMINERS:
        start -= 1
    preposition = words[start - 1].norm if start and words[start - 1].norm in PREPOSITIONS | {"as"} else ""
    return _Spot(start - bool(preposition), index + 1, value, preposition, counted)
