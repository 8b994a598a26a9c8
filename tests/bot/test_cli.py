"""The command line as a program and as a person sees it: its JSON, its errors, its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, SEEDS, STORIES, Parallax, write

KINDS = {
    "number",
    "date",
    "duration",
    "actor",
    "location",
    "event",
    "cause",
    "status",
    "quote",
    "negation",
    "sequence",
    "identity",
}
TEXTS = {p.name: p.read_bytes().decode("utf-8-sig") for p in SEEDS.glob("*.txt")}


def _json(done: subprocess.CompletedProcess[str]) -> Any:  # JSON of any shape
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _quoted(c: dict[str, Any]) -> None:
    assert TEXTS[c["file"]][c["start"] : c["end"]] == c["quote"]


def test_ask_keeps_its_json_and_every_quote_is_the_text_at_its_place(parallax: Parallax, tmp_path: Path) -> None:
    done = parallax(
        "ask",
        "--json",
        "-",
        home=tmp_path / "fresh",
        stdin="When was the video released?\n\nHow fast does the ISS fly?\nWhat is the capital of France?\n",
    )
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["status"] for r in replies] == ["conflict", "single", "unanswerable"]
    for r in replies:
        assert set(r) >= {
            "question",
            "story",
            "status",
            "statements",
            "discrepancies",
            "engine",
            "notices",
            "unchecked",
            "elapsed_ms",
        }
        assert bool(r["discrepancies"]) == (r["status"] == "conflict")
        assert r["status"] == "unanswerable" or all(s["citations"] for s in r["statements"])
        for c in (c for s in r["statements"] for c in s["citations"]):
            _quoted(c)
        for d in r["discrepancies"]:
            assert set(d) >= {"id", "topic", "kind", "scope", "relation", "certainty", "why", "positions"}
            assert d["kind"] in KINDS
            assert len(d["positions"]) >= 2
            for c in (c for p in d["positions"] for c in p["claims"]):
                _quoted(c)
    shown = json.dumps(replies[0], ensure_ascii=False)
    assert "January 13th" in shown
    assert "March 11th" in shown


def test_the_shipped_ledger_has_what_the_story_is_known_for(parallax: Parallax) -> None:
    ledger = _json(parallax("discrepancies", "--json"))
    pairs = [{c["quote"] for c in p["claims"]} for d in ledger["discrepancies"] for p in d["positions"]]

    def apart(one: str, other: str) -> bool:
        return any(
            any(one in q for c in a["claims"] for q in [c["quote"]]) and any(other in q for c in b["claims"] for q in [c["quote"]])
            for d in ledger["discrepancies"] for a in d["positions"] for b in d["positions"] if a is not b
        )  # fmt: skip

    assert pairs
    assert apart("On January 13th", "Released on March 11th"), "the release date"
    assert apart("the Russian segment detaches", "Progress MS-09"), "what the video shows"
    assert apart("unplugging two cables", "Russian cosmonauts are seen"), (
        "who does the disconnecting, and which parts come off"
    )
    assert apart("it is a joke", "only a test"), "what it is for"
    assert apart("continues working with all our international partners", "end the cooperation") or apart(
        "continues working", "end the decade-long partnership"
    ), "the cooperation"
    names = [{p["value"].lower() for p in d["positions"]} for d in ledger["discrepancies"]]
    assert not any(n <= {"roscosmos", "roskosmos"} for n in names)


def test_a_second_story_is_made_by_add_and_asked_by_name(parallax: Parallax) -> None:
    added = _json(parallax("add", "--json", "--story", "petrel-balloon", str(STORIES / "petrel-balloon" / "articles")))
    assert added["added"] == ["01_velm-university.txt", "02_tarnmoor-gazette.txt", "03_skywonder-daily.txt"]
    reply = _json(parallax("ask", "--json", "--story", "petrel-balloon", "Who found the balloon?"))
    assert (reply["story"], reply["status"]) == ("petrel-balloon", "conflict")
    rows = {r["story"]: r for r in _json(parallax("stories", "--json"))}
    assert rows["petrel-balloon"]["articles"] == 3
    assert rows["iss-video"]["title"]


@pytest.mark.parametrize("command", ["summary", "timeline", "sources", "discrepancies"])
def test_every_view_has_json_and_a_page_for_people(parallax: Parallax, command: str) -> None:
    data = _json(parallax(command, "--json"))
    assert data["story"] == "iss-video"
    page = parallax(command)
    assert page.returncode == 0
    assert page.stdout.strip()
    for part in data.get("statements", []) + data.get("events", []):
        assert part["citations"]
        for c in part["citations"]:
            _quoted(c)


def test_the_timeline_marks_the_disputed_release(parallax: Parallax) -> None:
    events = _json(parallax("timeline", "--json"))["events"]
    days = [e["date"] for e in events]
    assert days == sorted(days, key=lambda d: (d.startswith("--"), d))
    assert "--01-13" in days, "the shipped articles do not tell the year"
    assert "1998-11" in days, "nor the day on which the station was released"
    released = [e for e in events if "On January 13th" in e["text"] or "Released on March 11th" in e["text"]]
    assert released
    assert all(e["disputed"] for e in released)
    assert not all(e["disputed"] for e in events)
    page = parallax("timeline").stdout
    assert "13 January disputed" in page
    assert "--01" not in page, "a person reads no ISO 8601 without a year"


def test_a_question_needs_no_quotation_marks(parallax: Parallax) -> None:
    told = _json(parallax("ask", "--json", "When", "was", "the", "video", "released?"))
    assert told["question"] == "When was the video released?"


def test_a_reply_for_people_has_the_block_of_disagreement_and_numbered_sources(parallax: Parallax) -> None:
    page = parallax("ask", "When was the video released?").stdout
    assert "Sources disagree" in page
    assert "January 13th" in page
    assert "[1] " in page
    assert "\x1b" not in page


def test_sources_that_are_not_used_are_not_listed(parallax: Parallax) -> None:
    page = parallax("ask", "How fast does the ISS fly?").stdout
    assert "7.66 km/s" in page
    assert "[2]" not in page


def test_an_escape_sequence_in_an_article_never_reaches_the_terminal(parallax: Parallax, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "a",
        evil="Fire alarm\n\nThe fire in Harlow began at 02:14 \x1b[31mon\x1b]0;owned\x07 Monday [bold]morning[/bold].",
    )
    parallax("add", "--story", "evil", str(folder))
    page = parallax("ask", "--story", "evil", "When did the fire in Harlow begin?").stdout
    assert "\x1b" not in page
    assert "[bold]morning[/bold]" in page


def test_an_escape_sequence_in_a_file_name_never_reaches_the_terminal(parallax: Parallax, tmp_path: Path) -> None:
    name = "\x1b]0;pwned\x07\x1b[31mde"
    folder = write(
        tmp_path / "a",
        en="Bridge closed\n\nThe Harlow bridge was closed on Monday.",
        **{name: "Die Brücke ist zu und niemand weiß, wann sie wieder öffnet, sagte die Polizei."},
    )
    outputs = [parallax("add", "--story", "bridge", str(folder))]
    outputs += [
        parallax("ask", "--story", "bridge", "When was the bridge closed?"),
        parallax("discrepancies", "--story", "bridge"),
        parallax("doctor"),
    ]
    assert all("\x1b" not in done.stdout + done.stderr for done in outputs)


ERRORS = [
    (("ask", "--story", "nowhere", "What?"), "no story 'nowhere'; known stories: iss-video"),
    (("summary", "--story", "nowhere"), "no story 'nowhere'"),
    (("ask", "--story", "No!", "What?"), "use 3 to 64 of a-z"),
    (("ask", "  "), "the question is empty"),
    (("ask", "why " * 400), "the question has 1,599 characters; ask in at most 1,000"),
    (("add", "--story", "x", "a.txt"), "use 3 to 64 of a-z"),
    (("add", "--story", "new-story", "missing.txt"), "'missing.txt' does not exist; check the path"),
    (("add", "--story", "new-story", "https://example.org/a"), "is a URL; addresses are not read yet"),
    (("add", "--story", "new-story", "--published", "yesterday", "a.txt"), "--published: 'yesterday' is not a date"),
    (("serve",), "TELEGRAM_BOT_TOKEN is not set"),
    (("ask", "When was it released?", "--jsn"), "there is no option '--jsn'; did you mean --json?"),
    (("sources", "--colour"), "there is no option '--colour'; there are --json, --story, --help"),
    (("discrepancy",), "there is no command 'discrepancy'; did you mean discrepancies?"),
    (("frobnicate",), "there is no command 'frobnicate'; there are ask, summary,"),
    (("stories", "mine"), "'mine' is more than this command takes"),
    (("eval", "nothing-here"), "holds no gold.json"),
]


@pytest.mark.parametrize(("arguments", "said"), ERRORS)
def test_an_error_names_the_thing_and_the_next_step_and_exits_2(
    parallax: Parallax, arguments: tuple[str, ...], said: str
) -> None:
    done = parallax(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_failed_add_makes_no_story(parallax: Parallax) -> None:
    parallax("add", "--story", "new-story", "missing.txt")
    assert [r["story"] for r in _json(parallax("stories", "--json"))] == ["iss-video"]


def test_a_sources_toml_beside_a_single_file_tells_of_it_too(parallax: Parallax, tmp_path: Path) -> None:
    folder = write(tmp_path / "a", good="Bridge closed\n\nThe Harlow bridge was closed on Monday.")
    (folder / "sources.toml").write_text('["good.txt"]\npublisher = "Harlow Echo"\n', encoding="utf-8")
    parallax("add", "--story", "bridge", str(folder / "good.txt"))
    told = _json(parallax("sources", "--story", "bridge", "--json"))
    assert [a["publisher"] for a in told["articles"]] == ["Harlow Echo"]
    (folder / "sources.toml").write_text("publisher = ", encoding="utf-8")
    failed = parallax("add", "--story", "bridge", str(folder / "good.txt"))
    assert "'sources.toml' is not readable as TOML" in failed.stdout + failed.stderr


def test_of_a_mixed_folder_the_good_files_stay_and_the_bad_are_told(parallax: Parallax, tmp_path: Path) -> None:
    folder = write(tmp_path / "a", good="Bridge closed\n\nThe Harlow bridge was closed on Monday.")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "latin.txt").write_bytes("Skårholm".encode("latin-1"))
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    done = parallax("add", "--json", "--story", "bridge", str(folder))
    data = json.loads(done.stdout)
    assert done.returncode == 2
    assert data["added"] == ["good.txt"]
    assert data["skipped"] == ["photo.jpg"]
    assert [f["file"] for f in data["failed"]] == ["empty.txt", "latin.txt"]
    assert "latin.txt" in done.stderr


def test_what_the_engine_cannot_read_is_said_and_never_no(parallax: Parallax, tmp_path: Path) -> None:
    german = "Die Brücke bleibt zu\n\nDie Brücke in Harlow wurde am Montag gesperrt, nachdem ein Lastwagen das Geländer gerammt hatte. Es wurde niemand verletzt, sagte die Polizei."
    folder = write(tmp_path / "a", de=german, en="Bridge closed\n\nThe Harlow bridge was closed on Monday.")
    parallax("add", "--story", "bridge", str(folder))
    reply = _json(parallax("ask", "--json", "--story", "bridge", "Wann wurde die Brücke gesperrt?"))
    assert "German" in reply["notices"][0]
    assert reply["statements"] == []
    reply = _json(parallax("ask", "--json", "--story", "bridge", "When was the bridge closed?"))
    assert [u["file"] for u in reply["unchecked"]] == ["de.txt"]
    assert "German" in reply["unchecked"][0]["why"]
    russian = _json(parallax("ask", "--json", "Когда вышло видео?"))
    assert "Cyrillic" in russian["notices"][0]


def test_the_same_question_gives_the_same_answer(parallax: Parallax) -> None:
    def ask() -> Any:  # JSON
        reply = _json(parallax("ask", "--json", "What does the video show?"))
        return {k: v for k, v in reply.items() if k != "elapsed_ms"}

    assert ask() == ask()


def test_a_spelling_slip_and_chatty_wording_are_followed(parallax: Parallax) -> None:
    reply = _json(
        parallax("ask", "--json", "hi there! my cousin asked me, how fast does the internatonal space station fly?")
    )
    assert "7.66" in reply["statements"][0]["text"]
    assert any("internatonal" in n for n in reply["notices"])


def test_the_words_that_answer_are_told(parallax: Parallax) -> None:
    first = _json(parallax("--json", "ask", "When was the video released?"))["statements"][0]
    assert first["short_answer"] in ("March 11th", "January 13th")
    assert first["short_answer"] in first["text"]


def test_a_question_of_nothing_but_words_of_asking_is_looked_for(parallax: Parallax) -> None:
    said = "Who said that many people really want to know what happened?"
    assert _json(parallax("ask", "--json", said))["statements"][1:], "the nearest line at least"


def test_chat_lists_the_stories_where_none_is_named(parallax: Parallax) -> None:
    done = parallax("chat", stdin="/story\n/quit\n")
    assert "iss-video" in done.stdout
    assert "/story NAME" in done.stdout
    listed = json.loads(parallax("chat", "--json", stdin="/story\n/quit\n").stdout)
    assert [row["story"] for row in listed] == ["iss-video"]


def test_chat_understands_a_follow_up(parallax: Parallax) -> None:
    done = parallax("chat", "--json", stdin="When was the video released?\n/sources\nand how long is it?\n/quit\n")
    asked, sources, followed = [json.loads(line) for line in done.stdout.splitlines()]
    assert asked["status"] == "conflict"
    assert sources["articles"][0]["file"] == "000_d9844b9aebe4f0b7.txt"
    assert any("47 seconds" in s["text"] for s in followed["statements"])


def test_chat_thanks_nobody_with_an_abstention_and_tells_the_whole_story(parallax: Parallax) -> None:
    done = parallax("chat", stdin="Thanks!\nwhat happened\n/quit\n")
    assert "The sources do not say" not in done.stdout
    assert done.stdout.startswith("/summary")
    assert "The sources disagree on" in done.stdout


def test_a_name_that_no_source_knows_is_not_answered_for(parallax: Parallax) -> None:
    assert _json(parallax("ask", "--json", "Who is the president of France?"))["status"] == "unanswerable"
    assert _json(parallax("ask", "--json", "What did the American president announce?"))["status"] != "unanswerable"


def test_articles_are_removed_by_name_and_a_story_by_all(parallax: Parallax, tmp_path: Path) -> None:
    parallax("add", "--story", "mill-fire", str(write(tmp_path / "mill", a="It rained.", b="It rained on Monday.")))
    wrong = parallax("remove", "--story", "mill-fire", "a.txt", "c.txt")
    assert wrong.returncode == 2
    assert "'c.txt'; it has a.txt, b.txt - nothing was removed" in wrong.stderr
    for arguments in (["--story", "mill-fire"], ["--story", "mill-fire", "--all", "a.txt"], ["--all"]):
        assert parallax("remove", *arguments).returncode == 2
    assert "removed from mill-fire: b.txt" in parallax("remove", "--story", "mill-fire", "b.txt").stdout
    gone = _json(parallax("remove", "--story", "mill-fire", "--all", "--json"))
    assert gone == {"story": "mill-fire", "removed": ["a.txt"], "story_gone": True}
    assert "opens this home with iss-video again" in parallax("remove", "--story", "iss-video", "--all").stdout


def test_doctor_tells_what_is_set_and_never_a_secret(parallax: Parallax) -> None:
    done = parallax("doctor", TELEGRAM_BOT_TOKEN="123456:SECRET")  # noqa: S106  # a made-up token
    assert done.returncode == 0
    assert "library: 1 stories, 2 articles" in done.stdout
    assert "Chroma is in line" in done.stdout
    assert "SECRET" not in done.stdout + done.stderr


def test_doctor_names_a_home_that_cannot_be_used(parallax: Parallax, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = parallax("doctor", home=tmp_path / "file")
    assert done.returncode == 2
    assert "is a file; name a folder" in done.stdout + done.stderr


def test_rebuild_says_how_much_it_made(parallax: Parallax) -> None:
    parallax("stories")
    assert "passages again" in parallax("rebuild").stdout


def test_ask_imports_neither_langchain_nor_openai_nor_telegram(tmp_path: Path) -> None:
    script = """
