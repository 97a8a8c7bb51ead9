"""The history as a person reads it: in a terminal, as CSV and JSON, on a page."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Sequence
from datetime import UTC
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.sessions import World, begun, open_journal
from voice_coach.cli.context import Choice
from voice_coach.cli.history import history
from voice_coach.coach.past import Past
from voice_coach.faults import StorageFault
from voice_coach.journal import alone
from voice_coach.journal.reading import Visit, summed_up
from voice_coach.journal.report import COLUMNS, as_csv, as_json, as_text, in_words, page

TWO = (
    Visit(1_800_000_000.0, 31.6, (7, 5, 4), 15.2, 0.0, ("stretch", "heat"), ("no", "heat"), True),
    Visit(1_800_100_000.0, 4.0, (6,), 0.0, 0.0, (), ("no",), False),
)

scores = st.lists(st.integers(0, 10), max_size=4).map(tuple)
visits = st.lists(
    st.builds(
        Visit,
        began=st.floats(0, 4e9),
        minutes=st.floats(0, 1e4),
        scores=scores,
        heat=st.floats(0, 100),
        ice=st.floats(0, 100),
        routines=st.lists(st.text("<&>\"',; a_9", max_size=9), max_size=2).map(tuple),
        intents=st.just(()),
        finished=st.booleans(),
    ),
    max_size=6,
)

VOID = {"meta", "br", "path", "use", "rect"}


class Page(HTMLParser):
    """Reads a page: its tags with their attributes, and the text of the cells of its table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.texts: dict[str, str] = {}
        self.feed(text)
        self.close()
        assert not self.open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data
        elif self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


# --- tables


def test_the_table_has_a_row_for_each_session() -> None:
    assert as_text(TWO, UTC).splitlines() == [
        "date              minutes  pain before  pain after  heat  ice  exercises      ended",
        "2027-01-15 08:00       32            7           4    15       stretch, heat  yes",
        "2027-01-16 11:46        4            6                                        interrupted",
    ]


def test_no_sessions_are_a_sentence() -> None:
    assert as_text([]) == "There are no sessions yet."


@given(visits)
def test_csv_reads_back(found: list[Visit]) -> None:
    made = list(csv.DictReader(io.StringIO(as_csv(found, UTC), newline="")))
    assert len(made) == len(found)
    for row, visit in zip(made, found, strict=True):
        assert set(row) == set(COLUMNS)
        assert row["pain before"] == ("" if visit.before is None else str(visit.before))
        assert row["pain after"] == ("" if visit.after is None else str(visit.after))


@given(visits)
def test_json_reads_back(found: list[Visit]) -> None:
    made = json.loads(as_json(found))
    assert [tuple(entry["pain"]) for entry in made] == [visit.scores for visit in found]
    assert all(entry["began"].endswith("+00:00") for entry in made)


def test_one_score_is_before_and_none_after() -> None:
    assert (TWO[1].before, TWO[1].after) == (6, None)


def test_the_summary_is_of_the_last_sessions_with_both_scores() -> None:
    assert summed_up([]) == Past()
    assert summed_up(TWO[1:]) == Past(sessions=1)
    assert summed_up(TWO) == Past(sessions=2, before=7, after=4)
    many = [Visit(0.0, 1.0, (10, 10), 0.0, 0.0, (), (), True)] * 9 + [*TWO] * 5
    assert summed_up(many) == Past(sessions=19, before=7, after=4)


# --- the page


def assert_reads_well(text: str, found: Sequence[Visit]) -> Page:
    """What a screen reader needs, and that nothing is fetched or run."""
    made = Page(text)
    assert made.of("html") == [{"lang": "en"}]
    assert len(made.of("title")) >= 1
    assert len(made.of("h1")) == len(made.of("main")) == len(made.of("caption")) == 1
    head, *body = made.rows
    assert len(head) == len(COLUMNS)
    assert all(len(row) == len(head) for row in body)
    assert len(body) == len(found)
    scopes = [attributes.get("scope") for attributes in made.of("th")]
    assert scopes == ["col"] * len(head) + ["row"] * len(found)
    assert not made.of("script") and not made.of("link") and not made.of("img")
    for _, attributes in made.tags:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "xlink:href"):
                assert (value or "").startswith("#")
    assert not re.search(r"https?:|url\((?!#)|@import", text)
    return made


@given(visits)
def test_any_page_reads_well_and_has_a_plot_if_there_are_scores(found: list[Visit]) -> None:
    found.sort(key=lambda visit: visit.began)
    made = assert_reads_well(page(found, UTC), found)
    assert len(made.of("svg")) == any(visit.scores for visit in found)


@given(visits)
def test_the_plot_has_a_mark_within_the_axes_for_each_score(found: list[Visit]) -> None:
    found.sort(key=lambda visit: visit.began)
    made = Page(page(found, UTC))
    for tag, at, scores in (
        ("circle", "cy", [visit.before for visit in found]),
        ("rect", "y", [visit.after for visit in found]),
    ):
        marks = [float(mark[at] or 0) for mark in made.of(tag)]
        assert all(0 < mark < 400 for mark in marks)
        expected = [score for score in scores if score is not None]
        if marks:  # and one in the legend
            assert len(marks) == len(expected) + 1
            pairs = sorted(zip(expected, marks, strict=False))
            assert [mark for _, mark in pairs] == sorted(marks[:-1], reverse=True), "10 is on top"


