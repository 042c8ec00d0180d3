"""Stage 2 of the matcher: which panels a message names ("board B", "the reading list", "links a")."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from widgets_manager.llm.matcher.lexicon import CLOSER_PHRASES, DETERMINERS, PREPOSITIONS
from widgets_manager.llm.matcher.normalise import Token, singular, tokenise
from widgets_manager.llm.types import IntentOption

PART: Final = 1  # "on the board": the end of a title, after a preposition
TITLE: Final = 2  # "task board"
LABELLED: Final = 3  # "board B"
LETTERED: Final = 4  # "links a", where the title itself is "Quick Links A"


@dataclass(frozen=True, slots=True)
class Panel:
    """One visible panel as people may call it."""

    id: str
    title: str
    label: str | None
    widget_name: str
    focused: bool
    shared: bool = False

    @property
    def display(self) -> str:
        """The title, with its letter where another visible panel has the same title."""
        return f"{self.title} {self.label}" if self.shared and self.label else self.title


@dataclass(frozen=True, slots=True)
class Alias:
    """A way to name a panel: its words, and how sure it is that the panel is meant."""

    words: tuple[str, ...]  # in the singular
    strength: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A named place in the message: tokens [start, end), with its preposition, and the panels that it may mean."""

    start: int
    end: int
    panel_ids: frozenset[str]
    strength: int
    preposition: str


@dataclass(frozen=True, slots=True)
class Naming:
    """What a message says about panels: the mention that counts, or a letter that no panel has."""

    mention: Mention | None = None
    unknown: str = ""
    several: bool = False


def panels_of(options: Iterable[IntentOption]) -> dict[str, Panel]:
    """The panels of the options by id, in their order."""
    first = {option.panel_id: option for option in options}
    titles = Counter(option.panel_title for option in first.values())
    return {
        panel_id: Panel(panel_id, o.panel_title, o.label, o.widget_name, o.focused, titles[o.panel_title] > 1)
        for panel_id, o in first.items()
    }


@lru_cache(maxsize=16_384)
def aliases(title: str, label: str | None, widget_name: str) -> tuple[Alias, ...]:
    """Every way to name such a panel, without duplicates."""
    found: dict[tuple[str, ...], int] = {}
    for name in (title, widget_name.replace("-", " ").replace("_", " ")):
        words = tuple(singular(token.norm) for token in tokenise(name[:120]) if token.kind in ("word", "number"))
        if not words:
            continue
        letter, strength = (label or "").lower(), LABELLED
        if len(words) > 1 and len(words[-1]) == 1:
            letter, strength, words = words[-1], LETTERED, words[:-1]
        if strength == LABELLED:
            found[words] = max(found.get(words, 0), TITLE)
        for index in range(len(words)):
            suffix = words[index:]
            found.setdefault(suffix, PART)
            if letter:
                labelled = (*suffix, letter)
                found[labelled] = max(found.get(labelled, 0), strength)
    return tuple(Alias(words, strength) for words, strength in found.items())


def find_naming(tokens: Sequence[Token], panels: Iterable[Panel]) -> Naming:
    """The panels that the message names: the strongest mention; of equals one after a preposition, then the last."""
    by_first: defaultdict[str, list[tuple[Alias, str]]] = defaultdict(list)
    present = {singular(token.norm) for token in tokens}
    lettered: set[str] = set()
    for panel in panels:
        for alias in aliases(panel.title, panel.label, panel.widget_name):
            if alias.strength >= LABELLED and len(alias.words) == 2:
                lettered.add(alias.words[0])
            if alias.words[0] in present and present.issuperset(alias.words):
                by_first[alias.words[0]].append((alias, panel.id))
        letter = (panel.label or "").lower()
        if panel.shared and letter in present:
            by_first[letter].append((Alias((letter,), PART), panel.id))
    mentions = [mention for index in range(len(tokens)) if (mention := _mention_at(tokens, index, by_first))]
    unknown = _unknown_letter(tokens, mentions, lettered)
    if unknown:
        return Naming(unknown=unknown)
    if not mentions:
        return Naming()
    best = max(
        mentions, key=lambda found: (found.strength >= TITLE, bool(found.preposition), found.strength, found.start)
    )
    rivals = [
        other
        for other in mentions
        if other.strength >= LABELLED
        and other.panel_ids.isdisjoint(best.panel_ids)
        and bool(other.preposition) == bool(best.preposition)
    ]
    return Naming(mention=best, several=best.strength >= LABELLED and bool(rivals))


def _mention_at(tokens: Sequence[Token], index: int, by_first: dict[str, list[tuple[Alias, str]]]) -> Mention | None:
    """The longest, then strongest alias that begins at the token, extended over its article and preposition."""
    best: tuple[int, int] = (0, 0)
    ids: set[str] = set()
    for alias, panel_id in by_first.get(singular(tokens[index].norm), ()):
        size = len(alias.words)
        here = tokens[index : index + size]
        if tuple(singular(token.norm) for token in here) != alias.words or any(token.kind == "quote" for token in here):
            continue
        if (size, alias.strength) > best:
            best, ids = (size, alias.strength), {panel_id}
        elif (size, alias.strength) == best:
            ids.add(panel_id)
    size, strength = best
    if not size:
        return None
    start, end = index, index + size
    while start and tokens[start - 1].norm in DETERMINERS:
        start -= 1
    if end < len(tokens) and tokens[end].norm in ("panel", "widget"):
        end += 1
    preposition = tokens[start - 1].norm if start and tokens[start - 1].norm in PREPOSITIONS else ""
    if strength == PART and not (preposition and _ends_clause(tokens, end)):
        return None
    if size == 1 and len(tokens[index].text) == 1 and not tokens[index].text.isupper():
        return None
    if preposition:
        start -= 1
    return Mention(start, end, frozenset(ids), strength, preposition)


def _ends_clause(tokens: Sequence[Token], end: int) -> bool:
    """Whether the tokens after a mention begin something new, so that the mention is not the start of a longer name."""
    if end >= len(tokens) or tokens[end].kind == "mark" or tokens[end].norm in PREPOSITIONS:
        return True
    return any(tuple(token.norm for token in tokens[end : end + size]) in CLOSER_PHRASES for size in (1, 2))


def _unknown_letter(tokens: Sequence[Token], mentions: Sequence[Mention], lettered: set[str]) -> str:
    """`board C` where the boards have other letters; empty when there is no such thing."""
    for index in range(1, len(tokens)):
        letter, before = tokens[index], tokens[index - 1]
        if len(letter.text) != 1 or not letter.text.isupper() or singular(before.norm) not in lettered:
            continue
        if not any(mention.start <= index < mention.end for mention in mentions):
            return f"{before.text} {letter.text}"
    return ""
