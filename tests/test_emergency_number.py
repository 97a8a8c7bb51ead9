"""The number to call: the person's own, else the locale's, else the language's."""

from __future__ import annotations

import re

import pytest

from tests.cli.test_commands import call, one_line
from voice_coach.emergency_number import NUMBERS, emergency_number
from voice_coach.faults import SettingsFault


@pytest.mark.parametrize(
    ("locale", "digits"),
    [
        ({"LANG": "en_GB.UTF-8"}, "999"),
        ({"LANG": "en_AU.UTF-8"}, "000"),
        ({"LANG": "en_NZ"}, "111"),
        ({"LANG": "en_IE.UTF-8"}, "112"),
        ({"LANG": "de_DE.UTF-8@euro"}, "112"),
        ({"LANG": "en_US.UTF-8"}, "911"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "999"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "", "LC_MESSAGES": "en_AU.UTF-8"}, "000"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "C.UTF-8"}, "911"),
        ({"LANG": "C"}, "911"),
        ({"LANG": "POSIX"}, "911"),
        ({"LANG": "en"}, "911"),
        ({"LANG": "en_QQ.UTF-8"}, "911"),
        ({"LANG": "rubbish; en_GB"}, "911"),
        ({}, "911"),
    ],
)
def test_the_locale_gives_the_number(locale: dict[str, str], digits: str) -> None:
    assert emergency_number("", "911", locale).digits == digits
    assert emergency_number("1 1-2", "911", locale).spoken == "1 1 2", "the setting wins"


def test_every_number_of_the_table_can_be_dialled() -> None:
    assert {len(land) for land in NUMBERS} == {2}
    assert all(re.fullmatch(r"\d{3}", number) for number in NUMBERS.values())


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({"LC_ALL": "en_GB.UTF-8"}, "999 (locale, LC_ALL=en_GB.UTF-8)"),
        ({"LC_ALL": "C"}, "911 (default of the language)"),
        ({"LC_ALL": "en_QQ"}, "911 (default of the language; none is known for LC_ALL=en_QQ)"),
        (
            {"LC_ALL": "en_GB.UTF-8", "VOICE_COACH_EMERGENCY_NUMBER": "112"},
            "112 (setting, environment variable VOICE_COACH_EMERGENCY_NUMBER)",
        ),
    ],
)
def test_check_shows_the_number_and_its_source(environment: dict[str, str], shown: str) -> None:
    done = call("check", cwd=None, **environment)
    assert f"ok    emergency number: {shown}\n" in done.stdout


def test_what_nobody_can_call_is_refused_wherever_it_is_set() -> None:
    for result in (
        call("--set", "emergency_number=-", "check"),
        call("check", VOICE_COACH_EMERGENCY_NUMBER="   "),
    ):
        assert result.returncode == SettingsFault.exit_code
        assert "2 to 12 digits" in one_line(result)