def test_what_routines_are_called_is_only_text() -> None:
    odd = Visit(0.0, 1.0, (), 0.0, 0.0, ("<script>alert(1)</script>",), (), True)
    assert_reads_well(page([odd], UTC), [odd])


def test_the_page_with_the_plot_reads_well() -> None:
    text = page(TWO, UTC)
    made = assert_reads_well(text, TWO)
    (svg,) = made.of("svg")
    assert svg["role"] == "img"
    named = (svg["aria-labelledby"] or "").split()
    ids = [attributes.get("id") for tag, attributes in made.tags if tag in ("title", "desc")]
    assert [i for i in ids if i] == named
    assert "2 sessions." in made.texts["desc"]
    assert len(re.findall(r'id="[^"]*"', text)) == len(set(re.findall(r'id="[^"]*"', text)))
    assert page(TWO, UTC) == text, "the same sessions make the same page"


# --- the command


def call(*arguments: str | Path, setting: str = "none") -> Result:
    choice = Choice(None, {"journal": setting})
    return CliRunner().invoke(history, [str(a) for a in arguments], obj=choice)


@pytest.fixture
def journal_file(tmp_path: Path) -> Path:
    """A journal with one session from pain 7 to 4."""
    world = World()
    journal = open_journal(tmp_path, world)
    coach = begun(journal, world).past_checks("seven")
    coach.answer("stretch")
    while coach.state.answers.pain == 7:
        coach.answer("four" if coach.can("four") else "next")
    coach.answer("quit").run(60)
    journal.close()
    return tmp_path / "journal.db"


def test_the_command_prints_the_table(journal_file: Path) -> None:
    result = call("--journal", journal_file)
    assert result.exit_code == 0
    assert re.search(r"\d+ +7 +4 +stretch +yes$", result.output, re.MULTILINE)


def test_the_command_reads_the_journal_of_the_settings(journal_file: Path) -> None:
    assert call(setting=str(journal_file)).output == call("--journal", journal_file).output
    result = call(setting="none")
    assert isinstance(result.exception, StorageFault)
    assert "No journal is kept" in str(result.exception)


def test_the_command_prints_csv_and_json(journal_file: Path) -> None:
    assert call("--journal", journal_file, "--csv").output.startswith("date,minutes,pain before")
    (entry,) = json.loads(call("--journal", journal_file, "--json").output)
    assert entry["pain"] == [7, 4]
    assert entry["exercises"] == ["stretch"]


def test_the_command_writes_the_page(journal_file: Path, tmp_path: Path) -> None:
    result = call("--journal", journal_file, "--html", tmp_path / "page.html")
    assert result.exit_code == 0
    assert "The page is in" in result.output
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert_reads_well(text, TWO[:1])


def test_a_session_that_goes_on_is_not_called_interrupted(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    world = World(utc=time.time() - 1000)
    crashed = open_journal(tmp_path, world)
    begun(crashed, world)
    crashed.close()

    def ended() -> list[str]:
        lines = call("--journal", path).output.splitlines()[1:]
        return [line.rpartition("  ")[2] for line in lines]

    assert ended() == ["interrupted"]
    with alone(path):
        assert ended() == ["interrupted"], "of an earlier run"
        world.utc = time.time() - world.at
        running = open_journal(tmp_path, world)
        begun(running, world)
        assert running.wait(running.added, 10)
        assert ended() == ["interrupted", "not yet"]
        entries = json.loads(call("--journal", path, "--json").output)
        assert [(e["finished"], e["running"]) for e in entries] == [(False, False), (False, True)]
        running.close()
    assert ended() == ["interrupted", "interrupted"]


@pytest.mark.parametrize(
    ("scored", "said"),
    [
        (0, "0 sessions, none with"),
        (1, "1 session. In the one with a score before and after, the pain was 7 before and 4"),
        (2, "2 sessions. In the last 2 with"),
        (9, "9 sessions. In the last 5 with"),
    ],
)
def test_the_summary_counts_no_more_than_there_are(scored: int, said: str) -> None:
    assert in_words(TWO[:1] * scored).startswith(said)


def test_without_a_journal_there_are_no_sessions(tmp_path: Path) -> None:
    result = call("--journal", tmp_path / "none.db")
    assert result.output == "There are no sessions yet.\n"
    assert list(tmp_path.iterdir()) == [], "looking makes no file"


def test_a_damaged_journal_is_told_and_left(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"garbage" * 999)
    result = call("--journal", path)
    assert isinstance(result.exception, StorageFault)
    assert "is damaged" in str(result.exception)
    assert path.read_bytes() == b"garbage" * 999


def test_a_page_that_cannot_be_written_is_named(journal_file: Path, tmp_path: Path) -> None:
    result = call("--journal", journal_file, "--html", tmp_path / "none" / "page.html")
    assert isinstance(result.exception, StorageFault)
    assert "page.html cannot be written" in str(result.exception)
