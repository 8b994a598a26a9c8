"""A home keeps everything in the library; Chroma is derived, has one owner, and heals."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import inspect

from bot.bootstrap import open_desk
from bot.desk import Desk
from bot.engine.embedded import EmbeddedEngine
from bot.types import Question, Status
from index.embedding import WordLlamaEmbedder
from index.errors import BadStoryName, HomeBusy, HomeProblem, HomeTooNew, UnknownStory
from index.home import Home
from index.schema import HEAD, open_database
from index.tables import metadata
from index.types import Source
from tests.conftest import SEEDS, write

ONE = "Bridge closed\n\nThe Harlow bridge was closed on Monday after a lorry hit its railing. Nobody was hurt."
OTHER = "Bridge stays open\n\nThe Harlow bridge was open on Tuesday, the council said. Two people were hurt."


def _open(path: Path) -> Home:
    return Home(path, WordLlamaEmbedder())


def _add(home: Home, story: str, folder: Path) -> None:
    result = asyncio.run(Desk(home, EmbeddedEngine(home.embedder)).add(story, [folder]))
    assert not result.failed


def test_migrations_make_exactly_the_tables_that_the_code_declares(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    inspector = inspect(engine)
    for table in metadata.sorted_tables:
        columns = {c["name"]: c["nullable"] for c in inspector.get_columns(table.name)}
        assert columns == {c.name: bool(c.nullable) and not c.primary_key for c in table.columns}, table.name
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "index/migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
    engine.dispose()


def test_a_library_of_a_newer_version_is_refused_by_name(tmp_path: Path) -> None:
    _open(tmp_path).close()
    with sqlite3.connect(tmp_path / "library.db") as raw:
        raw.execute("UPDATE index_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(HomeTooNew, match="newer Parallax"):
        _open(tmp_path)


def test_a_damaged_library_is_named(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"not a database at all" * 200)
    with pytest.raises(HomeProblem, match="is damaged"):
        _open(tmp_path)


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HomeProblem, match="cannot be made"):
        _open(tmp_path / "file" / "home")


def test_the_same_bytes_change_nothing_and_other_bytes_make_a_version(desk: Desk, tmp_path: Path) -> None:
    folder = write(tmp_path / "a", one=ONE, two=OTHER)
    first = asyncio.run(desk.add("bridge", [folder]))
    again = asyncio.run(desk.add("bridge", [folder]))
    write(folder, two=OTHER.replace("Two people", "Seven people"))
    changed = asyncio.run(desk.add("bridge", [folder]))
    assert (first.added, again.unchanged, changed.updated, changed.unchanged) == (
        ["one.txt", "two.txt"],
        ["one.txt", "two.txt"],
        ["two.txt"],
        ["one.txt"],
    )
    assert {a.file: a.version for a in asyncio.run(desk.sources("bridge"))} == {"one.txt": 1, "two.txt": 2}
    quotes = [
        c.quote for e in asyncio.run(desk.discrepancies("bridge")).discrepancies for p in e.positions for c in p.claims
    ]
    assert not any("Two people" in q for q in quotes)


def test_an_older_version_can_come_back(desk: Desk, tmp_path: Path) -> None:
    folder = write(tmp_path / "a", one=ONE)
    asyncio.run(desk.add("bridge", [folder]))
    write(folder, one=OTHER)
    asyncio.run(desk.add("bridge", [folder]))
    write(folder, one=ONE)
    asyncio.run(desk.add("bridge", [folder]))
    (article,) = asyncio.run(desk.sources("bridge"))
    assert (article.text, article.version) == (ONE, 3)


def test_what_full_text_finds_follows_the_versions(desk: Desk, tmp_path: Path) -> None:
    folder = write(tmp_path / "a", one=ONE)
    asyncio.run(desk.add("bridge", [folder]))
    assert desk.home.library.lexical("bridge", ["railing"], 5)
    write(folder, one=OTHER)
    asyncio.run(desk.add("bridge", [folder]))
    assert not desk.home.library.lexical("bridge", ["railing"], 5)
    assert desk.home.library.lexical("bridge", ["council"], 5)


def test_words_of_a_question_are_never_query_syntax(shipped: Desk) -> None:
    for word in ('"', "NEAR(", "a AND", "text:x", "*", "'; DROP TABLE articles; --"):
        shipped.home.library.lexical("iss-video", [word, word + '"'], 5)


def test_unknown_stories_and_bad_names_are_told(home: Home) -> None:
    with pytest.raises(UnknownStory, match="known stories: none yet"):
        home.library.require("nowhere")
    with pytest.raises(BadStoryName, match="use 3 to 64"):
        home.library.require("No Such!")


def test_reprints_of_one_text_are_one_origin(desk: Desk, tmp_path: Path) -> None:
    text = (SEEDS / "000_d9844b9aebe4f0b7.txt").read_text(encoding="utf-8")
    asyncio.run(
        desk.add(
            "reprints", [write(tmp_path / "a", agency=text, paper="Our reader's choice\n\n" + text, other=ONE * 3)]
        )
    )
    origins = {a.file: a.origin for a in asyncio.run(desk.sources("reprints"))}
    assert origins["agency.txt"] == origins["paper.txt"] != origins["other.txt"]
    reply = asyncio.run(desk.ask(Question("How fast does the ISS fly?", "reprints")))
    assert reply.answer.status is Status.SINGLE


def test_a_second_owner_is_refused_and_still_answers_from_the_library(tmp_path: Path) -> None:
    with _open(tmp_path) as owner:
        desk = open_desk(owner)
        assert owner.open_vectors()
        script = f"""
