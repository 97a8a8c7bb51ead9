"""Talking with the coach: silence, misunderstandings, doubts, pauses, sleep, volume, leaving."""

from __future__ import annotations

import pytest

from tests.coach.driver import RATE, Driver
from voice_coach.coach import Options, deadline
from voice_coach.coach.events import IntentHeard, NoMatch, Rate, Trouble, Volume
from voice_coach.coach.pace import DEFAULT_PACE
from voice_coach.coach.rate import DEFAULT_RATE, RATES
from voice_coach.coach.state import Preferences
from voice_coach.understanding import Book, Matcher, Situation

MENU_SHORT = "Say stretch, heat, ice, breathe or relax."


def mumble(coach: Driver) -> str:
    coach.tell(NoMatch(coach.now))
    coach.run(6)
    return coach.last


# --- silence


def test_silence_is_met_with_shorter_words_then_with_listening(menu: Driver) -> None:
    menu.hear("no")
    menu.run_until_quiet()
    menu.hear("next")
    menu.run(300)
    said = menu.since[2:]
    assert said == [
        "Say help to hear your choices.",
        "I'm here.",
        "I'll be quiet now. I'm still listening. Say help at any time.",
    ]
    assert deadline(menu.state) is None
    assert menu.can("stretch")
    menu.answer("help")
    assert menu.since[0] == MENU_SHORT


def test_a_question_is_put_three_times_and_not_hurried(asked: Driver) -> None:
    asked.run(300)
    put = asked.starts("emergency.below.ask")
    assert len(put) == 3
    assert put[1] - put[0] > 12 * RATE
    assert put[2] - put[1] > put[1] - put[0]
    assert asked.last.startswith("I'll be quiet now.")
    asked.answer("no")
    assert asked.keys[-1] == "emergency.legs.ask"


def test_an_answer_starts_the_patience_anew(asked: Driver) -> None:
    asked.run_until_quiet().run(40).hear("no")
    asked.run(300)
    assert len(asked.starts("emergency.legs.ask")) == 3


def test_silence_when_ready_is_asked_says_how_to_go_on(menu: Driver) -> None:
    menu.answer("stretch").run(300)
    assert menu.since[-5:-1] == [
        "Say next when you're ready.",
        "Take your time.",
        "Say next when you're ready.",
        "Say next to go on.",
    ]
    assert menu.can("next")


# --- misunderstandings


def test_misunderstandings_get_shorter_answers_then_none(menu: Driver) -> None:
    answers = [mumble(menu) for _ in range(3)]
    assert answers[0] == "Sorry, I didn't catch that. Say help for your choices."
    assert sorted(answers, key=len, reverse=True) == answers
    assert menu.tell(NoMatch(menu.now)) == ()
    menu.answer("help")
    assert mumble(menu) == answers[0]


@pytest.mark.parametrize("words", ["breathe", "medicine", "pause", "sleep"])
def test_a_noise_while_nobody_is_asked_is_let_pass(menu: Driver, words: str) -> None:
    menu.hear(words)
    menu.run(12)
    assert menu.tell(NoMatch(menu.now)) == ()


# --- costly commands heard doubtfully


@pytest.mark.parametrize(
    ("words", "question", "then"),
    [
        ("heat", "Did you say heat?", Situation.HEAT),
        ("ice", "Did you say ice?", Situation.ICE),
        ("quit", "Do you want to end the session?", Situation.OVER),
        ("emergency", "Do you need emergency help?", Situation.EMERGENCY),
    ],
)
def test_a_doubtful_costly_command_is_confirmed(
    menu: Driver, words: str, question: str, then: Situation
) -> None:
    menu.hear(words, certain=False)
    assert menu.run_until_quiet().since == [question]
    menu.answer("no")
    assert menu.at(Situation.MENU)
    menu.hear(words, certain=False)
    menu.answer("yes")
    assert menu.at(then)


def test_a_doubtful_command_does_not_replace_a_question_about_health(menu: Driver) -> None:
    menu.hear("emergency", certain=False)
    menu.hear("heat", certain=False)
    assert menu.run_until_quiet().since[-1:] == ["Do you need emergency help?"]
    menu.answer("yes")
    assert menu.at(Situation.EMERGENCY)


def test_a_doubtful_command_is_not_asked_about_where_it_makes_no_sense(menu: Driver) -> None:
    menu.hear("sleep")
    menu.run(20)
    menu.tell(IntentHeard(menu.now, "emergency", certain=False))
    assert menu.below[-1:] == (Situation.SLEEPING,)
    menu.tell(IntentHeard(menu.now, "heat", certain=False))
    menu.run_until_quiet()
    menu.answer("no")
    assert menu.at(Situation.SLEEPING)


def test_another_doubtful_command_is_asked_about_in_place_of_the_first(menu: Driver) -> None:
    menu.hear("heat", certain=False)
    menu.hear("ice", certain=False)
    assert menu.run_until_quiet().since[-1:] == ["Did you say ice?"]