import sys
from bot.cli import main
assert main(["ask", "How fast does the ISS fly?"]) == 0
heavy = [m for m in ("langchain", "langchain_core", "openai", "telegram", "alembic") if m in sys.modules]
print("heavy:", heavy)
"""
    env = {"PARALLAX_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    for _ in range(2):  # the first run makes the home, and so needs the migrations
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            env=env,
            cwd=tmp_path,
            check=True,
            timeout=60,
        )
    assert "heavy: []" in done.stdout


def test_eval_prints_a_scorecard_with_every_figure(parallax: Parallax) -> None:
    data = _json(parallax("eval", "--json", str(STORIES / "petrel-balloon")))
    assert set(data) >= {"stories", "total"}
    figures = data["stories"]["petrel-balloon"]
    assert figures["misquoted"] == 0
    assert set(figures) >= {
        "ledger_precision",
        "ledger_recall",
        "ledger_f1",
        "status_accuracy",
        "answer_recall",
        "abstention",
        "conflict_flagged",
        "others_flagged",
        "traps_flagged",
    }
    assert "ledger F1" in parallax("eval", str(STORIES / "petrel-balloon")).stdout


def test_who_is_meant_by_she_said_is_told_beside_the_statement(parallax: Parallax, tmp_path: Path) -> None:
    (tmp_path / "plant.txt").write_text(
        "Plant in Frostad stands still\n\nThe metal comes from a worn blade, head of quality Torbjorg Eide said. "
        "The blade was replaced on Monday, she said.\n",
        encoding="utf-8",
    )
    parallax("add", "--story", "plant", str(tmp_path / "plant.txt"))
    said = _json(parallax("ask", "--json", "--story", "plant", "When was the blade replaced?"))["statements"][0]
    assert said["text"] == "The blade was replaced on Monday, she said."
    assert said["citations"][0]["attributed_to"].endswith("Torbjorg Eide")
    shown = parallax("ask", "--story", "plant", "When was the blade replaced?").stdout
    assert "she said. — " in shown
    assert "Torbjorg Eide [1]" in shown


def test_one_question_opens_chroma_only_where_the_story_is_searched(parallax: Parallax, tmp_path: Path) -> None:
    home = tmp_path / "fresh"
    assert "7.66" in parallax("ask", "How fast does the ISS fly?", home=home).stdout
    assert not (home / "chroma").exists()
    articles = write(
        tmp_path / "many",
        **{f"a{n}": f"Bridge {n} opens\n\nBridge number {n} was opened by Ann Reed." for n in range(9)},
    )
    assert parallax("add", str(articles), "--story", "bridges", home=home).returncode == 0
    assert parallax("ask", "--story", "bridges", "Who opened bridge number 3?", home=home).returncode == 0
    assert (home / "chroma").is_dir()
