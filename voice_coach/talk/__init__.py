"""Talk: the coach with words in and words out, for a terminal or another program's voice.

`app.build_talk` makes a `Talk`; whatever happens to it gives a `Turn`.
"""

from voice_coach.talk.ends import TextDuplex, TextEars
from voice_coach.talk.talk import Talk
from voice_coach.talk.turn import Act, Clip, Hold, Hush, Turn

__all__ = ["Act", "Clip", "Hold", "Hush", "Talk", "TextDuplex", "TextEars", "Turn"]
