"""A question, read: what it is about, what kind of answer it wants, and its misspelt words put right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.analysis.clauses import Event, events, without_times
from bot.analysis.lexicon import lexicon
from bot.analysis.values import quantities
from bot.analysis.words import Token, base_form, fold, known, stem, tokens
from index.visible import visible

Wants = Literal[
    "when", "clock", "many", "much", "long", "measure", "who", "where", "why", "whether", "which", "name", "how", "what"
]

FACETS: dict[Wants, tuple[str, ...]] = {
    "when": ("date", "clock", "state"), "clock": ("clock",), "many": ("amount", "label", "whether", "state"), "much": ("amount",), "long": ("duration", "state"), "measure": ("amount",),
    "who": ("actor", "quote", "whether", "state"), "where": ("place", "actor"), "why": ("cause", "actor", "nature"), "whether": ("state", "whether", "cause", "nature"),
    "which": ("label", "actor", "place", "amount", "date"), "name": ("actor",), "how": ("actor", "cause", "place", "state"), "what": ("depicted", "nature", "actor", "cause", "amount", "label", "state", "whether", "quote", "duration"),
}  # fmt: skip
"""Which claims answer which question, the most fitting first."""

COMMON_WORD = 2000
"""A word of more of a story's sentences than this finds too much to be looked for."""
MOST_SLIPS = 4
"""So many misspelt words of a question are put right."""
MEASURES = {
    "high": "m",
    "tall": "m",
    "deep": "m",
    "far": "m",
    "wide": "m",
    "heavy": "kg",
    "fast": "m/s",
    "big": "",
    "large": "",
    "old": "s",
    "hot": "degree",
    "cold": "degree",
}
MEASURED = {"weigh": "kg", "weight": "kg", "age": "s", "speed": "m/s", "height": "m", "length": "m", "depth": "m", "width": "m", "distance": "m", "temperature": "degree"}  # fmt: skip
"""Words after "what" that ask for a measure, and its unit."""
MEASURE_WORDS = frozenset(stem(w) for w in (*MEASURES, *MEASURED))
"""Normal forms of the words that say which measure is asked for, and not of what."""
MEASURE_WITHIN = 5
"""Such a word stands within so many words behind "what"."""
DAYS = frozenset(["day", "date", "year", "month", "night", "evening", "morning", "afternoon", "weekday", "weekend"])
"""What is asked for with "which" where the answer is a time."""
TOLLED = frozenset(["toll", "number", "headcount"])
"""What is asked for where the answer is a count."""
REASONS = frozenset(["cause", "causes", "caused", "reason", "reasons", "triggered", "motive", "motives", "purpose"])
KIND_WORDS = frozenset(stem(w) for w in (REASONS - {"triggered"}) | {"real"})
"""Words that only tell what kind of answer is wanted: no source says "the motive was"."""
TOLLS = frozenset(stem(w) for w in TOLLED)
"""The same where a count is wanted."""
ASKED_KINDS = frozenset(
    stem(w) for w in ["colour", "color", "nationality", "job", "profession", "occupation", "kind", "sort", "type"]
)
"""What is asked for with "which" or "what" and never said: a van is white, and nobody writes that this is its colour."""
AGE_WORDS = frozenset(["old", "age"])
"""Normal forms of what asks for an age: who is 37 is seldom said to be old."""
SPANS_OF_TIME = frozenset(stem(w) for w in ["second", "minute", "hour", "day", "week", "month", "year"])
"""What is counted where a duration is asked for."""
RUN_TOGETHER = re.compile(r"(?i)\b(who|what|where|when|how|why)s\b")
"""A word of asking with an "is" that lacks its apostrophe."""
WISHES = frozenset(["want", "need", "wonder", "would", "wish", "like"])
QUESTION_WORDS = frozenset(["who", "whom", "whose", "what", "which", "when", "where", "why", "how"])
CHATTER = frozenset(stem(w) for w in ["please", "tell", "know", "hear", "wonder", "question", "really", "actually", "exactly", "maybe", "guess", "thing", "stuff", "somebody", "someone", "anybody", "anyone", "anything", "something", "story", "article", "source", "hi", "hello", "hey", "thanks", "thank", "right", "sure", "okay", "bot", "find", "want", "like", "mean", "remember", "idea", "say", "talk", "happen", "keep", "everything", "everyone", "people", "get"])  # fmt: skip
"""Words of asking, not of what is asked."""


