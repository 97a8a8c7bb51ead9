"""Recordings are found in each layout, and speakers never are in two splits."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("wordfreq", reason="the training extra is not installed")

from training.corpora import CorpusError, Recording, read
from training.prepare import part_of, some_of
from training.store import Entry, Store, make_store

HEAD = "path\tseconds\tspeaker\ttranscript\tlicence\tsource\tsplit"


def write(path: Path, frames: int = 1600, rate: int = 16000, channels: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = np.sin(np.arange(frames) / 5)[:, None].repeat(channels, 1) * 0.3
    soundfile.write(path, tone, rate, subtype="PCM_16")
    return path


def test_a_manifest_says_it_all(tmp_path: Path) -> None:
    rows = [
        HEAD,
        "gsc/yes/1.flac\t0.1\ts1\tYes\tCC BY 4.0\tcommands\ttrain",
        "gsc/no/2.flac\t0.1\ts2\tno, no\tCC BY 4.0\tcommands\tdev",
        "fan.flac\t0.1\tnone\t\tMIT\tfans\tnoise",
        "dog.flac\t0.1\tnone\t\tMIT\tfans\tnoise-train",
        "hall.flac\t0.1\trir:hall\t\tMIT\trooms\trir-train",
        "joe.flac\t0.1\tjoe\tHeat please.\tsynthetic\tpiper\ttrain",
        "tail.flac\t0.1\tjoe\tNext.\tsynthetic\tpiper\trejected",
    ]
    (tmp_path / "manifest.tsv").write_text("\n".join(rows) + "\n")
    found = {one.path.name: one for one in read(tmp_path)}
    assert found["1.flac"].words == ("yes",)
    assert found["1.flac"].source == "gsc"
    assert found["1.flac"].speaker == "gsc/s1"
    assert found["2.flac"].split == "dev"
    assert found["fan.flac"].words == ()
    assert found["dog.flac"].split == "noise"
    assert not {"hall.flac", "tail.flac"} & set(found)
    assert found["joe.flac"].synthetic and found["joe.flac"].words == ("heat", "please")


@pytest.mark.parametrize("row", ["a\tb", "a\t1\ts\tt\tl\tsource\ttest"])
def test_a_wrong_line_is_named(tmp_path: Path, row: str) -> None:
    (tmp_path / "manifest.tsv").write_text(f"{HEAD}\n{row}\n")
    with pytest.raises(CorpusError, match="line 2"):
        read(tmp_path)


def test_librispeech(tmp_path: Path) -> None:
    for speaker in range(60):
        folder = tmp_path / str(speaker) / "7"
        folder.mkdir(parents=True)
        (folder / f"{speaker}-7.trans.txt").write_text(
            f"{speaker}-7-0000 HE SAID IT'S ALL RIGHT\n{speaker}-7-0001 NO\n"
        )
    found = read(tmp_path)
    assert len(found) == 120
    assert found[0].words == ("he", "said", "it's", "all", "right")
    assert found[0].path.suffix == ".flac"
    splits = {one.speaker: set[str]() for one in found}
    for one in found:
        splits[one.speaker].add(one.split)
    assert all(len(split) == 1 for split in splits.values())
    assert {"train", "dev"} == {one.split for one in found}


def test_speech_commands(tmp_path: Path) -> None:
    write(tmp_path / "yes" / "abc_nohash_0.wav")
    write(tmp_path / "_background_noise_" / "tap_nohash_0.wav")
    found = {one.path.parent.name: one for one in read(tmp_path)}
    assert found["yes"].words == ("yes",)
    assert found["_background_noise_"].split == "noise"


def test_more_than_epochs_take_is_left_out() -> None:
    entries = [
        Entry(0, 1, f"{source}{number}", "x", ("yes",), source, split, False)
        for source, split in (("many", "train"), ("many", "dev"), ("few", "train"))
        for number in range(12)
    ]
    store = some_of(Store(tuple(entries), np.zeros(1, np.int16)), {"many": 4})
    counts = Counter((entry.source, entry.split) for entry in store.entries)
    assert counts == {("many", "train"): 6, ("many", "dev"): 12, ("few", "train"): 12}


def test_a_share_has_some_of_everything() -> None:
    found = [
        Recording(Path(f"{source}{split}{number}"), "x", ("yes",), source, split)
        for source, split, count in (
            ("many", "train", 50),
            ("many", "dev", 20),
            ("few", "train", 3),
        )
        for number in range(count)
    ]
    counts = Counter((one.source, one.split) for one in part_of(found, 0.1))
    assert counts == {("many", "train"): 5, ("many", "dev"): 2, ("few", "train"): 1}
    assert part_of(found, 0.1) == part_of(found, 0.1)
    assert part_of(found, 1) == found


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is no manifest"):
        read(tmp_path)


def test_a_store_is_made_once_and_anew_when_its_recordings_change(tmp_path: Path) -> None:
    speech = tmp_path / "speech"
    write(speech / "yes" / "a_nohash_0.wav", 1600)
    write(speech / "no" / "b_nohash_0.wav", 8820, 44100, 2)
    store = make_store(tmp_path / "store", read(speech))
    lengths = {entry.words[0]: entry.length for entry in store.entries}
    assert lengths == {"yes": 1600, "no": 3200}
    by_word = {entry.words[0]: store.sound(entry) for entry in store.entries}
    assert np.abs(by_word["yes"] - np.sin(np.arange(1600) / 5) * 0.3).max() < 1e-3
    stamp = (tmp_path / "store" / "sound.i16").stat().st_mtime_ns
    make_store(tmp_path / "store", read(speech))
    assert (tmp_path / "store" / "sound.i16").stat().st_mtime_ns == stamp
    write(speech / "up" / "a_nohash_0.wav")
    more = make_store(tmp_path / "store", read(speech))
    assert len(more.entries) == 3
    kept = next(entry for entry in more.entries if entry.words == ("yes",))
    assert np.array_equal(more.sound(kept), by_word["yes"])
