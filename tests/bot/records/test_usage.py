"""The account of what a model costs: limits are never passed together, however many ask at once."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from bot.records.records import RECORDS
from bot.records.usage import Limits, Usage
from index.schema import bring_up, open_database

CHAT, USER = 7, 70


class Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


def account(place: Path, limits: Limits, clock: Clock | None = None) -> Usage:
    engine = open_database(f"sqlite:///{place / 'library.sqlite'}")
    bring_up(engine, RECORDS)
    return Usage(engine, b"secret", limits, clock or Clock())


def test_what_is_held_counts_until_it_is_charged(tmp_path: Path) -> None:
    usage = account(tmp_path, Limits(day=100))
    held = usage.hold(CHAT, USER, 50, 30)
    assert held is not None
    assert usage.hold(CHAT, USER, 20, 1) is None
    usage.charge(held, 1, 40, 10)
    spent = usage.today()
    assert (spent.requests, spent.tokens_in, spent.tokens_out, spent.tokens) == (1, 40, 10, 50)
    assert usage.hold(CHAT, USER, 30, 20) is not None


@pytest.mark.parametrize(
    ("limits", "elsewhere"),
    [(Limits(chat=100), (8, USER)), (Limits(user=100), (CHAT, 71))],
)
def test_a_chat_and_a_user_have_their_own_limits(tmp_path: Path, limits: Limits, elsewhere: tuple[int, int]) -> None:
    usage = account(tmp_path, limits)
    assert usage.hold(CHAT, USER, 90, 0)
    assert usage.hold(CHAT, USER, 20, 0) is None
    assert usage.hold(*elsewhere, 90, 0)
    assert usage.hold(0, 0, 900, 0), "what the operator adds is nobody's chat"


def test_money_is_counted_at_the_prices_of_both_directions(tmp_path: Path) -> None:
    usage = account(tmp_path, Limits(money=1.0, price_in=1.0, price_out=4.0))
    held = usage.hold(CHAT, USER, 100_000, 200_000)
    assert held is not None
    assert usage.hold(CHAT, USER, 100_001, 0) is None
    assert usage.hold(CHAT, USER, 100_000, 0) is not None


def test_a_new_day_begins_at_nothing_and_abandoned_holds_end(tmp_path: Path) -> None:
    clock = Clock()
    usage = account(tmp_path, Limits(day=100), clock)
    assert usage.hold(CHAT, USER, 100, 0)
    assert usage.hold(CHAT, USER, 1, 0) is None
    clock.at += 1000
    assert usage.hold(CHAT, USER, 100, 0), "its holder is gone"
    clock.at += 86_400
    assert usage.today().tokens == 0
    assert usage.hold(CHAT, USER, 100, 0)


def test_many_at_once_never_pass_the_limit_and_the_sum_is_exact(tmp_path: Path) -> None:
    accounts = [account(tmp_path, Limits(day=1000)) for _ in range(4)]
    granted: list[int] = []

    def ask(usage: Usage) -> None:
        for _ in range(10):
            held = usage.hold(CHAT, USER, 40, 10)
            if held is not None:
                granted.append(1)
                usage.charge(held, 1, 40, 10)

    threads = [threading.Thread(target=ask, args=(a,)) for a in accounts for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = accounts[0].today()
    assert len(granted) == 20
    assert (spent.requests, spent.tokens) == (20, 1000)


def test_nobody_appears_by_a_number_and_past_days_are_sums(tmp_path: Path) -> None:
    clock = Clock()
    usage = account(tmp_path, Limits(), clock)
    keys = []
    for _ in range(2):
        for chat, user in ((987654321, 987654321), (-100777888999, 987654321)):
            held = usage.hold(chat, user, 1, 1)
            assert held is not None
            keys.append((held.chat_key, held.user_key))
            usage.charge(held, 1, 10, 5)
        clock.at += 86_400
    assert len({user for _, user in keys}) == 2, "one a day"
    held = usage.hold(CHAT, USER, 1, 1)
    assert held is not None
    usage.charge(held, 1, 1, 1)
    with sqlite3.connect(tmp_path / "library.sqlite") as raw:
        rows = raw.execute("SELECT * FROM usage ORDER BY day").fetchall()
    assert not any(str(who) in str(rows) for who in (987654321, 100777888999))
    assert [row[1:] for row in rows[:2]] == [("", "", 2, 20, 10), ("", "", 2, 20, 10)]


def test_a_rest_is_seen_by_another_process_until_it_is_over(tmp_path: Path) -> None:
    clock = Clock()
    account(tmp_path, Limits(), clock).rest("openai:x", 30, "server")
    other = account(tmp_path, Limits(), clock)
    assert other.resting("openai:x") == (clock.at + 30, "server")
    assert other.resting("openai:y") is None
    clock.at += 31
    assert other.resting("openai:x") is None