FEWEST = 2
"""Words of asking that are looked for where a question has no others: fewer say nothing, as in "What happened?"."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question ready to be matched: `terms` are normal forms, the essential ones first; `aside` those of remarks around it."""

    text: str
    wants: Wants
    terms: tuple[str, ...]
    aside: tuple[str, ...]
    words: tuple[str, ...]
    """What full text looks for."""
    focus: str
    """Normal form of what is counted, named or chosen: "buns" in "how many buns"; '' for none."""
    unit: str
    numbers: tuple[float, ...]
    verbs: tuple[str, ...]
    """Normal forms of what the question says was done, where that is more than "is" or "did"."""
    corrected: tuple[tuple[str, str], ...]
    """Misspelt words with what they were taken for."""
    main: str
    """The question without remarks around it, its words corrected: what a reader is asked."""


def read_question(text: str, frequencies: Callable[[Iterable[str]], Mapping[str, int]]) -> Asked:
    """Read a question.

    `frequencies` counts normal forms in the story, absent means none: a word that neither English nor the story knows is
    taken for the nearest of the story's.
    """

    def frequency(norm: str) -> int:
        return frequencies([norm]).get(norm, 0)

    seen = " ".join(visible(text).text.split())
    main, aside = main_part(_without_idioms(RUN_TOGETHER.sub(r"\1's", seen)))
    words = tokens(main)
    marked = without_times(words, [])
    telling = {id(t) for t in _telling(marked)}
    corrected: list[tuple[str, str]] = []
    terms: list[str] = []
    searched: list[str] = []
    phrasal = {e.end - 1: e for e in events(marked) if len(e.words) > 1 or e.particle}
    for at, token in enumerate(marked):
        if id(token) not in telling:
            continue
        norm = token.norm
        marks = _phrasal(phrasal[at]) if at in phrasal else ()
        if marks:
            terms += marks
            searched.append(token.text)
            continue
        if frequency(norm) == 0:  # a name in small letters, or several of it: "the Russians"
            single = base_form(token.lower)
            forms = fold(token.lower), fold(single), stem(single)
            counts = frequencies(forms)
            norm = next((n for n in forms if counts.get(n)), norm)
        if frequency(norm) == 0 and not _english(token.lower):
            better = _nearest(token.lower, frequencies) if len(corrected) < MOST_SLIPS else None
            if better:
                norm, word = better
                corrected.append((token.text, word))
        terms.append(norm)
        searched.append(corrected[-1][1] if corrected and corrected[-1][0] == token.text else token.text)
    wants, focus, unit = _wanted(marked, seen)
    if (
        wants in ("many", "which", "name")
        and focus
        and focus not in terms
        and focus not in CHATTER
        and focus != "person"
    ):
        terms.insert(0, focus)
    unsaid = _unsaid(wants, unit, marked)
    if not unsaid.issuperset(terms):
        terms = [t for t in terms if t not in unsaid]
    focus = "" if focus in unsaid and wants != "many" else focus
    side = [t.norm for t in tokens(aside) if _matters(t)]
    numbers = tuple(v.amount.low for v in quantities(words))
    plain = main
    for wrong, right in corrected:
        plain = re.sub(rf"\b{re.escape(wrong)}\b", right, plain)
    plain = plain[:1].upper() + plain[1:].rstrip(" ?.!") + "?"
    return Asked(seen, wants, tuple(dict.fromkeys(terms)), tuple(dict.fromkeys(side)), tuple(dict.fromkeys(searched + [t.text for t in tokens(aside) if _matters(t)])),
                 focus, unit, numbers, _verbs(marked, terms), tuple(corrected), plain)  # fmt: skip


def _english(word: str) -> bool:
    """Whether English has a word, in British spelling too: "apologise" is no slip."""
    american = re.sub(r"is(e[ds]?|ing|ation)$", r"iz\1", word)
    return any(known(w) or known(base_form(w)) for w in (word, american))


