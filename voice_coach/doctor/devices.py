"""Which sound devices are meant, by name and native rate."""

from __future__ import annotations

from voice_coach.audio.cards import cards, choose
from voice_coach.doctor.finding import Finding

NAME = "sound card"

NONE = "no sound card; `voice-coach run` will rehearse"


def chosen_devices(wanted: str) -> Finding:
    """Find the microphone and the loudspeaker that are meant.

    Args:
        wanted: the device setting.

    Raises:
        AudioFault: PortAudio is missing, or there is no such device.
    """
    found = cards()
    if not found and not wanted:
        mend = "plug one in; a USB speakerphone is best"
        return Finding(NAME, "warning", NONE, mend, {"devices": 0})
    microphone, loudspeaker = choose(wanted, found)
    return Finding(
        NAME,
        "ok",
        f'microphone "{microphone.name}", loudspeaker "{loudspeaker.name}"',
        "",
        {
            "devices": len(found),
            "host": microphone.host,
            "microphone_rate_hz": microphone.rate,
            "loudspeaker_rate_hz": loudspeaker.rate,
        },
    )
