"""The records of conversations: their migrations agree with their tables, and what is counted is counted once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from bot.records.records import HEAD, RECORDS, Given, Kept, Place, Records, home_secret
from bot.records.tables import metadata
from index.errors import HomeProblem, HomeTooNew
from index.schema import open_database


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """A database of its own, closed afterwards."""
    opened = open_database(f"sqlite:///{tmp_path / 'library.db'}")
    yield opened
    opened.dispose()


@pytest.fixture
def records(engine: sa.Engine) -> Records:
    return Records(engine, b"secret")


def test_the_migrations_make_the_tables_and_end_at_the_head(engine: sa.Engine) -> None:
    Records(engine, b"secret")
    inspector = sa.inspect(engine)
    for table in metadata.sorted_tables:
        assert {c["name"] for c in inspector.get_columns(table.name)} == {c.name for c in table.columns}
    assert ScriptDirectory(str(RECORDS.scripts)).get_current_head() == HEAD
    Records(engine, b"secret")


def test_records_of_a_newer_version_are_refused(engine: sa.Engine) -> None:
    Records(engine, b"secret")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE records_version SET version_num = '9999'"))
    with pytest.raises(HomeTooNew, match="9999"):
        Records(engine, b"secret")


def test_an_update_is_kept_once_and_known_after_it_is_done(records: Records) -> None:
    kept = Kept(5, 1, 2, 10.0, '{"update_id": 5}')
    assert records.keep([kept, kept]) == [5]
    assert records.waiting() == [kept]
    records.done(5)
    assert records.waiting() == []
    assert records.keep([kept]) == []


def test_quotas_count_a_sliding_hour_and_nothing_that_was_refused(records: Records) -> None:
    assert [records.ask_leave(1, 9, 2, 0, now) for now in (0.0, 10.0, 20.0, 3601.0, 3602.0, 3611.0)] == [True, True, False, True, False, True]  # fmt: skip
    assert all(records.ask_leave(2, 8, 0, 0, 0.0) for _ in range(50))


def test_a_story_is_a_threads_else_its_chats(records: Records) -> None:
    assert records.story(Place(1, 5)) is None
    records.set_story(Place(1), "one-story")
    records.set_story(Place(1, 5), "other-story")
    assert [records.story(Place(1, t)) for t in (0, 5, 6)] == ["one-story", "other-story", "one-story"]


def test_migrating_twice_and_back_loses_no_setting(records: Records) -> None:
    records.set_language(-1, "de")
    records.set_story(Place(-1, 5), "one-story")
    for _ in range(2):
        records.migrate(-1, -100)
    assert records.language(-100) == "de"
    assert records.story(Place(-100, 5)) == "one-story"
    assert records.formerly(-100) == -1


def test_conversations_are_bounded_and_in_order(records: Records) -> None:
    for number in range(10):
        records.keep([Kept(number, 1, 2, 0.0, "{}")])
        given = Given(f"a{number}", Place(1), 2, number, None, "s", f"q{number}", "said", {}, (), float(number))
        assert records.give(given, number)
    assert [q for q, _ in records.conversation(Place(1), 3.0, 4)] == ["q6", "q7", "q8", "q9"]
    assert [q for q, _ in records.conversation(Place(1), 8.0, 4, ["a9"])] == ["q8"]
    assert records.conversation(Place(1, 7), 0.0, 4) == []


def test_what_was_forgotten_while_it_was_answered_is_not_kept(records: Records) -> None:
    given = Given("a", Place(1), 2, 3, None, "s", "q", "said", {}, (), 1.0)
    records.keep([Kept(5, 1, 2, 0.0, "{}")])
    records.forget_user(2, 1)
    assert not records.give(given, 5)
    records.delivered("a", 1, 9, 0)
    assert records.given("a") is None
    assert records.keep([Kept(5, 1, 2, 0.0, "{}")]) == []


def test_a_hidden_entry_stays_on_the_list_when_nobody_doubts_it_any_more(records: Records) -> None:
    records.doubt("s", "e", "the topic", 2, 1, 1.0)
    records.review(records.doubted()[0], True, 2.0)
    records.forget_user(2)
    assert [(d.topic, d.people, d.hidden) for d in records.doubted()] == [("the topic", 0, True)]
    records.review(records.doubted()[0], False, 3.0)
    assert records.doubted() == []


def test_a_forgotten_group_keeps_what_it_was_called_and_that_it_wants_peace(records: Records) -> None:
    records.set_language(-1, "de")
    records.migrate(-1, -100)
    records.set_quiet(-100, True)
    records.forget_chat(-100)
    assert (records.formerly(-100), records.quiet(-100), records.language(-100)) == (-1, True, None)


def test_the_homes_secret_is_made_once_and_a_spoilt_one_is_told(tmp_path: Path) -> None:
    assert home_secret(tmp_path) == home_secret(tmp_path)
    assert len(home_secret(tmp_path)) == 32
    assert (tmp_path / "secret.json").stat().st_mode & 0o077 == 0
    (tmp_path / "secret.json").write_text("nonsense")
    with pytest.raises(HomeProblem, match=r"secret\.json"):
        home_secret(tmp_path)