def _unsaid(wants: Wants, unit: str, words: Sequence[Token]) -> frozenset[str]:
    """The words that only tell what kind of answer is wanted: a source that gives it does not say them. They stand in what is asked for itself, the first
    words up to the first noun: "jobs" in "What did the mayor say about jobs?" is what it is about."""
    if wants == "many" and [t.lower for t in words[:2]] == ["how", "many"]:
        return frozenset()
    kinds = {
        "why": KIND_WORDS, "many": TOLLS, "which": ASKED_KINDS, "what": ASKED_KINDS, "name": frozenset([stem("name")]), "long": SPANS_OF_TIME,
        "measure": AGE_WORDS if unit == "s" else frozenset[str](),
    }.get(wants, frozenset())  # fmt: skip
    first = next((i for i, t in enumerate(words) if t.tag.startswith("NN")), len(words))
    last = next((i for i in range(first, len(words)) if not words[i].tag.startswith("NN")), len(words))
    return frozenset(t.norm for t in words[:last] if t.norm in kinds and not t.name)


def _verbs(words: Sequence[Token], terms: Sequence[str]) -> tuple[str, ...]:
    """The terms of a question that are its verbs, light ones aside."""
    found: list[str] = []
    for event in events(words):
        marks = _phrasal(event)
        norm = words[event.end - 1].norm
        found += [
            t
            for t in (marks or (norm,))
            if t in terms and t not in lexicon().light and (marks or words[event.end - 1].tag.startswith("VB"))
        ]
    return tuple(dict.fromkeys(found))


def _without_idioms(text: str) -> str:
    for idiom in lexicon().idioms:
        text = re.sub(rf"(?i)(?<!\w){re.escape(idiom)}(?!\w)(?=.*\w)|(?<=\w )\b{re.escape(idiom)}(?=\W*$)", " ", text)
    return " ".join(text.split())


def _phrasal(event: Event) -> tuple[str, ...]:
    """The concepts of a verb with its particle, "set off", as marks; () where the verb alone says it."""
    groups = lexicon().groups
    with_particle = groups.get((event.words[0], event.particle), ()) if event.particle else ()
    joined = next(
        (groups[event.words[:size]] for size in (4, 3, 2) if event.words[:size] in groups and len(event.words) >= size),
        (),
    )
    return tuple(f"§{c}" for c in (with_particle or joined))


def _matters(token: Token) -> bool:
    if token.text[0].isdigit():
        return True
    return token.content and token.norm not in CHATTER and token.lower not in QUESTION_WORDS


def _telling(words: Sequence[Token]) -> list[Token]:
    """The words that say what a question is about; where all are words of asking, as in "Who knew exactly what they wanted?", those."""
    found = [t for t in words if _matters(t)]
    if found:
        return found
    asking = [t for t in words if t.content and t.lower not in QUESTION_WORDS]
    return asking if len(asking) >= FEWEST else []


def main_part(text: str) -> tuple[str, str]:
    """The question itself and the remarks around it: "My aunt lives there. Was anybody hurt?"."""
    parts = [p.strip() for p in re.split(r"(?<=[.!?])\s+", text) if p.strip()]
    asking = [p for p in parts if p.endswith("?") or p.split()[0].casefold().strip(",") in QUESTION_WORDS]
    if not asking:
        asking = parts[-1:]
    main = (
        max(
            asking,
            key=lambda p: (p.split()[0].casefold() in QUESTION_WORDS or p.endswith("?"), len(p.split()) > 2, len(p)),
        )
        if asking
        else text
    )
    follow = [p for p in asking if p != main]
    aside = " ".join(p for p in parts if p not in asking)
    comma = re.match(
        r"(?i)(.{12,}?)(?:,| -|:)\s+((?:so |and |but )?(?:who|what|which|when|where|why|how|do|does|did|is|are|was|were|can|could|will|has|have|had)\b.*)$",
        main,
    )
    if comma:
        aside, main = f"{aside} {comma.group(1)}".strip(), comma.group(2)
    return " ".join([main, *follow]), aside


