"""Contradictions weighed: rules and encoder suspect, and of what they suspect the network is heard."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.analysis.contrast import (
    REPEATED,
    REPEATS,
    SUSPECTED,
    TWINS,
    UNKNOWN,
    WEIGHT_OF_LIKENESS,
    heard,
    judged,
    suspicion,
)
from bot.analysis.logistic import Model

RULES = Model(0.0, {"opposed": 4.0})
MODELS = (RULES, Model(0.0, {"read": 2.0}))
PAIRS = [("a", "b"), ("a", "c"), ("b", "c")]
FEATURES = [{"opposed": opposed, "values": 0.0, "same_article": 0.0, "nearest": 0.0} for opposed in (-1.0, 0.0, 1.0)]


class Written:
    """Somebody whose verdicts are written down; remembers what it was asked."""

    def __init__(self, verdicts: dict[tuple[str, str], float]) -> None:
        self._verdicts = verdicts
        self.asked: list[tuple[str, str]] = []

    def opposed(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        self.asked += pairs
        return [self._verdicts[pair] for pair in pairs]

    near = read = disputed = alike = None


def test_only_what_is_suspected_is_put_to_the_network_whose_word_then_counts() -> None:
    reader = Written({("a", "c"): 8.0, ("b", "c"): -8.0})
    found = judged(FEATURES, PAIRS, reader, models=MODELS)  # type: ignore[arg-type]  # asked of pairs only
    assert reader.asked == [PAIRS[2], PAIRS[1]], "the most suspected first"
    assert found[0] == pytest.approx(RULES.probability(FEATURES[0]))
    assert found[1] > 0.5 > found[2]


def test_two_sentences_are_suspected_because_of_the_rules_or_because_the_encoder_finds_them_alike() -> None:
    reader = Written(dict.fromkeys(PAIRS, 8.0))
    judged(FEATURES, PAIRS, reader, [0.8, 0.0, -0.9], models=MODELS)  # type: ignore[arg-type]  # asked of pairs only
    assert reader.asked == PAIRS[:1], (
        "what the rules doubt and the encoder finds alike, not what they believe and it does not"
    )
    assert suspicion(0.5, 0.3) == pytest.approx(WEIGHT_OF_LIKENESS * 0.3)
    assert suspicion(0.4, UNKNOWN) > SUSPECTED > suspicion(0.2, UNKNOWN)


def test_of_the_suspected_pairs_only_the_most_suspected_are_put_to_the_network() -> None:
    features = [{**FEATURES[2], "opposed": opposed} for opposed in (0.2, 0.4, 0.3)]
    likeliest = Written(dict.fromkeys(PAIRS, 4.0))
    found = judged(features, PAIRS, likeliest, most=2, models=MODELS)  # type: ignore[arg-type]  # asked of pairs only
    assert likeliest.asked == [PAIRS[1], PAIRS[2]]
    assert found[0] == pytest.approx(RULES.probability(features[0])), "the rest stays with the rules"


def test_twin_sentences_need_no_weighing() -> None:
    quotes = [("The bridge was built in 1901.", "The bridge was built in 1911.")]
    features = [{"opposed": -1.0, "covered_low": 0.7}]
    assert judged(features, quotes, None, models=MODELS) == [TWINS]
    assert judged([{"opposed": -1.0, "covered_low": 0.0}], quotes, None, models=MODELS)[0] < 0.1


def test_without_a_reader_the_rules_judge_alone() -> None:
    assert judged(FEATURES, PAIRS, None, models=MODELS) == [RULES.probability(f) for f in FEATURES]


def test_what_the_network_says_counts_only_so_far() -> None:
    assert heard(FEATURES[0], 0.5, 8.0) == heard(FEATURES[0], 0.5, 80.0)
    assert heard(FEATURES[0], 0.5, -8.0) == heard(FEATURES[0], 0.5, -80.0)


def test_what_only_repeats_is_not_put_to_the_network_however_alike() -> None:
    repeating = [{**FEATURES[2], "covered_low": REPEATS, "negation": 0.0, "exclusive": 0.0, "denial": 0.0}]
    reader = Written({PAIRS[0]: 8.0})
    assert judged(repeating, PAIRS[:1], reader, [0.9], models=MODELS) == [REPEATED]  # type: ignore[arg-type]  # asked of pairs only
    assert reader.asked == []
