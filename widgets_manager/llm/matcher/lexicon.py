"""Words of the offline matcher: what English verbs ask for, and which words carry no meaning of their own.

A *sense* is what a verb may ask a panel to do. Verbs have several senses with weights (0..1): "put" adds, but also
moves and sets. Intents get their senses from their own name and examples by the same table, so a widget with other
verbs needs no entry here: an unlisted verb is simply its own sense.
"""

from __future__ import annotations

from typing import Final

from widgets_manager.llm.matcher.wordlist import phrases, word_row, word_set

Senses = dict[str, float]


def _table(*rows: tuple[str, Senses]) -> dict[tuple[str, ...], Senses]:
    """Rows of "phrase, phrase" and their senses as one mapping from word tuples."""
    return {phrase: senses for listed, senses in rows for phrase in phrases(listed)}


VERBS: Final = _table(
    ("add, adding, ad", {"add": 1, "increase": 0.9, "append": 0.85}),
    ("create, new, insert, include, enter, log, register, schedule, a new", {"add": 1}),
    ("save, store, keep, bookmark, pin, remember, record, capture", {"add": 1}),
    ("remind me to, remind me that, remember to, i need a new, i need a, i want a new, i want a", {"add": 0.9}),
    ("note, note that, note down, write down, write down that, jot, jot down, take a note, make a note", {"add": 1}),
    ("make a, make a new, make me a, write a note, leave a note", {"add": 1}),
    ("make", {"add": 0.8, "set": 0.9}),
    (
        "put, stick, throw, place, toss, pop, drop a, putting, chuck",
        {"add": 1, "move": 0.9, "set": 0.85, "append": 0.5},
    ),
    ("append, attach, extend", {"append": 1, "add": 0.8}),
    (
        "remove, delete, erase, discard, drop, scrap, strike, strike out, kill, trash, deleting, bin,"
        " ditch, axe, chuck out, kick",
        {"remove": 1},
    ),
    ("get rid of, throw out, throw away, take off, take out, toss out, rub out, unpin", {"remove": 1}),
    ("take", {"remove": 0.7, "open": 0.3}),
    ("clear, empty, wipe, wipe out, clean up, purge, clear out, flush", {"clear": 1, "remove": 0.7}),
    ("complete, finish, tick, tick off, check off, cross off, close, mark off, resolve, check", {"complete": 1}),
    ("i'm finished with, i am finished with, i'm done with, i am done with, done with", {"complete": 1}),
    ("mark, flag", {"complete": 0.9, "set": 0.7}),
    ("move, shift, push, drag, transfer, bring, slide, relocate, promote", {"move": 1}),
    ("set, change, adjust, make it", {"set": 1, "start": 0.5, "complete": 0.6, "move": 0.6, "update": 0.8}),
    ("update, edit, modify, correct", {"update": 1, "set": 0.95}),
    ("rename", {"rename": 1, "update": 0.8}),
    ("reset", {"set": 0.9, "reset": 1, "clear": 0.7}),
    ("increase, raise, bump, bump up, boost, grow, increment, plus", {"increase": 1}),
    ("decrease, lower, reduce, decrement, minus, subtract, cut", {"decrease": 1}),
    (
        "show, show me, list, display, view, see, print, pull up, let me see, let us see, give me, tell me",
        {"show": 1, "open": 0.6},
    ),
    (
        "have a look at, look at, read, read me, read out, check out, get, get me, fetch",
        {"show": 1, "open": 0.6},
    ),
    ("what's, what is, what are, whats, what, which, how many, how much, any, what're", {"show": 1}),
    ("how are, how is, how's, do i have, do we have, is there, are there", {"show": 0.9}),
    (
        "open, open up, launch, visit, go to, take me to, bring up, jump to, navigate to, fire up",
        {"open": 1, "show": 0.8},
    ),
    ("find, search, search for, look for, look up, who is", {"find": 1, "show": 0.7}),
    ("drop me, drop us, cut me, take me out, kick me", {}),  # idioms, no requests
    ("start", {"start": 1, "open": 0.6}),
    ("count", {"count": 1, "show": 0.6}),
)
KNOWN_SENSES: Final = frozenset(sense for senses in VERBS.values() for sense in senses)
LONGEST_VERB: Final = max(map(len, VERBS))

OPENER_PHRASES: Final = frozenset(
    phrases(
        "hey, hi, hello, ok, okay, so, please, pls, plz, kindly, just, now, then, also, well, alright, and, yo, dear,"
        " could you, can you, would you, we can, you can, you may, we need to, we have to, will you,"
        " could u, can u, would you mind, can i, may i, could i, i want to,"
        " i want you to, i wanna, i'd like to, i'd like you to, i would like to, i need to, i need you to, i'd like,"
        " i would like, let's, lets, let us, go ahead and, be so kind and, good morning, good evening, good afternoon,"
        " hey there, hi there, do me a favour and, quickly"
    )
)
CLOSER_PHRASES: Final = frozenset(
    phrases(
        "please, pls, plz, thanks, thx, cheers, now, again, ok, okay, too, thank you, for me, right now, if you can,"
        " would you, will you, for us, at once, if possible, as well"
    )
)

