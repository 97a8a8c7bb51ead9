"""The whole recipe in small: train, stop, go on, export; what vosk computes is what torch does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch", reason="the training extra is not installed")
pytest.importorskip("pyroomacoustics", reason="the training extra is not installed")

from tests.conftest import ROOT
from training import prepare
from training.align import align
from training.augment import plain
from training.export import export
from training.files import as_kaldi, load
from training.first import FirstAlignments, frame_targets, teach_frames
from training.lexicon import plain as pronunciations
from training.lfmmi import Saying, best_path
from training.network import EARLIER, Layer, Network, grown, keep, outputs, pad, restored
from training.prepare import Sources
from training.train import Options, mixed, train
from voice_coach.teaching.body import Body
from voice_coach.teaching.features import log_mels
from voice_coach.teaching.kaldi import model_bytes, read_model
from voice_coach.vocabulary.phones import Inventory

MODEL = ROOT / "models" / "en-us-commands" / "am" / "final.mdl"
INVENTORY = Inventory()


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """A corpus of the rehearsals' recordings, one of them long, and a little noise."""
    folder = tmp_path_factory.mktemp("recipe")
    rows = ["path\tseconds\tspeaker\ttranscript\tlicence\tsource\tsplit"]
    speech = folder / "speech"
    (speech / "rms").mkdir(parents=True)
    long, said = [], []
    for number, path in enumerate(sorted((ROOT / "rehearsals/recordings").glob("*.flac"))[:24]):
        sound, rate = soundfile.read(path, dtype="float32")
        text = path.stem.replace("_", " ")
        if number < 6:
            long.append(sound)
            said.append(text)
        split = "dev" if number % 6 == 5 else "train"
        shutil.copy(path, speech / "rms" / path.name)
        rows.append(f"rms/{path.name}\t1\trms\t{text}\tfree\tflite\t{split}")
    soundfile.write(speech / "long.flac", np.concatenate(long), rate)
    rows.append(f"long.flac\t1\trms\t{' '.join(said)}\tfree\tlong\ttrain")
    (speech / "manifest.tsv").write_text("\n".join(rows) + "\n")
    return Sources(folder / "work", (speech,), made_noises=4, rooms=3)


@pytest.fixture(scope="module")
def trained(sources: Sources) -> Iterator[tuple[Network, Network]]:
    """A network after six steps at once, and after three, a stop and three more."""
    store = prepare.store_of(sources)
    start = load(MODEL, INVENTORY)
    aligned = align(sources.work / "alignments.msgpack", store, start, INVENTORY)
    lesson = prepare.lesson_of(store, aligned, prepare.material_of(sources, store))
    assert any(piece.entry is not None and piece.entry.source == "long" for piece in lesson.whole)
    assert lesson.cuts
    six = Options(steps=6, frames=900, noises=2, save_every=3, judge_every=100, warm_up=1)
    whole = train(load(MODEL, INVENTORY), lesson, INVENTORY, six, sources.work / "a")

    def stopped(saved: Any) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.train._Run.judge", lambda run: 0.0)
        patch.setattr("training.train._Run.averaged", stopped)
        with pytest.raises(KeyboardInterrupt):
            # The schedule is that of six steps; only the end comes sooner.
            options = replace(six, judge_every=3)
            patch.setattr("training.train._Run._log", _stop_at_dev)
            train(load(MODEL, INVENTORY), lesson, INVENTORY, options, sources.work / "b")
    again = train(load(MODEL, INVENTORY), lesson, INVENTORY, six, sources.work / "b")
    yield whole, again


@pytest.mark.slow
def test_layers_that_were_added_learn_at_a_rate_of_their_own(
    sources: Sources, trained: tuple[Network, Network]
) -> None:
    store = prepare.store_of(sources)
    start = grown(load(MODEL, INVENTORY), 64, (2,))
    aligned = align(sources.work / "alignments.msgpack", store, start, INVENTORY)
    lesson = prepare.lesson_of(store, aligned, prepare.material_of(sources, store))
    options = Options(
        steps=1,
        frames=900,
        noises=2,
        warm_up=1,
        body_rate=0.0,
        out_rate=0.0,
        new_rate=1e-3,
        added=1,
    )
    before = {name: value.clone() for name, value in start.state_dict().items()}
    after = train(start, lesson, INVENTORY, options, sources.work / "c").state_dict()
    moved = {name for name in after if not torch.equal(after[name], before[name])}
    added = f"layers.{len(start.layers) - 1}."
    assert moved and all(name.startswith(added) for name in moved), moved


