"""A session in Spanish, in the words of people: the alarm of a pad ends only when it is off."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_coach.app import assemble_texts
from voice_coach.log import Entry, PersonSpoke, Said
from voice_coach.rehearsal.typed import rehearse_in_writing
from voice_coach.settings import Settings

HEAT = (
    ("pain.score.ask", "un seis", "number"),
    ("reply.menu", "ponme calor, por favor", "heat"),
    ("emergency.below.ask", "No, nada de eso.", "no"),
    ("emergency.legs.ask", "que yo sepa no", "no"),
    ("emergency.chest.ask", "no", "no"),
    ("doctor.now.ask", "creo que no", "unsure"),
    ("doctor.now.plain", "no, ninguna", "no"),
    ("doctor.lasting.ask", "no", "no"),
    ("doctor.body.ask", "no", "no"),
    ("heat.cause.ask", "no", "no"),
    ("heat.skin.ask", "no", "no"),
    ("heat.alone.ask", "si, puedo", "yes"),
    ("heat.on.ready", "ya está puesto", "start"),
)
"""What is answered, with what, and what that means: up to the heat."""

REFUSED = ("no está apagada", "no esta quitada", "todavía la tengo puesta", "casi", "ya voy")
"""None of these ends the alarm."""


def script(path: Path, lines: list[tuple[str, str, str]]) -> Path:
    rows = ['title = "x"']
    for after, says, expects in lines:
        rows += ["[[line]]", f'after = "{after}"', f'says = "{says}"', f'expects = "{expects}"']
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_not_off_does_not_end_the_alarm(words: str, tmp_path: Path) -> None:
    expects = "stop" if words == "ya voy" else "not_yet" if words == "casi" else "still_on"
    lines = [*HEAT, ("reply.heat_on", "basta", "stop"), ("reply.heat_end", words, expects)]
    lines += [("reply.heat_end", "ya me lo he quitado", "done"), ("reply.put_back", "no", "no")]
    lines += [("pain.score.ask", "5", "number"), ("reply.menu", "adiós", "quit")]
    if words == "ya voy":  # it is asked whether it is off, and nobody answers that
        lines[len(HEAT) + 2] = ("reply.off_ask", "ya me lo he quitado", "done")
    settings = Settings(language="es", prompts_folder=str(tmp_path), journal="none")
    entries: list[Entry] = []
    path = script(tmp_path / "own.toml", lines)
    rehearse_in_writing(assemble_texts(settings), path, [entries.append])
    asked = [n for n, e in enumerate(entries) if isinstance(e, PersonSpoke) and e.text == words]
    after = [e.text for e in entries[asked[0] :] if isinstance(e, Said)]
    assert after[0] in ("Quítatelo ya, y di listo.", "¿Te lo has quitado de la piel?")
    assert "Bien. El calor está quitado." in after[1:]