NEGATIONS: Final = word_set(
    "don't dont not never no cannot can't cant won't wont wouldn't shouldn't mustn't without avoid refrain"
    " instead nobody neither nor"
)
# Sentences that begin so talk about doing something; nothing is to be done.
HYPOTHETICAL: Final = phrases(
    "how do, how can, how could, how would, how to, how does, how should, how did, why, when, who, if,"
    " what if, what happens, what would, what will, what does it, should, shall, did, does, do you, have you, has,"
    " had, was, were, is it, is there a way, are you, will, would it, i have, i've, i already, i just, i"
    " was, i had, i might, i may,"
    " i would, i wouldn't, i don't, i do not, i will, i'll, i think, we already, he, she, they, remember when, are we,"
    " can it, what did you, am i, imagine, suppose"
)
QUESTION_OPENERS: Final = word_set("what what's whats which how any do is are where how's")

DETERMINERS: Final = word_set("the teh a an my our this that these those some another one's its")
FILLERS: Final = frozenset(
    DETERMINERS
    | word_set(
        "me i we us it is are was were be do does did have has had there here of for in on at to from with by and"
        " or so then than as please just now today currently current right all any everything every each whole entire"
        " what what's whats which who how many much going doing look like lately still left yet next far up"
        " out off over"
        " under into onto inside within about everybody contents content overview list lists panel panels"
        " widget widgets"
        " anything something dashboard status summary thing things stuff item items entry entries can"
        " could would should"
        " will want wanted need needed"
        " get got say says saying see really actually again more please via using back been being"
    )
)
ADDRESS: Final = word_set("you your yours yourself he she they him her who whom whose")  # about people, not panels
PREPOSITIONS: Final = word_set("to in into on onto from off at of for inside within under via using")
GENERIC_NOUNS: Final = word_set("item items entry entries thing things one ones element row")
PRONOUNS: Final = word_set("it this that them these those one")
NAMING: Final = word_set("called named titled labelled labeled saying says reading")
ALL_WORDS: Final = word_set("all everything every")
DONE_WORDS: Final = word_set("done complete completed finished closed ticked checked")
OPEN_WORDS: Final = word_set("unfinished open undone incomplete pending outstanding unchecked remaining todo")
COLUMN_WORDS: Final = ("to do", "todo", "doing", "in progress", "done", "backlog", "review", "blocked")
YES_WORDS: Final = word_set("yes true on enable enabled")
NO_WORDS: Final = word_set("no false off disable disabled")

# Words that people use for the same kind of thing, each row under its first word.
NOUN_GROUPS: Final = tuple(
    word_row(row)
    for row in (
        "task todo to-do card ticket chore to-dos",
        "link bookmark shortcut",
        "note memo",
        "book article novel",
        "number figure value metric kpi",
        "recent recently lately latest recents",
        "use used using",
    )
)
NOUNS: Final = {word: row[0] for row in NOUN_GROUPS for word in row}

# What a verb is about although no noun says so.
IMPLIED_NOUNS: Final = {
    **dict.fromkeys(
        ("note", "note that", "note down", "write down", "write down that", "jot", "jot down", "record"), "note"
    ),
    **dict.fromkeys(("take a note", "make a note", "write a note", "leave a note", "capture"), "note"),
    **dict.fromkeys(("bookmark", "visit", "launch", "go to", "take me to"), "link"),
    **dict.fromkeys(("tick", "tick off", "check off", "cross off", "remind me to", "finish", "complete"), "task"),
    **dict.fromkeys(("read", "read me", "read out"), "book"),
}

# Common words that look like a misspelt verb or noun and are none.
NEVER_CORRECTED: Final = word_set(
    "love live lost last more most home have make made want tale what that than this when your from with were where"
    " here hear read real road load lead dead done gone come some same name game gave give given five four nine then"
    " them they there their these those like link line lane late rate date data note nose none node rote vote move"
    " mode mood moon food good book look cook took tool took soon show slow snow know now how who why was has had her"
    " his him she one once only over ever even every very work word world would could should shall will well tell"
    " call tall ball fall full pull push rush wish with dish fish list lift life left felt feel fell sell cell self"
    " shelf chose close cloud clear clean learn year near dear fear open often pen ten ran run fun sun son song long"
    " lung king ring sing thing think thank drink bring break bread broad board bored boat boot root room roof team"
    " term seam steam dream cream great treat meat meet seat beat heat head hand land sand send lend bend mend find"
    " mind kind wind land stand start stop step stay say day way may pay lay play place plate late later paper pager"
    " sale safe same case care card car cat cap cup cut put but bus buy guy got get let set sit six mix fix fox box"
    " must mute menu plan plane plant print point paint train rain main man men many any money month mouth south north"
    " east west test text next best rest nest past part port sport short shirt skirt"
)

# Words for units, each row under what tools call it.
UNITS: Final = {
    word: row[0]
    for row in map(
        word_row,
        (
            "mm millimetre millimeter",
            "cm centimetre centimeter",
            "m metre meter",
            "km kilometre kilometer kms",
            "in inch inche",
            "ft foot feet",
            "yd yard",
            "mi mile",
            "mg milligram",
            "g gram gramme",
            "kg kilogram kilo kilogramme",
            "oz ounce",
            "lb pound lbs",
            "c celsius centigrade",
            "f fahrenheit",
            "k kelvin",
            "ml millilitre milliliter",
            "l litre liter",
        ),
    )
    for word in row
}
