"""Follow-ups: "and who said that?" becomes a question that stands alone, from the words of the conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.analysis.clauses import phrases
from bot.analysis.questions import QUESTION_WORDS, main_part, terms_of
from bot.analysis.words import Token, tokens
from bot.types import Turn

OPENING = re.compile(
    r"(?i)^\W*(?:and|but|so|ok(?:ay)?|then|what about|how about|why is that|says who|who says|since when|really)\b"
)
POINTING = frozenset(
    [
        "it",
        "that",
        "this",
        "they",
        "them",
        "he",
        "she",
        "him",
        "her",
        "his",
        "its",
        "their",
        "those",
        "these",
        "there",
        "one",
        "then",
        "so",
    ]
)
SMALL_TALK = re.compile(
    r"(?i)^\W*(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|thanks?(?: you| a lot| so much)?|thx|ok(?:ay)?|great|cool|bye|good ?bye|"
    r"who are you|what (?:can|do) you do|help(?: me)?|how does this work|привет|здравствуйте|спасибо|пока|hallo|guten (?:morgen|tag|abend)|danke|tschüss)\b[\W]*(?:there|bot|everyone)?\W*$"
)
OVERVIEW = re.compile(
    r"(?i)^\W*(?:tell me (?:everything|about (?:it|this|the story))|what(?:'s| is| was) (?:this|it|(?:this|the) story|all this)(?: all)? about|what happened|summari[sz]e(?: (?:it|this|the story))?|give me (?:a|the) summary)\W*$"
)
NAMING = re.compile(r"(?i)^\W*(?:(?:and|but|so|ok(?:ay)?|then)\b\W*)?(?:(?:what|how) about\b\s*)?")
"""How a follow-up begins that only names something."""
ENOUGH_TERMS = 3
LONGEST_CONTEXT = 400
"""Characters of the text a question points at."""
VERDICTS = frozenset(["true", "right", "correct", "real", "fake", "fals", "false", "confirm", "sure", "so", "fact"])
"""Normal forms of what asks only whether something holds."""


def small_talk(text: str) -> bool:
    """Whether a message greets or thanks and asks nothing of the sources."""
    return SMALL_TALK.match(text) is not None


def wants_overview(text: str) -> bool:
    """Whether a message asks for the story as a whole."""
    return OVERVIEW.match(text) is not None


def leans(question: str) -> bool:
    """Whether a question needs what went before it to be understood."""
    words, own = tokens(question), terms_of(question)
    pointing = [t for t in words if t.lower in POINTING and not _fills(question, t.lower)]
    points = any(t is not words[0] or t.lower not in ("so", "then") for t in pointing)
    points = points or (bool(OPENING.match(question)) and not _whole(question, words))
    return (points and len(own) < ENOUGH_TERMS) or (not own and len(words) <= 4)


def _whole(question: str, words: Sequence[Token]) -> bool:
    """Whether a question that begins with "and" asks for something of something all the same: "and how long is the video?"."""
    if re.search(r"(?i)\b(?:what|how) about\b", question):
        return False
    asks = any(t.lower in QUESTION_WORDS for t in words)
    return (
        asks and any(t.content and t.tag.startswith("NN") for t in words) and any(t.tag.startswith("VB") for t in words)
    )


def standalone(question: str, history: Sequence[Turn], context: str = "") -> str:
    """The question with what it leans on put beside it, or in the last one's place: the text it points at, else the last turn, which may itself lean
    on the one before; as it is where it leans on nothing."""
    if not leans(question):
        return question
    words = tokens(question)
    if context.strip():
        return _about(question, context)
    if not history:
        return question
    last = standalone(history[-1].question, history[:-1])
    named = {t.norm for t in words if t.content}
    topic = [t.text for t in tokens(last) if t.content and t.norm not in named and t.lower not in QUESTION_WORDS]
    if not topic:
        return question
    if changed := _instead(question, last):
        return changed
    bare = re.sub(r"(?i)^\W*(?:and|but|so|ok(?:ay)?|then|what about|how about)\b\W*", "", question).rstrip(" ?.!")
    kind = "" if any(t.lower in QUESTION_WORDS for t in words) else _asked_before(last)
    return f"{kind}{bare} {' '.join(topic)}?".strip()


def _instead(question: str, last: str) -> str | None:
    """The last question with another thing in the place of its own: after "Was the driver hurt?" "and the conductor?" asks whether
    that one was. None where a follow-up does not just name something, or the last question has nothing in its place."""
    told = NAMING.sub("", question).strip(" ?.!")
    words = tokens(told)
    new = next((p for p in phrases(words) if p.norms), None)
    if new is None or any(t.tag.startswith("VB") or t.lower in QUESTION_WORDS | POINTING for t in words):
        return None
    if new.at != (1 if new.preposition else 0):
        return None
    main = main_part(last)[0]
    own = [p for p in phrases(tokens(main)) if p.norms and not any(t.lower in QUESTION_WORDS for t in p.tokens)]
    fits = [p for p in own if p.preposition == new.preposition]
    fits = [p for p in fits if p.head.name is new.head.name] or fits
    if not new.preposition and not fits and len(own) == 1:
        fits = own
    if fits:
        named = told[new.tokens[0].start :]
        return f"{main[: fits[0].tokens[0].start]}{named}{main[fits[0].tokens[-1].end :]}"
    return f"{main.rstrip(' ?.!')} {told}?" if new.preposition else None


def _fills(question: str, word: str) -> bool:
    """Whether a word points at nothing: "was there a fire?"."""
    return (
        word == "there"
        and re.search(r"(?i)\b(?:is|are|was|were|be|been)(?:n't)? there\b|\bthere (?:is|are|was|were)\b", question)
        is not None
    )


def _about(question: str, context: str) -> str:
    """A question about a text: "is this true?" asks the text itself, any other brings its own words along."""
    shown = " ".join(context.split())
    if len(shown) > LONGEST_CONTEXT:
        shown = shown[:LONGEST_CONTEXT].rpartition(" ")[0]
    own = [t for t in terms_of(question) if t not in VERDICTS]
    return f"{question.rstrip(' ?.!')} {shown}" if own else shown


def _asked_before(question: str) -> str:
    """The question word of the last turn, kept for "and in Brannock?"."""
    match = re.match(
        r"(?i)\W*((?:how (?:many|much|long|high|old)|what time|who|what|when|where|why|which)\b)", question
    )
    return f"{match.group(1)} " if match else ""
