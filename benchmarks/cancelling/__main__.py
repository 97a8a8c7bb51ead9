"""`python -m benchmarks.cancelling`."""

from ..common import main
from . import __doc__, measure

main(measure, __doc__)
