"""Stage 4 of the matcher: an intent as the matcher sees it: what it does, to what, and what each parameter is for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from typing import Final

from widgets_manager.llm.matcher.lexicon import ADDRESS, COLUMN_WORDS, FILLERS, PREPOSITIONS, UNITS, VERBS, Senses
from widgets_manager.llm.matcher.normalise import clean, fold, plain, stem, stems, tokenise
from widgets_manager.llm.matcher.sentence import Sentence, parse
from widgets_manager.llm.matcher.wordlist import word_set
from widgets_manager.llm.types import IntentOption, ParamSpec

MAX_EXAMPLES: Final = 50


class Role(Enum):
    """What a parameter is for, judged by its type, name and description."""

    POSITION = "position"
    NUMBER = "number"
    FLAG = "flag"
    URL = "url"
    CHOICE = "choice"
    TARGET = "target"
    NAME = "name"
    BODY = "body"
    OTHER = "other"


_POSITION: Final = word_set("position index number nr no rank row place")
_TARGET: Final = word_set(
    "column status state stage lane section folder category group list destination target tag label priority"
)
_COLUMN: Final = word_set("column status state stage lane")
_BODY: Final = word_set("text body content message note comment description detail")
_URL: Final = word_set("url uri href address website")
_ONE_OF: Final = re.compile(r"\b(?:one of|either|allowed values:?|values:|options:)\s*(.+)", re.IGNORECASE)
_VERB_STEMS: Final = frozenset(stem(phrase[0]) for phrase in VERBS if len(phrase) == 1) - {
    "note",
    "record",
    "list",
    "log",
    "count",
}
_PLAIN_WORDS: Final = FILLERS | PREPOSITIONS | ADDRESS


@lru_cache(maxsize=8192)
def listed_values(description: str, *, explicit: bool = False) -> tuple[str, ...]:
    """The values that a description lists: `one of todo, doing or "in progress"`; or quotes, unless `explicit`."""
    found = _ONE_OF.search(description)
    if found:
        head = re.split(r"[.;)]", found.group(1), maxsplit=1)[0]
        parts = [part.strip(" '\"“”`") for part in re.split(r",|\bor\b|\band\b|\|", head)]
        values = tuple(part for part in parts if 0 < len(part) <= 40)
        if len(values) > 1:
            return values
    if explicit:
        return ()
    quoted = tuple(re.findall(r"[\"“'`]([^\"”'`]{1,40})[\"”'`]", description))
    return quoted if len(quoted) > 1 else ()


@lru_cache(maxsize=8192)
def role_of(name: str, kind: str, description: str, has_enum: bool) -> Role:
    """The role of one parameter."""
    words = stems(name)
    if kind == "number":
        positional = words & _POSITION and not ("number" in words and "position" not in fold(description))
        return Role.POSITION if positional else Role.NUMBER
    if kind == "boolean":
        return Role.FLAG
    if kind not in ("string", "array"):
        return Role.OTHER
    if has_enum or listed_values(description, explicit=True):
        return Role.CHOICE
    if words & _URL or (words == {"link"} and "http" in fold(description)):
        return Role.URL
    if words & _TARGET:
        return Role.TARGET
    return Role.BODY if words & _BODY else Role.NAME


@dataclass(frozen=True, eq=False)
class Intent:
    """The meaning of one intent, shared by every panel of its widget."""

    name: str
    description: str
    examples: tuple[str, ...]
    params: Mapping[str, ParamSpec]
    writes: bool
    titles: tuple[str, ...]

    @cached_property
    def roles(self) -> dict[str, Role]:
        """The role of each parameter."""
        return {n: role_of(n, s.type, s.description, bool(s.enum)) for n, s in self.params.items()}

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every stem that can speak for this intent; cheap, for the first pass over many intents."""
        verb = VERBS.get((fold(self._name_words[0]),)) if self._name_words else None
        named = {_main(verb)} if verb else set()
        texts = (*self.titles, *self.examples, *self._listed)
        return stems(self.name).union(named, *(stems(text) for text in texts))

    @cached_property
    def _listed(self) -> list[str]:
        """The values of its enums, and the words for those that are units."""
        values = {str(value) for spec in self.params.values() for value in spec.enum}
        return [*values, *(word for word, unit in UNITS.items() if unit in map(fold, values))]

    @cached_property
    def _name_words(self) -> list[str]:
        return [word for word in re.split(r"[_\-\s]|(?<=[a-z])(?=[A-Z])", self.name) if word]

    @cached_property
    def nouns(self) -> frozenset[str]:
        """Stems of the things it is about: from its name and its panel's title."""
        name = stems(self.name) - _VERB_STEMS
        return (name.union(*(stems(title) for title in self.titles)) - _PLAIN_WORDS) | self._example_nouns

    @cached_property
    def _example_nouns(self) -> frozenset[str]:
        """Stems that stand in at least two examples and a third of them: the widget's own words."""
        counts = Counter(s for example in self.examples for s in stems(example))
        enough = max(2, len(self.examples) / 3)
        return frozenset(s for s, n in counts.items() if n >= enough and len(s) > 1) - _VERB_STEMS - _PLAIN_WORDS

    @cached_property
    def spellings(self) -> frozenset[str]:
        """Its keys and the whole words of its titles and name, for telling misspellings."""
        spaced = " ".join((*self.titles, self.name.replace("_", " ")))
        return self.keys | {word for word in fold(spaced).replace("-", " ").split() if len(word) > 3}

    @cached_property
    def described(self) -> frozenset[str]:
        """Stems of its own and its text parameters' descriptions; its panel's other intents may use them too."""
        texts = [self.description] + [self.params[name].description for name in self.with_role(Role.NAME, Role.BODY)]
        return frozenset(s for text in texts for s in stems(text) if len(s) > 2) - _VERB_STEMS - _PLAIN_WORDS

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Stems that a message about this intent may use without saying anything further."""
        described = stems(self.description) - _VERB_STEMS - ADDRESS
        return self.nouns | described | self.described | frozenset(s for name in self.params for s in stems(name))

    @cached_property
    def senses(self) -> Senses:
        """What it does, from its name and from the verbs of its examples."""
        found: Senses = {}
        if self._name_words:
            first = fold(self._name_words[0])
            named = VERBS.get((first,))
            found[_main(named) if named else first] = 1.0
        verbs = [sentence.senses for sentence in self._parsed if sentence.senses]
        for sense, count in Counter(_main(senses) for senses in verbs).items():
            if count * 3 >= len(verbs):
                found[sense] = max(found.get(sense, 0), 0.9)
        return _number_senses(found, self.roles.values())

    @cached_property
    def leads(self) -> frozenset[str]:
        """First words of its name and examples that are no known verbs: `assign`, `turn`, `forecast`."""
        firsts = [*self._name_words[:1], *(words[0] for words in map(str.split, self.examples) if words)]
        folded = {fold(word).strip(".,:;!?\"'") for word in firsts}
        return frozenset(word for word in folded if (word,) not in VERBS and word not in _PLAIN_WORDS)

    @cached_property
    def _parsed(self) -> list[Sentence]:
        return [parse(tokenise(clean(example)), self.leads) for example in self.examples[:MAX_EXAMPLES]]

    @cached_property
    def plain_examples(self) -> tuple[str, ...]:
        """The examples for exact comparison."""
        return tuple(plain(example) for example in self.examples[:MAX_EXAMPLES])

    def values(self, param: str) -> tuple[str, ...]:
        """The known values of a parameter: its enum, else what its description lists, else usual column names."""
        spec = self.params[param]
        known = tuple(str(value) for value in spec.enum) or listed_values(spec.description)
        return known or (COLUMN_WORDS if stems(param) & _COLUMN else ())

    def with_role(self, *roles: Role) -> list[str]:
        """Names of the parameters with such a role, required ones first."""
        names = [name for name, role in self.roles.items() if role in roles]
        return sorted(names, key=lambda name: not self.params[name].required)

    @property
    def refers(self) -> bool:
        """Whether it points at an existing thing, by name or by position."""
        return bool(self.with_role(Role.POSITION)) and bool(self.with_role(Role.NAME))


def _main(senses: Senses) -> str:
    return max(senses, key=lambda sense: senses[sense])


def _number_senses(senses: Senses, roles: Iterable[Role]) -> Senses:
    """Adding a number is increasing; adding a text never is."""
    kinds = set(roles)
    if "add" in senses and Role.NUMBER in kinds and not kinds & {Role.NAME, Role.BODY, Role.URL}:
        return {**senses, "increase": 1.0}
    return senses


_INTENTS: dict[object, Intent] = {}
_KEPT: Final = 20_000


def intent_of(option: IntentOption) -> Intent:
    """The compiled intent of an option; kept for the next message, at most 20,000 in a process."""
    params = [(n, s.type, s.required, s.description, *map(str, s.enum)) for n, s in option.params.items()]
    key = (
        option.name,
        option.description,
        tuple(option.examples),
        tuple(params),
        option.permission,
        option.panel_title,
        option.widget_name,
    )
    found = _INTENTS.get(key)
    if found is None:
        if len(_INTENTS) >= _KEPT:
            _INTENTS.clear()
        examples = tuple(text[:300] for text in option.examples[:MAX_EXAMPLES])
        titles = (option.panel_title[:200], option.widget_name[:200])
        found = Intent(
            option.name, option.description[:1000], examples, option.params, option.permission == "write", titles
        )
        _INTENTS[key] = found
    return found
