"""A button and a light, for people who would rather press than speak. Both are optional.

One press is a yes or "next", two are a no, three have the choices read, and a hold stops: see
coach/button.py. The light is steady while the coach listens, pulses while it speaks, follows the
breath while one is paced, and blinks while it cannot hear.

`presses` and `light` are pure and count frames of the sample clock; `gpio` drives the pins of a
Raspberry Pi, `keyboard` reads the keys of a terminal, and `hid` the hook key of a USB speakerphone.
Their threads only put what happened into a queue; the session polls it with each block.
"""

from voice_coach.controls.bar import Bar
from voice_coach.controls.controls import Panel, Pins, open_panel
from voice_coach.controls.light import Light, Shown, shown

__all__ = ["Bar", "Light", "Panel", "Pins", "Shown", "open_panel", "shown"]
