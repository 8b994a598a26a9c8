"""Sentences have exact offsets; noise becomes none; hidden characters neither split nor hide anything."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loading import load
from index.passages import MAX_WORDS, passages
from index.sentences import sentences
from index.visible import visible
from tests.conftest import SEEDS, STORIES


def _texts(text: str) -> list[str]:
    return [text[s.span.start : s.span.end] for s in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. lab is shut. It was cold.", ["The U.S. lab is shut.", "It was cold."]),
        ("U.S. President Joe Biden spoke.", ["U.S. President Joe Biden spoke."]),
        ("Progress MS-09 left the U.S. The crew watched.", ["Progress MS-09 left the U.S.", "The crew watched."]),
        (
            "Mr. Bill Nelson and Dr. Una Fairlie met. They talked.",
            ["Mr. Bill Nelson and Dr. Una Fairlie met.", "They talked."],
        ),
        ("It began at 5 p.m. The hall was full.", ["It began at 5 p.m.", "The hall was full."]),
        (
            "They forced a rear door at 3.40 a.m. Guard Owen Tarrant was tied up.",
            ["They forced a rear door at 3.40 a.m.", "Guard Owen Tarrant was tied up."],
        ),
        (
            "A long night on the mountain: how Halvenmark waited for its own\nBy Marta Quell, Halvenmark Courier, 16 March 2026\n\nIt was five.",
            ["A long night on the mountain: how Halvenmark waited for its own", "It was five."],
        ),
        ("At 3 a.m. Inspector Cole left the house.", ["At 3 a.m. Inspector Cole left the house."]),
        ("The bells of Harl rang at 7 a.m. Monday.", ["The bells of Harl rang at 7 a.m. Monday."]),
        ("It flies at 7.66 km/s. Fast!", ["It flies at 7.66 km/s.", "Fast!"]),
        (
            "“They had their drone up. I told them,” she said. He nodded.",
            ["“They had their drone up.", "I told them,” she said.", "He nodded."],
        ),
        ('"Who knows?" he asked. Nobody did.', ['"Who knows?" he asked.', "Nobody did."]),
        ("One team… and then? Nothing.", ["One team… and then?", "Nothing."]),
        ("1. The gauge was faulty. It has been replaced.", ["The gauge was faulty.", "It has been replaced."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert _texts(text) == expected


def test_wrapped_lines_are_joined_and_short_lines_are_not() -> None:
    wrapped = (
        "The fire in the old harbour began shortly after two in the\nmorning and was out by noon.\nSo it was said."
    )
    assert _texts(wrapped) == [
        "The fire in the old harbour began shortly after two in the\nmorning and was out by noon.",
        "So it was said.",
    ]


def test_a_zero_width_space_inside_a_word_is_no_boundary() -> None:
    text = "Ros\u200bcosmos released it. Nobody\u202e knew."
    assert [visible(t).text for t in _texts(text)] == ["Roscosmos released it.", "Nobody knew."]


NOISE = [
    "Site icon Medical Market Report", "Exit mobile version", "Share this:", "Share Tweet Save", "Read also: Bus 14 to run via Church Street", "By Joss Arkwell", "Posted by Wilf on Wednesday 23 October",
    "3 comments | subscribe via RSS", "Your email address will not be published.", "Home » Space » Balloons", "(Reporting by Northline staff)", "Media contact: Press Office, Velm University",
    "Leave a Reply", "Advertisement",
]  # fmt: skip


@pytest.mark.parametrize("line", NOISE)
def test_page_furniture_becomes_no_sentence(line: str) -> None:
    text = f"Dog finds balloon\n\n{line}\n\nA dog found the lost balloon on Tuesday in the hills.\n\nIt was brought home by lorry the same night.\n\n{line}\n"
    assert _texts(text) == [
        "Dog finds balloon",
        "A dog found the lost balloon on Tuesday in the hills.",
        "It was brought home by lorry the same night.",
    ]


def test_an_authors_note_is_recognised_by_its_author_or_its_trade() -> None:
    body = "A dog found the lost balloon on Tuesday in the hills.\n\nIt was brought home by lorry."
    assert (
        len(
            _texts(
                f"Dog finds balloon\n\nBy Joss Arkwell\n\n{body}\n\nJoss Arkwell writes about farming and the weather."
            )
        )
        == 3
    )
    assert (
        len(
            _texts(
                f"Dog finds balloon\n\n{body}\n\nCristian is glad to be covering health, having experience in writing about such fields."
            )
        )
        == 3
    )


def test_the_shipped_articles_keep_their_facts_and_lose_their_noise() -> None:
    for path in SEEDS.glob("*.txt"):
        found = " ".join(_texts(load(path).text))
        assert "Exit mobile version" not in found
        assert "Cristian" not in found
        assert "Site icon" not in found
    assert "7.66 km/s" in " ".join(_texts(load(SEEDS / "000_d9844b9aebe4f0b7.txt").text))


def test_every_gold_quote_of_the_stories_lies_in_sentences() -> None:
    import json

    for gold in STORIES.glob("*/gold.json"):
        for entry in json.loads(gold.read_text(encoding="utf-8"))["discrepancies"]:
            for side in entry["sides"]:
                text = load(gold.parent / "articles" / side["file"]).text
                at = text.index(side["quote"])
                covered = [s for s in sentences(text) if s.span.start < at + len(side["quote"]) and at < s.span.end]
                assert covered, f"{gold.parent.name}: {side['quote']!r} became noise"


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=400)
    | st.lists(
        st.sampled_from(["The dam.", "\n\n", " ", "“", "”", "U.S.", "\u200b", "Mr. X said: ", "12.5 km", "?!", "\r\n"]),
        max_size=40,
    ).map("".join)
)
def test_spans_are_ordered_apart_and_inside_the_text(text: str) -> None:
    found = sentences(text)
    for one, other in itertools.pairwise(found):
        assert one.span.end <= other.span.start
    for sentence in found:
        assert 0 <= sentence.span.start < sentence.span.end <= len(text)
        quote = text[sentence.span.start : sentence.span.end]
        assert quote == quote.strip()
        assert visible(quote).text.strip()


def test_passages_are_whole_sentences_of_one_paragraph_within_the_limit() -> None:
    text = load(SEEDS / "002_80f1abece44e9e4b.txt").text
    found = sentences(text)
    starts, ends = {s.span.start for s in found}, {s.span.end for s in found}
    for passage in passages("a", text, found):
        assert passage.span.start in starts
        assert passage.span.end in ends
        assert (
            len(passage.text.split()) <= MAX_WORDS
            or sum(s.span.start >= passage.span.start and s.span.end <= passage.span.end for s in found) == 1
        )
