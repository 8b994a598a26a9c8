"""Which language a text is in, as far as the embedded engine must know: English, or one it does not read.

Function words decide (Grefenstette 1995): they are the commonest words of every text, and few languages share them.
"""

from __future__ import annotations

import re
import unicodedata

ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "a",
        "is",
        "was",
        "that",
        "for",
        "on",
        "with",
        "as",
        "it",
        "he",
        "she",
        "by",
        "at",
        "from",
        "they",
        "we",
        "this",
        "be",
        "are",
        "were",
        "have",
        "has",
        "had",
        "not",
        "but",
        "which",
        "who",
        "what",
        "when",
        "where",
        "why",
        "how",
        "did",
        "does",
        "do",
        "will",
        "would",
        "can",
        "could",
        "there",
        "their",
        "his",
        "her",
        "its",
        "an",
        "or",
        "about",
        "after",
        "before",
        "than",
        "been",
        "more",
        "into",
        "only",
        "said",
        "you",
        "your",
        "i",
        "my",
        "me",
        "if",
        "so",
        "no",
        "any",
    ]
)
OTHERS = {
    "German": "der die das und ist nicht ein eine zu den mit von für auf dem des im sich auch wurde sind wie wer was wann wo warum hat haben wird war bei aus nach über wurden dass als noch nur",
    "French": "le la les des et est une un du que qui dans pour pas sur au avec ce il elle sont par plus ont été comment quand où pourquoi quoi quel quelle aux ses son sa mais ou de l d",
    "Spanish": "el la los las de y que en un una por con para es no se del al lo como más pero sus fue cuándo dónde quién qué cómo ha han son este esta está",
    "Italian": "il lo la gli le di e che in un una per con non è si del della dei delle al alla sono come più ma anche quando dove chi perché ha hanno stato",
    "Portuguese": "o os as de e que em um uma por com para não se do da dos das ao é como mais mas foi são quando onde quem porque foram está",
    "Dutch": "de het een en van is niet op te dat die in met voor zijn aan door bij wat wie waar wanneer waarom hoe werd ook maar heeft naar om",
    "Polish": "i w na z się nie do że jest to o jak ale po co kto gdzie kiedy dlaczego był była było przez od za",
    "Turkish": "ve bir bu için ile da de ne kim nerede zaman mi mı çok olarak daha gibi var ama o",
    "Swedish": "och i att det som en på är av för med den till inte om ett var vad vem när hur har de från",
}
_OTHERS = {name: frozenset(words.split()) - ENGLISH for name, words in OTHERS.items()}
READS = "English"


def unread_language(text: str) -> str | None:
    """The name of the language a text is in where it is not English; None for English and for what is too short to tell."""
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return None
    foreign = [c for c in letters if not unicodedata.name(c, "").startswith("LATIN")]
    if len(foreign) > len(letters) / 2:
        return _script(foreign)
    words = re.findall(r"[^\W\d_]+", text.casefold())
    english = sum(w in ENGLISH for w in words)
    name, count = max(((n, sum(w in known for w in words)) for n, known in _OTHERS.items()), key=lambda item: item[1])
    if count > english and (count >= 2 or (english == 0 and len(words) <= 4)):
        return name
    return None


def _script(letters: list[str]) -> str:
    names = [unicodedata.name(c, "").split(" ")[0] for c in letters]
    script = max(set(names), key=names.count)
    return {
        "CYRILLIC": "a language written in Cyrillic", "CJK": "Chinese or Japanese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean",
        "ARABIC": "a language written in Arabic script", "HEBREW": "Hebrew", "GREEK": "Greek", "DEVANAGARI": "a language written in Devanagari",
    }.get(script, "a language that is not English")  # fmt: skip