def _stop_at_dev(run: Any, **figures: float) -> None:
    if "dev" in figures:
        raise KeyboardInterrupt


@pytest.mark.slow
def test_a_stopped_run_goes_the_same_way(trained: tuple[Network, Network]) -> None:
    whole, again = (network.state_dict() for network in trained)
    start = load(MODEL, INVENTORY).state_dict()
    assert any(not torch.equal(whole[name], start[name]) for name in whole)
    for name in whole:
        assert torch.allclose(whole[name], again[name], atol=1e-6), name


def test_weights_of_two_networks_are_mixed() -> None:
    one, two = load(MODEL, INVENTORY), load(MODEL, INVENTORY)
    with torch.no_grad():
        for value in two.parameters():
            value += 1
    before = {name: value.clone() for name, value in one.state_dict().items()}
    made = mixed(one, two.state_dict(), 0.25).state_dict()
    names = {name for name, _ in two.named_parameters()}
    assert names
    for name, value in made.items():
        wanted = before[name] + (0.25 if name in names else 0)
        assert torch.allclose(value.float(), wanted.float(), atol=1e-5), name


def as_it_is(network: Network) -> Network:
    return network


def larger(network: Network) -> Network:
    """What was added has a say in it."""
    network = grown(network, 80, (2, 5))
    with torch.no_grad():
        for layer in network.layers:
            assert isinstance(layer, Layer)
            size = layer.first.out_features
            layer.second.weight[:, size - 8 : size].normal_(0, 0.01)
    return network


def test_a_network_grows_without_hearing_otherwise() -> None:
    network = load(MODEL, INVENTORY).eval()
    sound = np.random.default_rng(3).standard_normal((90, 40)).astype(np.float32)
    before, after = network.scores(sound), grown(network, 80, (2, 5)).eval().scores(sound)
    assert np.abs(before - after).max() < 0.05 * np.abs(before).max()
    assert not np.allclose(before, larger(network).eval().scores(sound), atol=0.1)


def test_a_network_cannot_look_back_further_than_batches_hold() -> None:
    with pytest.raises(ValueError, match="frames back at most"):
        grown(load(MODEL, INVENTORY), 64, (40, 60))


def test_a_grown_network_is_loaded_as_it_was_written(tmp_path: Path) -> None:
    network = larger(load(MODEL, INVENTORY)).eval()
    (tmp_path / "final.mdl").write_bytes(model_bytes(as_kaldi(network, INVENTORY, wide=True)))
    sound = np.random.default_rng(3).standard_normal((90, 40)).astype(np.float32)
    scores = load(tmp_path / "final.mdl", INVENTORY).eval().scores(sound)
    assert np.abs(scores - network.scores(sound)).max() < 0.05
    body = Body.of(read_model(tmp_path / "final.mdl"))
    assert np.abs(body.scores(body.hidden(sound)) - scores).max() < 1e-3
    assert body.context == (160 + 21, 34)


def test_a_kept_network_is_restored_with_its_shape(tmp_path: Path) -> None:
    network = larger(load(MODEL, INVENTORY)).eval()
    keep(network, tmp_path / "kept.pt")
    again = restored(tmp_path / "kept.pt").eval()
    sound = np.random.default_rng(3).standard_normal((90, 40)).astype(np.float32)
    assert np.array_equal(again.scores(sound), network.scores(sound))
    assert again.shape == network.shape