def test_a_cheap_doubtful_command_is_just_done(menu: Driver) -> None:
    menu.hear("breathe", certain=False)
    assert menu.at(Situation.BREATHING)


def test_silence_on_a_doubt_means_no_and_what_went_on_goes_on(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run(15).hear("quit", certain=False)
    menu.run(90)
    assert menu.at(Situation.STRETCHING)
    assert menu.since[:4] == [
        "Do you want to end the session?",
        "End now? Say yes or no.",
        "End now? Say yes or no.",
        "Right knee to chest.",
    ]


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ("stop", Situation.MENU),
        ("wait", Situation.PAUSED),
        ("it hurts", Situation.CONFIRMING),
        ("emergency", Situation.EMERGENCY),
    ],
)
def test_a_safety_word_goes_before_the_doubt(menu: Driver, words: str, then: Situation) -> None:
    menu.answer("stretch").hear("next")
    menu.run(15).hear("heat", certain=False)
    menu.run(1).hear(words)
    menu.run(1)
    assert menu.at(then)
    about = menu.state.asks_about
    assert about is None or about.intent != "heat"


def test_done_with_everything_is_asked_for_certain(menu: Driver) -> None:
    menu.answer("i am done")
    assert menu.since == ["Do you want to end the session?"]
    menu.answer("yes")
    assert menu.ended


def test_the_end_of_a_round_drops_the_doubt(menu: Driver) -> None:
    menu.with_pad("heat").stay_awake(15 * 60 - 30).hear("quit", certain=False)
    menu.run(40)
    assert menu.at(Situation.ENDING)
    menu.hear("done")
    assert menu.at(Situation.HEAT)


# --- pause, sleep


def test_pause_waits_for_as_long_as_it_takes_and_returns_to_the_sentence(menu: Driver) -> None:
    menu.hear("medicine")
    menu.run(12).hear("pause")
    cut = [x.text for x in menu.lines if x.say.key == "medicine.kinds.say"][-1]
    menu.run(3600)
    assert menu.since == ["Paused. Say resume to go on."]
    menu.hear("resume")
    menu.run(6)
    assert menu.since[:2] == ["All right, here we go.", cut]