import asyncio, sys
from pathlib import Path
from bot.bootstrap import open_desk
from bot.types import Question
from index.embedding import WordLlamaEmbedder
from index.errors import HomeBusy
from index.home import Home
with Home(Path({str(tmp_path)!r}), WordLlamaEmbedder()) as home:
    assert not home.open_vectors()
    try:
        home.rebuild()
    except HomeBusy as problem:
        print(problem)
    print(asyncio.run(open_desk(home).ask(Question("How fast does the ISS fly?", "iss-video"))).answer.statements[0].text)
"""
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
        assert f"process {os.getpid()} owns this home" in done.stdout
        assert "7.66" in done.stdout
        assert asyncio.run(desk.ask(Question("How fast does the ISS fly?", "iss-video"))).answer.statements
    with _open(tmp_path) as home, _open(tmp_path) as second:
        home.ownership.require("serve")
        with pytest.raises(HomeBusy):
            second.ownership.require("serve")


def test_the_owner_has_an_article_that_another_process_added_within_five_seconds(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", one=ONE)
    with _open(tmp_path / "home") as owner:
        assert owner.open_vectors()
        owner.follow()
        with _open(tmp_path / "home") as other:
            _add(other, "bridge", folder)
        vector = owner.embedder.embed(["a lorry hit the railing"])[0]
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and not (owner._vectors and owner._vectors.query("bridge", vector, 1)):
            time.sleep(0.1)
        assert owner._vectors
        assert owner._vectors.query("bridge", vector, 1)


@pytest.mark.parametrize("damage", ["deleted", "emptied", "garbled", "a file"])
def test_a_damaged_chroma_directory_is_rebuilt_and_the_answer_still_comes(tmp_path: Path, damage: str) -> None:
    with _open(tmp_path) as home:
        open_desk(home)
        assert home.open_vectors()
    chroma = tmp_path / "chroma"
    if damage == "deleted":
        shutil.rmtree(chroma)
    elif damage == "emptied":
        for file in chroma.rglob("*"):
            if file.is_file():
                file.write_bytes(b"")
    elif damage == "garbled":
        for file in chroma.rglob("*"):
            if file.is_file():
                file.write_bytes(os.urandom(4096))
    else:
        shutil.rmtree(chroma)
        chroma.write_text("x")
    with _open(tmp_path) as home:
        desk = open_desk(home)
        home.open_vectors()
        reply = asyncio.run(desk.ask(Question("How fast does the ISS fly?", "iss-video")))
        assert "7.66" in reply.answer.statements[0].text
        assert home._vectors
        assert home._vectors.healthy(home.library, home.embedder)


def test_a_chroma_that_breaks_while_in_use_is_mended(tmp_path: Path) -> None:
    with _open(tmp_path) as home:
        open_desk(home)
        assert home.open_vectors()
        vector = home.embedder.embed(["the speed of the station"])[0]
        before = home.dense("iss-video", vector, 3)
        assert home._vectors
        home._vectors._client.delete_collection("story-iss-video")
        assert home.dense("iss-video", vector, 3) in (before, [])
        home._seen = None
        home.catch_up()
        assert home.dense("iss-video", vector, 3) == before


def test_search_in_the_library_and_in_chroma_agree(tmp_path: Path) -> None:
    with _open(tmp_path) as home:
        open_desk(home)
        for question in ("the speed of the station", "a joke", "sanctions on Russia"):
            vector = home.embedder.embed([question])[0]
            exact = home._exact("iss-video", vector, 5)
            assert home.open_vectors()
            assert home.dense("iss-video", vector, 5) == exact


@pytest.mark.parametrize("opened", ["vectors", "desk"])
def test_another_embedder_leads_to_new_vectors_not_to_an_error(tmp_path: Path, opened: str) -> None:
    with _open(tmp_path) as home:
        open_desk(home)
        home.open_vectors()
    with sqlite3.connect(tmp_path / "library.db") as raw:
        raw.execute("UPDATE passages SET embedder = 'older-64', vector = x'00000000'")
    raw.close()
    with _open(tmp_path) as home:
        if opened == "vectors":
            assert home.open_vectors()
        else:
            open_desk(home)
        vector = home.embedder.embed(["the speed of the station"])[0]
        assert len(home.dense("iss-video", vector, 5)) == 5


def test_a_killed_add_leaves_whole_articles_only(tmp_path: Path) -> None:
    text = (SEEDS / "002_80f1abece44e9e4b.txt").read_text(encoding="utf-8")
    folder = write(tmp_path / "a", **{f"a{i:02}": f"Number {i}\n\n" + text for i in range(6)})
    home = tmp_path / "home"
    env = {**os.environ, "PARALLAX_HOME": str(home)}
    for wait in (1.2, 1.8, 2.4):
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "add", "--story", "many", str(folder)],
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with _open(home) as opened:
            articles = (
                opened.library.articles("many") if any(s.name == "many" for s in opened.library.stories()) else []
            )
            assert all(a.text.endswith(text) for a in articles)
            assert {p.article_id for p in opened.library.passages_of(a.id for a in articles)} == {
                a.id for a in articles
            }
    with _open(home) as opened:
        _add(opened, "many", folder)
        assert len(opened.library.articles("many")) == 6
        assert opened.open_vectors()


def test_a_full_disk_is_told_and_nothing_is_half_added(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with _open(home) as opened:
        open_desk(opened)
    text = (SEEDS / "002_80f1abece44e9e4b.txt").read_text(encoding="utf-8")
    folder = write(tmp_path / "a", big=text * 10)
    script = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = max(p.stat().st_size for p in __import__("pathlib").Path({str(home)!r}).rglob("*") if p.is_file())
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, size + 20_000))
from bot.cli import main
sys.exit(main(["add", "--story", "iss-video", {str(folder)!r}]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PARALLAX_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "library" in done.stderr or "disk" in done.stderr
    with _open(home) as opened:
        assert [a.file for a in opened.library.articles("iss-video")] == [
            "000_d9844b9aebe4f0b7.txt",
            "002_80f1abece44e9e4b.txt",
        ]


def test_a_read_only_home_is_told(tmp_path: Path) -> None:
    home, warm = tmp_path / "home", tmp_path / "warm"
    with _open(home) as opened:
        open_desk(opened)
    script = f"""
