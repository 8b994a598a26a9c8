"""Who is speaking in a sentence."""

from __future__ import annotations

import pytest

from bot.analysis.speakers import speech
from bot.analysis.words import tokens


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("The prosecutor in Brenn said on Monday that no investigation had been opened.", "The prosecutor in Brenn"),
        ("Doctors from the clinic said that he would live.", "Doctors from the clinic"),
        ("On Monday in Brenn officials said that the line was safe.", "Brenn officials"),
        ("Ruth Adler said that nobody was hurt.", "Ruth Adler"),
        ("The bell was cast in Brenn.", None),
    ],
)
def test_a_speaker_is_named_with_where_they_are(sentence: str, speaker: str | None) -> None:
    assert speech(sentence, tokens(sentence)).speaker == speaker