def _wanted(words: Sequence[Token], text: str) -> tuple[Wants, str, str]:
    """The kind of answer, what is counted or chosen, and the unit of a measure."""
    lowers = [t.lower for t in words]
    for i, word in enumerate(lowers):
        following = lowers[i + 1] if i + 1 < len(lowers) else ""
        if i and word in ("who", "which", "where", "when") and _relative(words[i - 1], words[i]):
            continue
        if word == "how":
            if following == "many":
                if stem(base_form("".join(lowers[i + 2 : i + 3]))) in SPANS_OF_TIME and not _counted_on(words, i + 3):
                    return "long", "", "s"
                return "many", _noun(words, i + 2), ""
            if following == "often":
                return "long", "", ""
            if following == "much":
                return (
                    "much",
                    _noun(words, i + 2) if i + 2 < len(words) and words[i + 2].tag.startswith("NN") else "",
                    "money",
                )
            if following == "long":
                return "long", "", "s"
            if following in MEASURES:
                return "measure", stem(following), MEASURES[following]
            return ("why" if following == "come" else "how"), "", ""
        if word in ("when",):
            return "when", "", ""
        if word in ("what", "which") and following in ("time", "hour"):
            return "clock", "", ""
        if word in ("what", "which", "whose") and following in DAYS and not _counted_on(words, i + 2):
            return "when", "", "day"
        if word in ("who", "whom", "whose"):
            return "who", "", ""
        if word == "where":
            return "where", "", ""
        if word == "why":
            return "why", "", ""
        if word in ("what", "which"):
            return _what(words, i)
    if (
        lowers[:1] and base_form(lowers[0]) in ("be", "do", "have", "can", "will", "would", "could", "should")
    ) or re.search(r"(?i)\b(?:or not|is that right|true|whether|really)\b", text):
        return "whether", "", ""
    if lowers and base_form(lowers[0].replace("nt", "")) in ("be", "do", "have"):
        return "whether", "", ""
    if _states(text, words):
        return "whether", "", ""  # is it so?
    return ("what" if TOLLED.isdisjoint(lowers) else "many"), "", ""


def _counted_on(words: Sequence[Token], at: int) -> bool:
    """Whether a noun phrase goes on at a place: "day" in "how many day trippers" counts no days."""
    return at < len(words) and words[at].tag.startswith(("NN", "CD"))


def _relative(before: Token, word: Token) -> bool:
    """Whether a word of asking goes with the noun before it: "the people who did it"."""
    return before.tag.startswith(("NN", "PRP")) and word.start - before.end == 1 and not before.tag.startswith("NNP")


def _states(text: str, words: Sequence[Token]) -> bool:
    """Whether a text says something, and does not ask or tell somebody to answer: "Describe the video.", "I want to know the level."."""
    if not text.rstrip().endswith(".") or len(words) <= 3 or words[0].tag == "VB":
        return False
    wishes = words[0].lower in ("i", "we") and words[1].lower in WISHES
    return not wishes and any(t.tag.startswith("VB") for t in words)


def _measured(rest: Sequence[Token]) -> str:
    """The measure that a question asks for behind its "what": "what weight", "what is his age", "what does it weigh"; '' for none."""
    lowers = [t.lower for t in rest]
    at = next((i for i, w in enumerate(lowers[:MEASURE_WITHIN]) if w in MEASURED), None)
    if at is None or not REASONS.isdisjoint(lowers) or _counted_on(rest, at + 1):
        return ""
    if lowers[at] == "weigh":
        return "weigh"
    between = rest[:at]
    plain = all(
        t.tag.startswith(("DT", "PRP$", "JJ", "POS", "NNP")) or base_form(t.lower) in ("be", "'s") for t in between
    )
    return lowers[at] if plain and not (at and lowers[at + 1 : at + 3] == ["of", "time"]) else ""


def _what(words: Sequence[Token], at: int) -> tuple[Wants, str, str]:
    rest = words[at + 1 :]
    lowers = [t.lower for t in rest]
    measured = _measured(rest)
    if measured:
        return "measure", stem(measured), MEASURED[measured]
    if rest and rest[0].tag.startswith(("NN", "JJ")) and words[at].lower in ("what", "which"):
        focus = _noun(rest, 0)
        if words[at].lower == "which" and any(t.lower in ("way", "side") for t in rest[:2]):
            return "what", "", ""
        return "which", focus, ""
    if "name" in lowers[:6] or "called" in lowers:
        nouns = [t for t in rest if t.tag.startswith("NN") and t.lower not in ("name", "names")]
        return "name", nouns[-1].norm if nouns else "", ""
    if not REASONS.isdisjoint(lowers) or ("set" in lowers and "off" in lowers) or lowers[:1] == ["for"] or _makes(rest):
        return "why", "", ""
    if not TOLLED.isdisjoint(lowers):
        return "many", "", ""
    if any(
        w in lowers
        for w in (
            "cost",
            "price",
            "fee",
            "rate",
            "margin",
            "percentage",
            "size",
            "turnout",
            "score",
            "figure",
        )
    ):
        return "much", "", ""
    return "what", "", ""


