"""What the coach does when the person says something: one move for each row of the table.

Before a move is made, the machine has hushed the coach. A move that only informs ends with
`Then.CONTINUE`, which returns to what was interrupted.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.coach.oracle.events import Heard
from tests.coach.oracle.turn import Turn

Move = Callable[[Turn, Heard], None]
