"""Stage 6 of the matcher: how well each visible intent fits a message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from rapidfuzz import fuzz, process

from widgets_manager.llm.matcher.extract import Extraction, extract
from widgets_manager.llm.matcher.intents import Intent, Role
from widgets_manager.llm.matcher.lexicon import DETERMINERS, FILLERS, GENERIC_NOUNS, IMPLIED_NOUNS, KNOWN_SENSES
from widgets_manager.llm.matcher.normalise import Token, stems
from widgets_manager.llm.matcher.sentence import Sentence

SHORTLIST: Final = 48
_WEIGHTS: Final = {"verb": 0.5, "noun": 0.25, "example": 0.1, "fit": 0.15}
_VERBLESS: Final = 0.75
_SURE_VERB: Final = 0.7  # below, the verb alone does not say that the panel is meant
_MIN_VERB: Final = 0.45
_EXACT: Final = 0.8
_PLACED: Final = 0.12


@dataclass(frozen=True, slots=True)
class Query:
    """A message, prepared once: its text, sentence and stems; `named` when it names a panel."""

    text: str
    plain: str
    sentence: Sentence
    stems: frozenset[str]
    named: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """How an intent fits: `score` 0..1, `noun` one of its parts, `exact` for one of its own examples."""

    intent: Intent
    extraction: Extraction
    score: float
    noun: float
    exact: bool


def search_stems(tokens: Sequence[Token], sentence: Sentence) -> frozenset[str]:
    """The stems that find intents: the words that say something, what the verb asks for and what it implies."""
    said = {token.stem for token in tokens if token.norm not in FILLERS}
    return frozenset(said | set(sentence.senses) | {IMPLIED_NOUNS.get(sentence.verb, "")})


def shortlist(query: Query, intents: Iterable[Intent], favoured: Iterable[Intent]) -> list[Intent]:
    """The intents worth a closer look: all of the favoured panels, and of the others those sharing most words."""
    known = query.stems
    by_overlap: defaultdict[int, list[Intent]] = defaultdict(list)
    for intent in intents:
        if shared := known & intent.keys:
            by_overlap[len(shared)].append(intent)
    ordered = (intent for overlap in sorted(by_overlap, reverse=True) for intent in by_overlap[overlap])
    return list({id(intent): intent for intent in (*islice(ordered, SHORTLIST), *favoured)}.values())


def fit(query: Query, intent: Intent, siblings: frozenset[str], *, focused: bool) -> Fit | None:
    """The fit of one intent, None when the message cannot mean it. `siblings`: what its panel's intents describe."""
    sentence = query.sentence
    exact = query.plain in intent.plain_examples
    sense, verb = ("", 1.0) if exact else verb_score(sentence, intent)
    if verb < _MIN_VERB:
        return None
    extraction = extract(sentence, intent, query.text, siblings)
    noun = noun_score(sentence, intent, siblings)
    if not exact and not _plausible(
        query, intent, extraction, noun, "show" if verb < _SURE_VERB else sense, focused=focused
    ):
        return None
    fitness = 1.0 - 0.4 * min(2, len(extraction.missing)) - 0.34 * min(2, len(extraction.unexplained))
    parts = {"verb": verb, "noun": noun, "example": example_score(query, intent), "fit": max(0.0, fitness)}
    score = sum(_WEIGHTS[name] * value for name, value in parts.items())
    score += _PLACED * extraction.placed
    return Fit(intent, extraction, max(score, _EXACT) if exact else score, noun, exact)


def verb_score(sentence: Sentence, intent: Intent) -> tuple[str, float]:
    """Which of the verb's senses meets the intent's best, and how well; without a verb a message can only read."""
    own = [(sense, weight * intent.senses.get(sense, 0.0)) for sense, weight in sentence.senses.items()]
    if not intent.writes and not any(sense in KNOWN_SENSES for sense in sentence.senses):
        own.append(("show", _VERBLESS * intent.senses.get("show", 0.0)))
    return max(own, key=lambda pair: pair[1], default=("", 0.0))


def noun_score(sentence: Sentence, intent: Intent, siblings: frozenset[str]) -> float:
    """1 when the verb's object is the intent's own kind of thing, less when that word stands elsewhere."""
    content = [token for token in sentence.rest if token.kind == "word" and token.norm not in DETERMINERS]
    lead = _lead_words(content)
    if {IMPLIED_NOUNS.get(sentence.verb, ""), *stems(sentence.verb)} & intent.nouns or any(
        token.stem in intent.nouns for token in lead
    ):
        return 1.0
    if any(token.stem in intent.nouns for token in sentence.content):
        return 0.6
    if any(token.stem in siblings for token in lead):
        return 0.5
    return 0.2 if any(token.norm in GENERIC_NOUNS for token in lead) else 0.0


def _lead_words(content: Sequence[Token]) -> Sequence[Token]:
    """The first words that say something, past "new", "second", "all" and the like."""
    said = [token for token in content if token.norm not in FILLERS]
    return said[:2]


def example_score(query: Query, intent: Intent) -> float:
    """Likeness to the closest example, 0..1."""
    if not intent.plain_examples:
        return 0.0
    found = process.extractOne(query.plain, intent.plain_examples, scorer=fuzz.token_set_ratio)
    return found[1] / 100 if found else 0.0


def _plausible(query: Query, intent: Intent, extraction: Extraction, noun: float, sense: str, *, focused: bool) -> bool:
    """Whether the words leave the intent possible: nothing unexplained, and a read is about the panel."""
    if extraction.unexplained or (extraction.free and not query.sentence.verb and (intent.writes or not query.named)):
        return False
    if extraction.free and not intent.writes and sense == "show":
        return noun >= 0.5 or query.named
    if (
        Role.NUMBER in intent.roles.values()
        and query.sentence.verb
        and not extraction.typed
        and intent.with_role(Role.NAME) == []
    ):
        return query.named or noun >= 1.0
    if query.named or noun > 0 or extraction.params:
        return True
    return _may_mean_focus(query.sentence, intent, extraction, focused=focused)


def _may_mean_focus(sentence: Sentence, intent: Intent, extraction: Extraction, *, focused: bool) -> bool:
    """`what's in here`, `clear it`: a verb and nothing that says more. A bare "clear" writes nothing."""
    if not sentence.verb or any(token.norm not in FILLERS and token.kind != "mark" for token in sentence.content):
        return False
    if intent.writes:
        return bool(extraction.missing) or (focused and bool(sentence.content))
    return focused