def test_pause_in_a_hold_says_on_return_which_one_it_is(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run_until("reply.count").run(2).hear("pause")
    menu.run(60).hear("continue")
    menu.run_until("reply.count")
    assert menu.since[:2] == ["All right, here we go.", "Right knee to chest."]
    assert menu.last == "Two."


def test_pause_in_the_menu_says_the_choices_on_return(menu: Driver) -> None:
    menu.answer("pause", "resume")
    assert menu.keys[-2:] == ["reply.resumed", "reply.menu"]


def test_stop_during_a_pause_leaves_the_exercise(menu: Driver) -> None:
    menu.answer("stretch", "pause", "stop")
    assert menu.since[0] == "Stopped. Rest."
    assert menu.at(Situation.MENU)


def test_asleep_only_waking_and_emergencies_are_heard(menu: Driver) -> None:
    menu.answer("sleep")
    assert menu.since == ["I'm going to sleep. Say wake up when you need me."]
    assert menu.run(3600).since == menu.since[:1]
    for words in ("heat", "stop", "it hurts", "next"):
        assert not menu.can(words)
    assert menu.can("emergency")
    menu.answer("wake up")
    assert menu.keys[-2:] == ["reply.awake", "reply.menu"]


def test_waking_begins_the_step_again(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run_until("reply.count").hear("go to sleep")
    menu.run(600).hear("are you awake")
    menu.run(3)
    assert menu.since == ["I'm awake.", "Slowly bring your right knee towards your chest."]


def test_waking_ends_a_pause_too(menu: Driver) -> None:
    menu.hear("medicine")
    menu.run(5).hear("pause")
    menu.answer("sleep", "wake up")
    assert not menu.at(Situation.PAUSED)


# --- stop


@pytest.mark.parametrize("words", ["breathe", "relax", "medicine", "stretch", "heat"])
def test_stop_leads_back_to_the_menu(menu: Driver, words: str) -> None:
    menu.hear(words)
    menu.run(8).hear("stop")
    menu.run(10)
    assert menu.since[0] == "Stopped. Rest."
    assert menu.at(Situation.MENU)


def test_stop_where_nothing_goes_on_makes_the_coach_quiet(menu: Driver) -> None:
    menu.answer("stop")
    assert menu.since[0].startswith("I'll be quiet now.")
    assert len(menu.run(600).since) == 1


# --- volume


def test_the_rate_of_speech_is_changed_by_voice_inside_its_limits(menu: Driver) -> None:
    rates: list[float] = []
    for words in ["speak slower"] * 3 + ["speak faster"] * 5:
        rates += [a.length for a in menu.hear(words) if isinstance(a, Rate)]
    assert rates == [RATES[2], RATES[3], RATES[2], RATES[1], RATES[0]]
    assert menu.last == "This is as fast as I speak."


def test_the_rate_that_was_kept_is_that_of_the_first_word() -> None:
    assert [Options(RATE, "", speech=n).speech_length for n in range(len(RATES))] == [*RATES]


@pytest.mark.parametrize("words", ["speak slower", "slow down your speech", "you talk too fast"])
def test_slower_speech_is_not_a_slower_breath(menu: Driver, words: str) -> None:
    menu.run_until_quiet().hear("breathe")
    menu.hear("next")
    menu.hear("slower")
    assert menu.state.preferences == Preferences(pace=DEFAULT_PACE + 1)
    menu.hear(words)
    assert menu.state.preferences == Preferences(pace=DEFAULT_PACE + 1, speech=DEFAULT_RATE + 1)
    assert menu.at(Situation.BREATHING)
    menu.hear("speak faster")
    menu.hear("faster")
    assert menu.state.preferences == Preferences()


@pytest.mark.parametrize("words", ["louder", "speak slower"])
def test_whoever_hears_badly_can_say_so_at_any_question(fresh: Driver, words: str) -> None:
    """These two are named in the greeting."""
    for _ in range(12):
        fresh.run_until_quiet()
        assert fresh.can(words), fresh.situation
        fresh.run(1).hear("seven" if fresh.at(Situation.PAIN) else "no")


def test_louder_and_quieter_stay_inside_their_limits(menu: Driver) -> None:
    volumes = []
    for words in ["louder"] * 4 + ["quieter"] * 8:
        volumes += [a.db for a in menu.hear(words) if isinstance(a, Volume)]
        menu.run(2)
    assert max(volumes) == 0.0
    assert min(volumes) == -18.0
    assert volumes == [-3, 0, 0, 0, -3, -6, -9, -12, -15, -18, -18, -18]
    assert menu.texts.count("This is as loud as I get.") == 2
    assert menu.texts.count("This is as quiet as I get.") == 2


# --- leaving


def test_quit_asks_the_pain_where_something_was_done(menu: Driver) -> None:
    menu.answer("stretch", "quit")
    assert menu.since == ["Before we finish:", "From zero to ten, how bad is the pain now?"]
    menu.answer("three")
    assert menu.since[-1] == "If it lasts or comes back, see a doctor."
    assert menu.ended
    assert menu.at(Situation.OVER)


def test_quit_asks_nothing_where_nothing_was_done(menu: Driver) -> None:
    menu.answer("quit")
    assert menu.since[0] == "Goodbye. Be gentle with your back."
    assert menu.ended


@pytest.mark.parametrize("words", ["skip", "quit"])
def test_the_last_pain_question_need_not_be_answered(menu: Driver, words: str) -> None:
    menu.answer("stretch", "quit", words)
    assert menu.ended


def test_silence_on_the_last_pain_question_ends_the_session(menu: Driver) -> None:
    menu.answer("stretch", "quit").run(200)
    assert menu.ended


def test_another_wish_on_the_way_out_keeps_the_session_going(menu: Driver) -> None:
    menu.answer("stretch", "quit", "breathe")
    menu.answer("next", "pain", "five")
    assert not menu.ended
    assert menu.at(Situation.MENU)


def test_nothing_is_heard_after_good_bye(menu: Driver) -> None:
    menu.answer("quit")
    for event in (
        IntentHeard(menu.now, "heat"),
        IntentHeard(menu.now, "emergency"),
        NoMatch(menu.now),
        Trouble(menu.now, "audio_lost"),
    ):
        assert menu.tell(event) == ()


# --- talks, trouble


def test_medicine_names_no_dose_and_prevention_leads_back(menu: Driver) -> None:
    menu.answer("medicine")
    assert menu.since[0].startswith("This is information only.")
    assert not any(c.isdigit() for c in " ".join(menu.since))
    assert menu.at(Situation.MENU)
    menu.answer("prevention")
    assert menu.at(Situation.MENU)


def test_trouble_is_said_and_what_went_on_goes_on(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run(15)
    menu.tell(Trouble(menu.now, "audio_lost"))
    menu.run(8)
    assert menu.since[-2:] == [
        "The sound stopped for a moment. I'm back.",
        "Right knee to chest.",
    ]


def test_an_event_from_the_past_does_not_turn_back_the_time(menu: Driver) -> None:
    before = menu.state.now
    menu.tell(IntentHeard(before - 5000, "help"))
    assert menu.state.now == before


def test_the_emergency_number_of_the_settings_is_said(book: Book, matcher: Matcher) -> None:
    coach = Driver(book, Options(rate=RATE, emergency="1 1 2"), matcher).start()
    coach.to_questions().answer("yes", "yes", "help")
    assert "Call 1 1 2, or ask someone to call." in coach.texts
    assert coach.since[0] == "Call 1 1 2 now."
