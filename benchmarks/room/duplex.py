"""A room in place of a sound card: the microphone hears what the loudspeaker plays."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voice_coach.audio.duplex import BLOCKS_PER_SECOND, Block
from voice_coach.audio.mixer import Mixer, Play
from voice_coach.audio.samples import Samples
from voice_coach.speaking.sound import in_16_bits, speech_level

from ..scenes.noise import Noises
from ..scenes.recordings import seed_of
from ..scenes.rooms import LEAD, heard_in, placed, responses
from ..scenes.scene import RATE, Scene
from .loudspeaker import EchoPath, moved_share

FRAMES = RATE // BLOCKS_PER_SECOND

NOISE_SECONDS = 20
"""Length of each piece of noise."""

MOST_LOST = 3
"""The most blocks lost at once."""


class RoomDuplex:
    """A simulated sound card in a simulated room, at RATE. See `Duplex`.

    Attributes:
        air: mixes what reaches the microphone besides echo and noise.

    Args:
        scene: the room.
        noises: the sources of noise; required if the scene has noise.
    """

    live = False
    losses = 0
    microphone_ok = True

    def __init__(self, scene: Scene, noises: Noises | None = None) -> None:
        if scene.snr_db is not None and noises is None:
            raise ValueError(f"scene {scene.name} is to be noisy, and there is no noise")
        self.rate = RATE
        self.lead = 2 * FRAMES
        self.mixer = Mixer(RATE)
        self.air = Mixer(RATE)
        self.scene = scene
        self._noises = noises
        self._echo = None if scene.echo_db is None else EchoPath(scene, FRAMES)
        self._floor = np.random.default_rng(seed_of("floor", scene.seed))
        self._chance = np.random.default_rng(seed_of("losses", scene.seed))
        self._lost = 0
        self._noise: Samples = np.zeros(0, np.float32)
        self._over = False

    def say(self, at: int, sound: Samples) -> None:
        """Let the person say something.

        Args:
            at: frame at which it reaches the microphone on the straight way.
            sound: the recording, shape (frames,); its level is the scene's.
        """
        pair = responses(self.scene).person
        total = len(sound) + max(map(len, pair)) - 1
        # The level is set where the person lies; moving away makes it softer.
        still = placed(sound, pair[0])
        gain = np.float32(10 ** ((self.scene.user_db - speech_level(still, RATE)) / 20))
        if self.scene.moving:
            share = moved_share(self.scene, at, total)
            still = heard_in(sound, pair, share)
        self.air.orders.put(Play(at - LEAD, still * gain))

    def play(self, at: int, sound: Samples, level_db: float) -> None:
        """Play another sound across the room.

        Args:
            at: frame at which it reaches the microphone on the straight way.
            sound: shape (frames,).
            level_db: dBFS of its louder parts, at the microphone.
        """
        made = placed(sound, responses(self.scene).others)
        gain = np.float32(10 ** ((level_db - speech_level(made, RATE)) / 20))
        self.air.orders.put(Play(at - LEAD, made * gain))

    def blocks(self) -> Iterator[Block]:
        """Yield blocks until `close`."""
        start = 0
        floor = np.float32(10 ** (self.scene.floor_db / 20))
        while not self._over:
            far = self.mixer.read(start, FRAMES)
            near = self.air.read(start, FRAMES)
            if self._echo is not None:
                near += self._echo.hear(start, far)
            if self.scene.snr_db is not None:
                near += self._some_noise(start)
            near += self._floor.standard_normal(FRAMES, np.float32) * floor
            # 16 bits, clipped at full scale, as from a sound card.
            near = in_16_bits(near)
            if self._loses():
                near = np.zeros(FRAMES, np.float32)
            yield Block(start, near, far)
            start += FRAMES

    def close(self) -> None:
        """End the sound after the present block."""
        self._over = True

    def _some_noise(self, start: int) -> Samples:
        assert self._noises is not None and self.scene.snr_db is not None
        frames = NOISE_SECONDS * RATE
        within = start % frames
        if within == 0:
            name = f"{self.scene.seed} {start // frames}"
            gain = np.float32(10 ** ((self.scene.user_db - self.scene.snr_db) / 20))
            self._noise = self._noises.piece(frames, name) * gain
        return self._noise[within : within + FRAMES]

    def _loses(self) -> bool:
        if not self.scene.losses:
            return False
        if self._lost == 0 and self._chance.random() < self.scene.losses / 60 / BLOCKS_PER_SECOND:
            self._lost = int(self._chance.integers(1, MOST_LOST + 1))
        self._lost, lost = max(0, self._lost - 1), self._lost > 0
        return lost
