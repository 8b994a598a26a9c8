"""Words of an English sentence with their part of speech and the normal form under which they are compared.

Tags are those of the Penn Treebank, given by textblob's tagger (Brill 1992, lexicon and rules in its wheel). Normal
forms are stems (Porter 1980, the Snowball version) of base forms; names are folded so that spelling variants meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

IRREGULAR = {
    form: base
    for line in """be is are was were been being am 's 're 'm|have has had having 've|do does did done doing|go goes went gone|say said
        get got gotten|make made|know knew known|think thought|take took taken|see saw seen|come came|find found|give gave given
        tell told|become became|leave left|feel felt|put|bring brought|begin began begun|keep kept|hold held|write wrote written
        stand stood|hear heard|let|mean meant|set|meet met|run ran|pay paid|sit sat|speak spoke spoken|lie lay lain|lead led|read
        grow grew grown|lose lost|fall fell fallen|send sent|build built builded|understand understood|draw drew drawn|break broke broken
        spend spent|cut|rise rose risen|drive drove driven|buy bought buyed|wear wore worn|choose chose chosen|steal stole stolen
        throw threw thrown|catch caught|fight fought|win won|teach taught|sell sold|shoot shot|hurt|hit|fly flew flown flies|hide hid hidden
        strike struck stricken|swim swam swum|sing sang sung|sink sank sunk|ring rang rung|drink drank drunk|eat ate eaten|forget forgot forgotten
        freeze froze frozen|wake woke woken|bite bit bitten|blow blew blown|burn burnt|dig dug|dream dreamt|feed fed|flee fled|hang hung
        lay laid|lend lent|light lit|quit|ride rode ridden|seek sought|shake shook shaken|shrink shrank shrunk|shut|sleep slept|slide slid
        split|spread|spring sprang sprung|stick stuck|swear swore sworn|sweep swept|swing swung|tear tore torn|wind wound|withdraw withdrew withdrawn
        bear bore born borne|bet|bind bound|cost|creep crept|deal dealt|forbid forbade forbidden|overcome overcame|learn learnt|spill spilt
        melt molten|prove proven|show shown|sew sewn|saw sawn|undergo underwent undergone|undertake undertook undertaken|uphold upheld|upset
        man men|woman women|child children|person people peoples persons|foot feet|tooth teeth|wife wives|life lives|half halves|knife knives
        die died dying|lie lied lying|tie tied tying|shelf shelves|mouse mice|goose geese|medium media|criterion criteria""".replace(
        "\n", "|"
    ).split("|")
    for base, *forms in [line.split()]
    for form in [base, *forms]
}
IRREGULAR.update(
    {
        "can": "can",
        "ca": "can",
        "could": "could",
        "wo": "will",
        "n't": "not",
        "wound": "wound",
        "lay": "lay",
        "found": "find",
    }
)

WORD = re.compile(
    r"""(?x)
      \d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?:\.\d+)?(?=\D|$)   # 30,000 or 30 000
    | \d{1,2}[:.]\d{2}(?=\s?(?:[ap]\.?m\b|\D|$))            # 02:14, 5.40pm
    | \d+(?:[.,]\d+)*
    | (?:[A-Z]\.){2,}
    | [ap]\.m\.
    | \w+(?:['’](?!s\b|re\b|ve\b|ll\b|d\b|m\b|t\b|\W|$)\w+)*(?:-\w+)*?(?=n['’]t\b)
    | n['’]t\b
    | ['’](?:s|re|ve|ll|d|m)\b
    | [^\W\d]\w*(?:[-‐‑]\w+)*
    | \#\w+
    | \S
    """
)
CLOSED_TAGS = (
    "DT",
    "IN",
    "TO",
    "CC",
    "PRP",
    "PRP$",
    "WP",
    "WP$",
    "WDT",
    "WRB",
    "MD",
    "EX",
    "POS",
    "RP",
    ".",
    ",",
    ":",
    "(",
    ")",
    '"',
)
STOP = frozenset(
    [
        "be",
        "have",
        "do",
        "can",
        "could",
        "will",
        "would",
        "shall",
        "should",
        "may",
        "might",
        "must",
        "not",
        "no",
        "nor",
        "so",
        "such",
        "than",
        "then",
        "there",
        "here",
        "very",
        "just",
        "only",
        "also",
        "too",
        "even",
        "still",
        "yet",
        "again",
        "ever",
        "never",
        "now",
        "today",
        "yesterday",
        "tomorrow",
        "about",
        "some",
        "any",
        "all",
        "each",
        "every",
        "other",
        "another",
        "one",
        "two",
        "own",
        "same",
        "more",
        "most",
        "much",
        "many",
        "few",
        "less",
        "least",
        "first",
        "last",
        "next",
        "get",
        "go",
        "come",
        "make",
        "take",
        "put",
        "say",
        "tell",
        "let",
        "know",
        "see",
        "thing",
        "way",
        "lot",
        "kind",
        "sort",
        "bit",
        "back",
        "up",
        "down",
        "out",
        "off",
        "over",
        "on",
        "in",
        "at",
        "of",
        "to",
        "for",
        "from",
        "with",
        "by",
        "as",
        "into",
        "onto",
        "upon",
        "after",
        "before",
        "since",
        "until",
        "while",
        "during",
        "through",
        "between",
        "among",
        "against",
        "without",
        "within",
        "under",
        "above",
        "near",
        "like",
        "and",
        "or",
        "but",
        "if",
        "because",
        "when",
        "where",
        "why",
        "how",
        "who",
        "whom",
        "whose",
        "which",
        "what",
        "that",
        "this",
        "these",
        "those",
        "it",
        "its",
        "he",
        "him",
        "his",
        "she",
        "her",
        "they",
        "them",
        "their",
        "we",
        "us",
        "our",
        "you",
        "your",
        "i",
        "me",
        "my",
        "mr",
        "mrs",
        "ms",
        "dr",
        "year",
        "month",
        "week",
        "day",
        "hour",
        "minute",
        "second",
        "time",
        "morning",
        "night",
        "afternoon",
        "evening",
        "noon",
        "midnight",
        "am",
        "pm",
        "o'clock",
        "local",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "gmt",
        "utc",
        "people",
        "person",
        "man",
        "woman",
    ]
)
"""Base forms that say nothing of what a claim is about."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word or mark of a sentence; offsets count code points of the sentence's visible text."""

    text: str
    tag: str
    norm: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.casefold()

    @property
    def content(self) -> bool:
        """True for a word that can say what a claim is about."""
        if not self.text[0].isalnum() or self.tag in CLOSED_TAGS or self.tag == "CD":
            return False
        return len(self.norm) > 1 and base_form(self.lower, self.tag) not in STOP

    @property
    def name(self) -> bool:
        return self.tag.startswith("NNP")


def tokens(sentence: str) -> list[Token]:
    """Split and tag one sentence."""
    from textblob.en import parser

    found = [(m.group(), m.start(), m.end()) for m in WORD.finditer(sentence) if m.group().strip()]
    words = [word.replace("’", "'") for word, _, _ in found]
    shouted = sum(w.isupper() and len(w) > 1 for w in words) > len(words) / 2
    if not words:
        return []
    tagged = parser.find_tags([w.capitalize() if shouted and w.isupper() and len(w) > 3 else w for w in words])
    result: list[Token] = []
    for number, ((word, start, end), (_, tag, *_)) in enumerate(zip(found, tagged, strict=True)):
        following = str(tagged[number + 1][1]) if number + 1 < len(tagged) else "."
        tag = _mend(word, tag.split("-")[0], result, following)
        result.append(Token(word, tag, normal(word, tag), start, end))
    return result


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADVERBS = frozenset(
    [
        "again",
        "also",
        "already",
        "still",
        "now",
        "then",
        "later",
        "earlier",
        "soon",
        "never",
        "ever",
        "always",
        "just",
        "only",
        "even",
        "instead",
    ]
)


def _mend(word: str, tag: str, before: Sequence[Token], following: str) -> str:
    """Correct what the tagger is known to get wrong: numbers, and names and verbs by their neighbours."""
    lower = word.casefold()
    last = before[-1] if before else None
    if word[0].isdigit():
        return "CD"
    if not word[0].isalnum() and word[0] not in "'’#":
        return {",": ",", ";": ":", ":": ":", "–": ":", "—": ":", "-": ":"}.get(word, ".")
    if lower in ADVERBS:
        return "RB"
    if lower in ("towards", "toward", "unlike"):
        return "IN"
    first = last is None or (not last.text[0].isalnum() and all(not t.text[0].isalnum() for t in before))
    if (
        word[0].isupper()
        and not first
        and tag in ("NN", "NNS", "JJ", "VB", "VBP", "FW", "VBN", "VBD", "RB", "UH", "VBG", "VBZ")
    ):
        return "NNP"
    if word[0].isupper() and first and tag == "NN" and not known(lower):
        return "NNP"
    if (
        tag in ("NN", "JJ")
        and last
        and last.tag in ("TO", "MD")
        and (known(lower, "V") or following in ("DT", "PRP$", "PRP"))
    ):
        return "VB"
    if tag in ("NN", "JJ") and lower not in BESIDE_A_VERB and _wants_a_verb(before):
        return "VB"
    if (
        tag in ("NN", "JJ")
        and lower.endswith("ing")
        and last
        and last.tag in ("CC", "RB", ",", "VBN", "VBD", "VBZ", "VBP")
    ):
        return "VBG"
    if tag in ("NN", "JJ") and lower.endswith("ed") and known(_regular(lower, "VBD"), "V"):
        return "VBN" if last and base_form(last.lower, last.tag) in ("be", "have") else "VBD"
    if tag.startswith("VB") and last and last.tag in ("DT", "PRP$", "JJ", "POS") and tag in ("VB", "VBP"):
        return "NN"
    return tag


BESIDE_A_VERB = frozenset(
    ["first", "second", "long", "much", "further", "alone", "public", "once", "such", "enough", "best", "fast", "only"]
)
"""Words between "did not" and its verb that the tagger takes for nouns and adjectives."""


def _wants_a_verb(before: Sequence[Token]) -> bool:
    """Whether a verb must follow: behind "did not", "could never", "didn't"."""
    if not before or before[-1].lower not in ("not", "never", "n't", "n’t"):
        return False
    helper = before[-2] if len(before) > 1 else None
    return helper is not None and (helper.tag == "MD" or helper.lower in ("do", "does", "did"))


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, str]:
    from textblob.en import parser

    lexicon = parser.lexicon
    len(lexicon)  # reads the file
    return {str(word): str(tag) for word, tag in dict.items(lexicon)}


def known(word: str, tag: str = "") -> bool:
    """Whether the tagger's lexicon has the word, with a tag that starts so."""
    return (
        _lexicon().get(word, "-").startswith(tag or ("V", "N", "J", "R", "C", "D", "I", "M", "P", "T", "W", "E", "U"))
    )


@lru_cache(maxsize=50_000)
def base_form(word: str, tag: str = "") -> str:
    """The dictionary form of a lower-case word; regular endings are undone where the rest is a known word."""
    word = word.replace("’", "'")
    if word in IRREGULAR:
        return IRREGULAR[word]
    if tag.startswith("NNP"):
        return word
    if tag.startswith("VB") or (not tag and word.endswith(("ed", "ing"))):
        return _regular(word, tag)
    if tag == "NNS" or (tag in ("", "NN", "VBZ") and word.endswith("s")):
        for ending, replacement in (
            ("ies", "y"),
            ("sses", "ss"),
            ("ches", "ch"),
            ("shes", "sh"),
            ("xes", "x"),
            ("s", ""),
        ):
            if word.endswith(ending) and len(word) > len(ending) + 1 and not word.endswith(("ss", "us", "is")):
                return word[: -len(ending)] + replacement
    return word


def _regular(word: str, tag: str) -> str:
    for ending in ("ied", "ies"):
        if word.endswith(ending) and len(word) > 4:
            return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            if ending == "s" and word.endswith("ss"):
                return word
            rest = word[: -len(ending)]
            doubled = len(rest) > 2 and rest[-1] == rest[-2] and rest[-1] not in "sl"
            for candidate in (rest[:-1] if doubled else rest, rest + "e", rest):
                if candidate in IRREGULAR or candidate in _lexicon():
                    return candidate
            return rest
    return word


@lru_cache(maxsize=50_000)
def normal(word: str, tag: str = "") -> str:
    """The form under which a word is compared: a name's fold, else the stem of its base form."""
    lower = word.casefold().replace("’", "'")
    if tag.startswith("NNP") and lower not in WEEKDAYS and not known(lower):
        return fold(lower)
    return stem(base_form(lower, "" if tag.startswith("NNP") else tag))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a lower-case word."""
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer():  # type: ignore[no-untyped-def]  # snowballstemmer ships no types
    import snowballstemmer

    return snowballstemmer.stemmer("english")


FOLDS = (
    ("aa", "a"),
    ("ae", "a"),
    ("oe", "o"),
    ("ue", "u"),
    ("ph", "f"),
    ("ck", "k"),
    ("kh", "k"),
    ("sch", "sh"),
    ("tz", "z"),
    ("th", "t"),
)


SWAPPED = str.maketrans("cwyj", "kvii", "'-.")
"""Letters that transliterations swap, and marks that they leave out."""


@lru_cache(maxsize=50_000)
def fold(name: str) -> str:
    """A name without accents, doubled letters and the letters that transliterations swap (c/k, v/w, i/y/j)."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    plain = plain.replace("ø", "o").replace("ß", "ss").replace("ł", "l").replace("đ", "d").replace("'s", "")
    for long, short in FOLDS:
        plain = plain.replace(long, short)
    plain = plain.translate(SWAPPED)
    return re.sub(r"(.)\1+", r"\1", plain)


def same_name(one: str, other: str) -> bool:
    """Whether two folded names are spellings of one: equal, or one letter apart from five letters on."""
    if one == other:
        return True
    if min(len(one), len(other)) < 5 or abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    if any(c.isdigit() for c in one + other):
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at:] == long[at + 1 :] if len(short) < len(long) else short[at + 1 :] == long[at + 1 :]