@pytest.mark.slow
@pytest.mark.parametrize("size", [as_it_is, larger])
def test_what_vosk_computes_is_what_torch_does(
    tmp_path: Path, size: Callable[[Network], Network]
) -> None:
    import vosk

    vosk.SetLogLevel(-1)
    # All pauses as silence, so that there is one way through a word.
    only_silence = {"word_cost": None, "noise": 1e-9}
    export(size(load(MODEL, INVENTORY)), tmp_path / "model", INVENTORY, working_point=only_silence)
    network = load(tmp_path / "model" / "am" / "final.mdl", INVENTORY).eval()
    conf = tmp_path / "model" / "conf" / "model.conf"
    text = conf.read_text().replace("--beam=10.0", "--beam=40.0")
    conf.write_text(text.replace("--max-active=3000", "--max-active=9000"))
    model = vosk.Model(str(tmp_path / "model"))
    differences = []
    for path in sorted((ROOT / "rehearsals/recordings").glob("*.flac")):
        word = path.stem
        if "_" in word or len(pronunciations(word)) > 1:
            continue
        pcm, _ = soundfile.read(path, dtype="int16")
        draw = np.random.default_rng(1)
        pcm = np.pad(pcm, 4800)
        pcm = np.rint(pcm + draw.standard_normal(len(pcm)) * 2).astype(np.int16)
        recogniser = vosk.KaldiRecognizer(model, 16000, json.dumps([word]))
        recogniser.SetMaxAlternatives(3)
        recogniser.AcceptWaveform(pcm.tobytes())
        theirs = json.loads(recogniser.FinalResult())["alternatives"][0]
        if theirs["text"] != word:
            continue
        phones = [INVENTORY.bases.index(p) for p in pronunciations(word)[0]]
        saying = Saying((0, *phones, 0), (True, *(False,) * len(phones), True))
        scores = network.scores(log_mels(pcm.astype(np.float32)))
        places = best_path(scores, saying)
        pdfs = [2 * saying.phones[p] for p in places]
        loops = np.concatenate([[False], places[1:] == places[:-1]])
        ours = sum(
            scores[t, pdf + int(loop)]
            for t, (pdf, loop) in enumerate(zip(pdfs, loops, strict=True))
        )
        # Pauses cost a little in the graph; those with one before and one after are alike.
        if places[0] == 0 and places[-1] == len(saying.phones) - 1:
            differences.append(theirs["confidence"] - float(ours))
    assert len(differences) >= 2
    assert max(differences) - min(differences) < 0.01, differences


@pytest.mark.slow
def test_an_exported_model_hears(tmp_path: Path) -> None:
    import vosk

    vosk.SetLogLevel(-1)
    export(load(MODEL, INVENTORY), tmp_path / "model", INVENTORY)
    size = sum(p.stat().st_size for p in (tmp_path / "model").rglob("*") if p.is_file())
    assert size <= 8_000_000
    model = vosk.Model(str(tmp_path / "model"))
    recordings = {p.stem: p for p in (ROOT / "rehearsals/recordings").glob("*.flac")}
    words = sorted(word for word in recordings if "_" not in word)
    recogniser = vosk.KaldiRecognizer(model, 16000, json.dumps([*words, "[unk]"]))
    heard = []
    for word in words:
        pcm, _ = soundfile.read(recordings[word], dtype="int16")
        recogniser.AcceptWaveform(pcm.tobytes())
        heard.append(json.loads(recogniser.FinalResult())["text"] == word)
    assert len(heard) > 5 and sum(heard) >= 0.8 * len(heard)


def test_frame_targets_follow_the_alignment() -> None:
    phones = [("SIL", 0, 6), ("B", 6, 12), ("B", 12, 15)]
    targets = frame_targets(phones, 20, INVENTORY)
    b = 2 * INVENTORY.bases.index("B")
    assert targets.tolist() == [0, 1, b, b + 1, b, 0, 1]


@pytest.mark.slow
def test_frames_teach_a_new_output_layer(sources: Sources) -> None:
    store = prepare.store_of(sources)
    network = load(MODEL, INVENTORY)
    with torch.no_grad():
        network.out.weight.zero_()
        network.out.bias.zero_()
    material = prepare.material_of(sources, store)
    entry = next(entry for entry in store.entries if entry.split == "train")
    found = FirstAlignments({entry.path: [("SIL", 0, 10), ("AA", 10, 30), ("B", 30, 40)]})
    teach_frames(network, store, material, found, INVENTORY, 3, 1)
    assert network.out.weight.any()


def test_padding_repeats_the_edges() -> None:
    draw = np.random.default_rng(0)
    utterances = [draw.standard_normal((n, 40)).astype(np.float32) for n in (20, 31)]
    batch, counts = pad(utterances)
    assert counts.tolist() == [outputs(20), outputs(31)] == [7, 11]
    assert torch.equal(batch[0, :EARLIER], torch.from_numpy(utterances[0][:1]).expand(EARLIER, 40))
    network = load(MODEL, INVENTORY).eval()
    with torch.no_grad():
        both = network(batch)
    assert both.shape == (2, 11, INVENTORY.outputs)
    alone = network.scores(utterances[0])
    assert np.allclose(both[0, :7].numpy(), alone, atol=1e-3)
    assert plain(np.zeros(4000, np.float32)).shape[1] == 40
