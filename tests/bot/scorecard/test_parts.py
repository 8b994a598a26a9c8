"""No story is scored by models that were fitted on it."""

from __future__ import annotations

from bot.scorecard.parts import parted, unseen

NAMES = ["alder", "birch", "cedar", "elm", "fir"]


def test_each_name_is_in_one_part_and_every_other_name_beside_it() -> None:
    assert parted(NAMES, 2) == [
        (["alder", "cedar", "fir"], ["birch", "elm"]),
        (["birch", "elm"], ["alder", "cedar", "fir"]),
    ]
    assert parted(NAMES, 0) == []


def test_a_name_gets_what_was_fitted_on_the_others_only() -> None:
    models = unseen(NAMES, 3, sorted, NAMES)
    assert set(models) == set(NAMES)
    for name, fitted in models.items():
        assert name not in fitted
        assert len(fitted) in {3, 4}


def test_without_parts_all_get_what_has_seen_all() -> None:
    assert unseen(NAMES, 0, sorted, ["whole"]) == {name: ["whole"] for name in NAMES}
