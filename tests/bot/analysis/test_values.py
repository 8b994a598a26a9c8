"""Values are read with their units and hedges, and compared as ranges."""

from __future__ import annotations

from datetime import date

import pytest

from bot.analysis.values import clock_times, dates, quantities, special
from bot.analysis.words import tokens
from index.types import Kind

REFERENCE = date(2024, 10, 21)  # a Monday


def _amounts(sentence: str) -> list[tuple[float, float, str]]:
    return [(round(v.amount.low, 3), round(v.amount.high, 3), v.amount.unit) for v in quantities(tokens(sentence))]


@pytest.mark.parametrize(
    ("sentence", "low", "high", "unit"),
    [
        ("It cost 6,301 dollars.", 6301, 6301, "money"),
        ("There were 30 000 ballots.", 30000, 30000, "count:ballot"),
        ("Fourteen people were hurt.", 14, 14, "count:person"),
        ("Forty-two boats sank.", 42, 42, "count:boat"),
        ("Two hundred and twelve ballots were found.", 212, 212, "count:ballot"),
        ("The sirens sounded for six hours and ten minutes.", 22200, 22200, "s"),
        ("About 100 people came.", 92, 108, "count:person"),
        ("It grew by 4 percent.", 4, 4, "%"),
        ("Damage of 2.5 million euros was done.", 2_500_000, 2_500_000, "money"),
    ],
)
def test_a_quantity_is_read_whole(sentence: str, low: float, high: float, unit: str) -> None:
    (found,) = _amounts(sentence)
    assert found[0] == pytest.approx(low, rel=0.03)
    assert found[1] == pytest.approx(high, rel=0.03)
    assert found[2] == unit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It was 6 kilometres short.", "It was 3.7 miles short."),
        ("The lake was at 412.6 metres.", "The lake was at 1,354 feet."),
        ("It weighs 84 kilograms.", "It weighs 185 pounds."),
        ("It flew at 90 kilometres per hour.", "It flew at 56 mph."),
        ("They have 212 gigabytes.", "They have 0.2 TB."),
        ("Nearly 200 boats came.", "196 boats came."),
        ("It handles 11 million metric tons.", "It handles 12.1 million short tons."),
    ],
)
def test_the_same_amount_in_other_units_or_rounded_meets(one: str, other: str) -> None:
    a, b = quantities(tokens(one))[0].amount, quantities(tokens(other))[0].amount
    assert a.meets(b) or (a.low <= b.high and b.low <= a.high)


@pytest.mark.parametrize(
    ("one", "other"), [("12 died.", "48 died."), ("3,000 boats", "30,000 boats"), ("12 boats", "14 boats")]
)
def test_other_amounts_do_not_meet(one: str, other: str) -> None:
    a, b = quantities(tokens(one))[0].amount, quantities(tokens(other))[0].amount
    assert not (a.low <= b.high and b.low <= a.high)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("at 02:14", 134),
        ("at 5.40pm", 1060),
        ("at a quarter past two", 135),
        ("at half past four", 270),
        ("at 5:05 p.m.", 1025),
        ("at noon", 720),
        ("at 2105 GMT", 1265),
        ("at ten to eight", 470),
    ],
)
def test_clock_times_are_minutes_since_midnight(text: str, minutes: int) -> None:
    (found,) = clock_times(f"It began {text}.")
    assert found.amount.low <= minutes <= found.amount.high


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on October 19", date(2024, 10, 19)),
        ("on 19 October 2023", date(2023, 10, 19)),
        ("on Saturday", date(2024, 10, 19)),
        ("yesterday", date(2024, 10, 20)),
        ("on 2024-10-19", date(2024, 10, 19)),
        ("on January 13th", date(2024, 1, 13)),
    ],
)
def test_dates_are_resolved_from_the_articles_own_day(text: str, expected: date) -> None:
    (found,) = dates(f"It happened {text}.", REFERENCE)
    assert found.amount.low == found.amount.high == expected.toordinal()


def test_a_relative_date_without_a_day_to_start_from_is_left_out() -> None:
    assert dates("It happened yesterday, on Friday.", None) == []


def test_a_figure_is_neither_a_date_nor_a_clock_time() -> None:
    assert dates("Some 2,100 ballots and 2024 votes were counted.", REFERENCE) == []
    assert clock_times("It measured 7.66 km and 12.5 percent.") == []


def test_a_number_that_names_is_no_count() -> None:
    values = quantities(tokens("In round seven a bag from Precinct 17 was found at Pier 9."))
    assert [v.amount.unit for v in values] == ["label:round", "label:precinct", "label:pier"]


@pytest.mark.parametrize(
    ("sentence", "units"),
    [
        ("The wind sensor on tower 4, it says, was checked.", ["label:tower"]),
        ("The dog was in cabin 5.", ["label:cabin"]),
        ("They sat in cabins 5 and 7, near the top.", ["label:cabin", "label:cabin"]),
        ("In the storm 40 were hurt.", ["count:"]),
        ("On average 40 came.", ["count:"]),
        ("He was sent down at age 12.", ["count:"]),
        ("They walked from the hotel 12 kilometres.", ["m"]),
    ],
)
def test_a_bare_number_behind_its_noun_names_one_of_a_series(sentence: str, units: list[str]) -> None:
    assert [v.amount.unit for v in quantities(tokens(sentence))] == units


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("The mayor, to be fair to him, was there on Saturday.", date(2024, 10, 19)),
        ("An earlier figure, given by the council on Saturday, was wrong.", date(2024, 10, 19)),
        ("It will open on Saturday.", date(2024, 10, 26)),
        ("They want it done by Saturday.", date(2024, 10, 26)),
        ("The show is to be held on Saturday.", date(2024, 10, 26)),
    ],
)
def test_a_weekday_is_ahead_only_where_something_is_to_come(sentence: str, day: date) -> None:
    (found,) = dates(sentence, REFERENCE)
    assert date.fromordinal(int(found.amount.low)) == day


def test_for_life_is_longer_than_two_years() -> None:
    (life,) = special("He got a lifetime ban.")
    (years,) = quantities(tokens("He was banned for two years."))
    assert life.kind is years.kind is Kind.DURATION
    assert life.amount.low > years.amount.high
