"""How the benchmarks of understanding judge what they hear."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.coverage.cases import Case, Verdict, judge, read_cases
from benchmarks.coverage.tables import Judged, cause
from benchmarks.coverage.trees import Act, Answer
from benchmarks.paired.tables import sign_test

MEANT = Case("utterances", "hold", "ow", frozenset({"hurts"}))
HELPFUL = Case("utterances", "pain", "a lot", frozenset({"*"}))
NOTHING = Case("utterances", "menu", "what time is it")
DENIAL = Case("opposites", "ending", "not off yet")


@pytest.mark.parametrize(
    ("case", "intents", "verdict"),
    [
        (MEANT, ["hurts"], "right"),
        (MEANT, ["dizzy"], "right"),
        (MEANT, ["next", "hurts"], "wrong"),
        (MEANT, [], "not understood"),
        (HELPFUL, [], "right"),
        (HELPFUL, ["help"], "right"),
        (HELPFUL, ["number"], "wrong"),
        (NOTHING, [], "right"),
        (NOTHING, ["how_long"], "wrong"),
        (DENIAL, [], "right"),
        (DENIAL, ["no"], "right"),
        (DENIAL, ["repeat", "done"], "wrong"),
    ],
)
def test_a_case_is_judged_by_meaning(case: Case, intents: list[str], verdict: Verdict) -> None:
    assert judge(case, intents) == verdict


def test_cases_are_read_from_both_tables(tmp_path: Path) -> None:
    (tmp_path / "utterances.tsv").write_text(
        'situation\tutterance\taccepted_intents\nmenu\tsay "hello"\t\nhold\tow\thurts|stop\n',
        "utf-8",
    )
    (tmp_path / "opposites.tsv").write_text("situation\tutterance\nending\tnot off\n", "utf-8")
    assert read_cases(tmp_path) == [
        Case("utterances", "menu", 'say "hello"'),
        Case("utterances", "hold", "ow", frozenset({"hurts", "stop"})),
        Case("opposites", "ending", "not off"),
    ]


def _spoken(words: str, acts: tuple[Act, ...], heard: str, lacking: tuple[str, ...] = ()) -> Judged:
    case = Case("utterances", "hold", words, frozenset({"ease"}))
    verdict = judge(case, [act.intent for act in acts])
    return Judged("joe", case, verdict, Answer(acts, (heard,)), lacking)


READ = _spoken("i can not do it", (Act("ease", None, "i can not do it"),), "")
UNREAD = _spoken("i can not do it", (), "")


@pytest.mark.parametrize(
    ("row", "read", "why"),
    [
        (READ, READ, ""),
        (UNREAD, UNREAD, "meaning"),
        (_spoken("i can not do it", (), "i [unk]", ("do",)), READ, "word not listened for"),
        (_spoken("i can not do it", (), "i can not do it"), READ, "held back"),
        (_spoken("i can not do it", (), "i can go"), READ, "misheard"),
        (
            _spoken("i can not do it", (Act("no", None, "i can", early=True),), "i can"),
            READ,
            "cut short",
        ),
    ],
)
def test_why_a_case_is_not_right(row: Judged, read: Judged, why: str) -> None:
    assert cause(row, read) == why


@pytest.mark.parametrize(
    ("one", "other", "chance"), [(0, 0, 1.0), (1, 1, 1.0), (0, 5, 0.0625), (8, 2, 0.109375)]
)
def test_the_sign_test_against_figures_from_tables(one: int, other: int, chance: float) -> None:
    assert sign_test(one, other) == pytest.approx(chance)
    assert sign_test(other, one) == pytest.approx(chance)
