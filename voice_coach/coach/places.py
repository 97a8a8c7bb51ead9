"""TEMPORARY: replaced at the merge."""

from voice_coach.coach.state import BeatKind, State, beats
from voice_coach.language.book import Book, Situation
from voice_coach.language.place import Place

_D = {
    Situation.SLEEPING: Place.SLEEPING,
    Situation.CHECKING: Place.CHECKING,
    Situation.PAIN: Place.PAIN,
    Situation.MENU: Place.MENU,
    Situation.EASING: Place.EASE,
    Situation.ENDING: Place.ENDING,
    Situation.EMERGENCY: Place.EMERGENCY,
    Situation.PAUSED: Place.PAUSED,
    Situation.BREATHING: Place.BREATHING,
    Situation.IMAGERY: Place.IMAGERY,
    Situation.CONFIRMING: Place.CONFIRM,
    Situation.TAKING_UP: Place.TAKING_UP,
    Situation.OVER: Place.OVER,
    Situation.MEDICINES: Place.TALK,
    Situation.PREVENTION: Place.TALK,
}


def place(state: State, book: Book) -> Place:
    """Temporary."""
    s = state.situation
    if s in (Situation.STRETCHING, Situation.HEAT, Situation.ICE) and state.position:
        step = book.routines[state.position.routine].step[state.position.step]
        made = beats(step)
        beat = made[state.position.beat] if state.position.beat < len(made) else None
        if s is Situation.STRETCHING:
            return Place.READY if beat and beat.kind is BeatKind.READY else Place.HOLD
        if step.timer:
            return Place.HEAT
        return Place.HEATREADY if step.ready else Place.HEATASK
    return _D.get(s, Place.HOLD)
