"""Stage 7 of the matcher: one call, a question back, or nothing: named panel, then focus, then the person decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from widgets_manager.llm.matcher import wording
from widgets_manager.llm.matcher.intents import Intent, intent_of
from widgets_manager.llm.matcher.normalise import clean, plain, tokenise
from widgets_manager.llm.matcher.panels import TITLE, Mention, Panel, find_naming, panels_of
from widgets_manager.llm.matcher.rank import Fit, Query, fit, search_stems, shortlist
from widgets_manager.llm.matcher.sentence import Sentence, parse
from widgets_manager.llm.matcher.spelling import correct
from widgets_manager.llm.matcher.wordlist import word_set
from widgets_manager.llm.types import Clarify, IntentCall, IntentOption

_MARGIN: Final = 0.1  # fits closer than this are the person's to tell apart
_FOCUS_MARGIN: Final = 0.2  # the focused panel may fit this much worse than the best
_MIN_READ: Final = 0.5
_MIN_WRITE: Final = 0.6
_ANAPHORA: Final = word_set("there same it again")


@dataclass(frozen=True, slots=True)
class NoMatch:
    """The message asks for nothing that is visible; `text` says what can be asked."""

    text: str


Decision = IntentCall | Clarify | NoMatch


@dataclass(frozen=True, slots=True)
class Candidate:
    """One intent on one panel."""

    option: IntentOption
    panel: Panel
    fit: Fit

    @property
    def complete(self) -> bool:
        """Whether it could run as it is."""
        return not self.fit.extraction.missing

    def call(self) -> IntentCall:
        """The call that runs it."""
        params = dict(self.fit.extraction.params)
        return IntentCall(
            self.panel.id, self.option.name, params, summary=wording.summary(self.option, self.panel, params)
        )


def decide(message: str, options: Sequence[IntentOption], last_panel_id: str | None = None) -> Decision:
    """What the message asks of the visible panels. Never raises for any text; writes only what is plainly asked for."""
    text = clean(message)
    panels = panels_of(options)
    compiled = [(option, intent_of(option)) for option in options]
    distinct = {id(intent): intent for _, intent in compiled}
    vocabulary = set[str]().union(*(intent.spellings for intent in distinct.values()))
    tokens = correct(tokenise(text), vocabulary)
    naming = find_naming(tokens, panels.values())
    if naming.unknown:
        return Clarify(wording.unknown_panel(naming.unknown, panels.values()))
    mention = naming.mention
    outside = tokens if mention is None else tokens[: mention.start] + tokens[mention.end :]
    sentence = parse(outside, set[str]().union(*(intent.leads for intent in distinct.values())))
    query = Query(text, plain(text), sentence, search_stems(tokens, sentence), mention is not None)
    candidates = _candidates(query, compiled, panels, mention)
    if not candidates:
        return _nothing(sentence, mention, panels, options)
    if naming.several:
        return Clarify(wording.several([candidate.panel for candidate in candidates]))
    return _choose(candidates, mention, last_panel_id, sentence)


def _candidates(
    query: Query, compiled: Sequence[tuple[IntentOption, Intent]], panels: Mapping[str, Panel], mention: Mention | None
) -> list[Candidate]:
    """Every panel's intents that fit, best first. Hypotheses and negations ask for nothing; questions only read."""
    within = mention.panel_ids if mention else None
    reachable = [(o, i) for o, i in compiled if within is None or o.panel_id in within]
    focused = {id(intent) for option, intent in reachable if option.focused}
    distinct = {id(intent): intent for _, intent in reachable}
    favoured = distinct.values() if within is not None else [distinct[key] for key in focused]
    listed = shortlist(query, distinct.values(), favoured)
    siblings = _siblings(listed, distinct.values())
    fits: dict[int, Fit] = {}
    for intent in listed:
        found = fit(query, intent, siblings[intent.titles], focused=id(intent) in focused)
        if found and _allowed(query, found):
            fits[id(intent)] = found
    candidates = [Candidate(o, panels[o.panel_id], fits[id(i)]) for o, i in reachable if id(i) in fits]
    return sorted(candidates, key=lambda candidate: -candidate.fit.score)


def _siblings(listed: Sequence[Intent], intents: Iterable[Intent]) -> dict[tuple[str, ...], frozenset[str]]:
    """For each widget on the shortlist the words that all its intents describe."""
    words: dict[tuple[str, ...], set[str]] = {intent.titles: set() for intent in listed}
    for intent in intents:
        if intent.titles in words:
            words[intent.titles] |= intent.described
    return {titles: frozenset(found) for titles, found in words.items()}


def _allowed(query: Query, found: Fit) -> bool:
    mood = query.sentence.mood
    if found.exact:
        return True
    if mood == "none" or (mood == "question" and found.intent.writes):
        return False
    return found.score >= (_MIN_WRITE if found.intent.writes else _MIN_READ) - 0.15 * query.named


def _choose(
    candidates: Sequence[Candidate], mention: Mention | None, last_panel_id: str | None, sentence: Sentence
) -> Decision:
    """One candidate where the rules single it out, else a question."""
    best = candidates[0]
    exact = [candidate for candidate in candidates if candidate.fit.exact]
    pool = exact or [c for c in candidates if c.fit.score >= best.fit.score - _MARGIN]
    focused = [c for c in candidates if c.panel.focused and c.fit.score >= best.fit.score - _FOCUS_MARGIN]
    if focused and (mention is None or mention.strength < TITLE or focused[0] in pool):
        pool = [c for c in focused if c.fit.exact] or focused
    pool = [c for c in pool if c.complete] or pool
    pool = _best_of_each_panel(pool)
    if len(pool) > 1 and last_panel_id:
        pool = _by_last_panel(pool, last_panel_id, sentence)
    if len(pool) > 1:
        return _ask(pool)
    chosen = pool[0]
    return (
        chosen.call()
        if chosen.complete
        else Clarify(wording.missing(chosen.option, chosen.panel, chosen.fit.extraction.missing))
    )


def _best_of_each_panel(pool: Sequence[Candidate]) -> list[Candidate]:
    """On one panel the best intent stands for it: asking is about panels, and about intents only in a dead heat."""
    kept: dict[str, Candidate] = {}
    for candidate in pool:
        kept.setdefault(candidate.panel.id, candidate)
    return list(kept.values())


def _by_last_panel(pool: list[Candidate], last_panel_id: str, sentence: Sentence) -> list[Candidate]:
    """The panel used last settles a tie for a read, and for a write only when the message points back to it."""
    points_back = any(token.norm in _ANAPHORA for token in sentence.content)
    last = [c for c in pool if c.panel.id == last_panel_id and (points_back or not c.fit.intent.writes)]
    return last or pool


def _ask(pool: Sequence[Candidate]) -> Clarify:
    """The two best candidates as choices; an incomplete one cannot be a button."""
    two = _best_of_each_panel(pool)[:2]
    ready = [candidate for candidate in two if candidate.complete]
    choices = [candidate.call() for candidate in ready] if len(ready) == len(two) else []
    return Clarify(wording.which([c.option for c in two], [c.panel for c in two]), choices)


def _nothing(
    sentence: Sentence, mention: Mention | None, panels: Mapping[str, Panel], options: Sequence[IntentOption]
) -> Decision:
    """A helpful text; narrowed to the named panel."""
    within = [option for option in options if mention is None or option.panel_id in mention.panel_ids]
    return NoMatch(wording.help_text(within or options, panels, refused=sentence.mood == "none"))
