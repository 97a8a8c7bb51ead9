"""A button and a light, for those who would rather press than speak. Both are optional.

Pressing pauses and goes on; holding stops. The light shines while the coach listens, pulses while
it speaks, and blinks while it cannot hear.

`presses` and `light` are pure and count frames of the sample clock; `gpio` has the pins of a
Raspberry Pi and `keyboard` the keys of a terminal. Their threads only put what happened into a
queue; the session asks for it with each block.
"""

from voice_coach.controls.controls import Panel, Pins, open_panel
from voice_coach.controls.light import Light, Shown, shown

__all__ = ["Light", "Panel", "Pins", "Shown", "open_panel", "shown"]