def _makes(rest: Sequence[Token]) -> bool:
    """Whether "what made somebody do something" is asked, and not what made the noise."""
    if len(rest) < 3 or rest[0].lower != "made":
        return False
    return rest[1].tag == "PRP" or (
        rest[1].tag.startswith(("DT", "NNP")) and any(t.tag.startswith("VB") for t in rest[2:])
    )


def _noun(words: Sequence[Token], at: int) -> str:
    """The head of the noun phrase that starts at a place."""
    head = ""
    for token in words[at : at + 4]:
        if token.tag.startswith("NN"):
            head = token.norm
        elif head or not token.tag.startswith(("JJ", "VBN", "CD", "DT", "IN", "PRP$")):
            break
    return head


LONGEST_SLIP = 24
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _nearest(word: str, frequencies: Callable[[Iterable[str]], Mapping[str, int]]) -> tuple[str, str] | None:
    """The normal form of the story's word one slip away from an unknown one, the commoner of two, and the word itself; nobody
    slips on the first letter, but names differ in it."""
    if not 4 <= len(word) <= LONGEST_SLIP:
        return None
    forms: dict[str, str] = {}
    for slip in sorted(slips(word), key=lambda w: (not known(w), w)):
        for form in (stem(base_form(slip)), fold(slip)):
            forms.setdefault(form, slip)
    found = frequencies(forms)
    best = max((f for f in forms if found.get(f) and forms[f][0] == word[0]), key=lambda f: (found[f], f), default=None)
    return (best, forms[best]) if best else None


def slips(word: str) -> set[str]:
    """The words one insertion, deletion, substitution or swap of neighbours away (Damerau 1964)."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    return (
        {a + b[1:] for a, b in cuts if b}
        | {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
        | {a + c + b[1:] for a, b in cuts if b for c in LETTERS}
        | {a + c + b for a, b in cuts for c in LETTERS}
    )


def search_words(text: str, frequencies: Callable[[Iterable[str]], Mapping[str, int]]) -> list[str]:
    """The words of a question that full text looks for: without those of a large story's every page, where rarer ones are left."""
    words = _telling(tokens(_without_idioms(RUN_TOGETHER.sub(r"\1's", visible(text).text))))
    counts = frequencies({t.norm for t in words})
    rare = [t.text for t in words if counts.get(t.norm, 0) <= COMMON_WORD]
    return rare if any(counts.get(t.norm) for t in words if t.text in rare) else [t.text for t in words]


TOGETHER = frozenset(stem(w) for w in ["account", "report", "paper", "newspaper", "outlet", "version", "fact", "point", "matter", "other", "main"])  # fmt: skip
APART = frozenset(stem(w) for w in ["disagree", "disagreement", "conflict", "contradict", "contradiction", "contradictory", "differ", "difference", "discrepancy", "dispute", "disputed", "inconsistency", "odds"])  # fmt: skip


ALIKE = frozenset(stem(w) for w in ["agree", "agreement", "agreed", "common", "consensus", "undisputed", "unanimous"])


def asks_what_is_disputed(text: str) -> bool:
    """Whether a question is about the sources and not about their story: "What do the articles disagree on?"."""
    return _asks_of_sources(text, APART)


def asks_what_is_agreed(text: str) -> bool:
    """The same of what they have in common: "What do all sources agree on?"."""
    return _asks_of_sources(text, ALIKE)


def _asks_of_sources(text: str, about: frozenset[str]) -> bool:
    words = set(terms_of(text)) - CHATTER
    return bool(words & about) and words <= about | TOGETHER


def terms_of(text: str) -> tuple[str, ...]:
    """The content words of any text as normal forms, each once."""
    return tuple(dict.fromkeys(t.norm for t in tokens(text) if t.content or t.text[0].isdigit()))