import os, sys
from bot.cli import main
os.environ["PARALLAX_HOME"] = {str(warm)!r}
assert main(["ask", "How fast does the ISS fly?"]) == 0  # imports everything while this may still be read
os.environ["PARALLAX_HOME"] = {str(home)!r}
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
sys.exit(main(["ask", "How fast does the ISS fly?"]))
"""
    for path in (*home.rglob("*"), home):
        path.chmod(0o555 if path.is_dir() else 0o444)
    opened_up = [p for p in home.parents if p.owner() == home.owner() and len(p.parts) > 2]
    for parent in opened_up:
        parent.chmod(parent.stat().st_mode | 0o055)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    for path in (home, *home.rglob("*")):
        path.chmod(0o755)
    assert done.returncode == 2, done.stderr
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_chroma_whose_every_call_fails_is_rebuilt(tmp_path: Path) -> None:
    """A kill while the index file is being written leaves an empty pickle; below its threshold Chroma writes none."""
    text = "\n\n".join(f"Paragraph {i} tells of the {i}th boat in the harbour of Tarsk." for i in range(1300))
    folder = write(tmp_path / "a", boats="Boats of Tarsk\n\n" + text)
    with _open(tmp_path / "home") as home:
        _add(home, "boats", folder)
        assert home.open_vectors()
    pickles = list((tmp_path / "home" / "chroma").rglob("*.pickle"))
    assert pickles
    for file in pickles:
        file.write_bytes(b"")
    with _open(tmp_path / "home") as home:
        assert home.open_vectors()
        vector = home.embedder.embed(["the 1250th boat in the harbour"])[0]
        assert len(home.dense("boats", vector, 3)) == 3
        assert home._vectors
        assert home._vectors.healthy(home.library, home.embedder)


def test_articles_added_by_two_processes_at_once_are_compared(tmp_path: Path) -> None:
    head = "The Wexmoor depot belongs to the firm Haldane.\n\n"
    one = write(tmp_path / "a", one=f"Wexmoor depot\n\n{head}The fire at the Wexmoor depot injured 12 workers.")
    other = write(
        tmp_path / "b", other=f"What happened at Wexmoor\n\n{head}The fire at the Wexmoor depot injured 48 workers."
    )
    home = tmp_path / "home"
    with _open(home) as opened:
        open_desk(opened)
    env = {**os.environ, "PARALLAX_HOME": str(home)}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "bot", "add", "--story", "wexmoor", str(f)], env=env, stdout=subprocess.DEVNULL
        )
        for f in (one, other)
    ]
    assert [p.wait(timeout=60) for p in running] == [0, 0]
    with _open(home) as opened:
        ledger = asyncio.run(Desk(opened, EmbeddedEngine(opened.embedder)).discrepancies("wexmoor"))
    assert any("48 workers" in c.quote for e in ledger.discrepancies for p in e.positions for c in p.claims)


def test_the_replacement_of_the_newest_article_is_seen(desk: Desk, tmp_path: Path) -> None:
    folder = write(tmp_path / "a", one=ONE)
    asyncio.run(desk.add("bridge", [folder]))
    before = desk.home.library.newest()
    write(folder, one=ONE.replace("Nobody", "One man"))
    asyncio.run(desk.add("bridge", [folder]))
    assert desk.home.library.newest() != before


def test_claims_are_the_same_whatever_was_asked_for_before(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.library.KEPT_ARTICLES", 3)
    asyncio.run(desk.add("bridge", [write(tmp_path / "a", **{f"a{i}": f"{ONE} It was number {i}." for i in range(5)})]))
    ids = {a.id for a in asyncio.run(desk.sources("bridge"))}
    few, library = set(sorted(ids)[:2]), desk.home.library
    library._claims_of(few)
    assert library._claims_of(ids) == library._claims_of(ids)
    assert all(library._claims_of(ids).values())


def test_a_date_told_later_is_read_into_the_claims(desk: Desk, tmp_path: Path) -> None:
    folder = write(tmp_path / "a", one=ONE)
    asyncio.run(desk.add("bridge", [folder]))
    assert not asyncio.run(desk.timeline("bridge"))
    again = asyncio.run(desk.add("bridge", [folder], Source(published=date(2024, 3, 8))))
    assert again.updated == ["one.txt"]
    (event,) = asyncio.run(desk.timeline("bridge"))
    assert event.date == date(2024, 3, 4)
    (article,) = asyncio.run(desk.sources("bridge"))
    assert article.version == 1
