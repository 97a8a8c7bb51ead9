"""The coach as it was before its redesign, kept only to be compared with (test_same_as_before.py).

Nothing of the product imports it. Lines marked MENDED differ from the coach of that time: they are
the faults that the redesign mends on purpose.
"""

from tests.coach.oracle.machine import deadline, step
from tests.coach.oracle.past import Past
from tests.coach.oracle.state import Options, State, begin
from tests.coach.oracle.table import understood

__all__ = ["Options", "Past", "State", "begin", "deadline", "step", "understood"]
