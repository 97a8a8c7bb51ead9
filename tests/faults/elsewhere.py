"""Faults that other tests try already. `make faults` runs these, and counts them."""

from __future__ import annotations

import sys

ELSEWHERE = (
    ("journal/test_killed.py", "killed with -9 at a random moment of a session"),
    ("journal/test_damage.py::test_damage", "the journal damaged, before and in mid-session"),
    ("journal/test_damage.py::test_what_is_lost", "the journal lost"),
    ("journal/test_damage.py::test_a_wal_cut_anywhere", "the journal's last write cut anywhere"),
    ("journal/test_damage.py::test_a_journal_that_was_taken_away", "the journal taken away"),
    ("journal/test_damage.py::test_a_full_disk", "journal: disk full for a while"),
    ("journal/test_damage.py::test_a_disk_that_stays_full", "journal: disk full for good"),
    ("journal/test_damage.py::test_a_read_only_folder", "journal: read-only folder"),
    ("journal/test_damage.py::test_a_folder_in_place", "journal: a folder in its place"),
    ("journal/test_damage.py::test_a_file_in_place", "journal: a file in its folder's place"),
    ("speaking/test_cache.py::test_full_disk", "clip cache: disk full"),
    ("sessions/test_transcript.py::test_full_disk", "transcript: disk full"),
    ("audio/test_recorder.py::test_full_disk", "recording: disk full"),
    ("audio/test_recorder.py::test_killed_process", "recording: killed with -9"),
    ("hearing/test_model.py::test_damaged_model", "hearing model: a part missing, cut or empty"),
    ("speaking/test_render.py::test_killed_worker", "piper killed while rendering"),
    ("speaking/test_render.py::test_worker_", "piper killed while idle, or again and again"),
    ("speaking/test_render.py::test_corrupt_voice", "voice: truncated"),
    ("speaking/test_render.py::test_missing_voice", "voice: missing"),
    ("speaking/test_render.py::test_damaged_config", "voice: its configuration damaged"),
    ("understanding/test_load.py::test_a_mistake_is_named", "prompts: one mistake in a file"),
    (
        "understanding/test_load.py::test_a_damaged_file",
        "prompts: random damage (25 for each file)",
    ),
    ("understanding/test_load.py::test_a_missing_file", "prompts: a file missing"),
    ("audio/test_live.py::test_lost_card", "sound: the device lost, and back"),
    ("audio/test_live.py::test_card_that_stays_away", "sound: the device stays away"),
    ("audio/test_live.py::test_stream_that_opens_and_stalls", "sound: a callback that is silent"),
    ("audio/test_live.py::test_stream_that_opens_and_crawls", "sound: a callback that crawls"),
    ("audio/test_live.py::test_stream_that_loses_a_little", "sound: a card that loses time"),
    ("audio/test_live.py::test_microphone_that_stays_deaf", "sound: a microphone deaf for good"),
    ("audio/test_live.py::test_stream_that_cannot_be_closed", "sound: a stream that hangs"),
    ("audio/test_live.py::test_samples_beyond_all_sense", "sound: samples beyond all sense"),
    ("sessions/test_trouble.py::test_microphone_of_zeros", "sound: a microphone of zeros"),
    ("sessions/test_trouble.py::test_lost_device", "sound: the device lost in a session"),
    ("coach/test_caps.py", "a test of 100,000 events with restarts"),
)
"""(beginning of a test's name below tests/, what it tries)."""


def arguments() -> list[str]:
    """Return what to give to pytest: the files, each once."""
    files = dict.fromkeys(start.partition("::")[0] for start, _ in ELSEWHERE)
    return ["tests/faults", *(f"tests/{name}" for name in files)]


if __name__ == "__main__":
    sys.stdout.write(" ".join(arguments()) + "\n")
