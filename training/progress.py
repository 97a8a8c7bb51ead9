"""Says how far a step is and how long it has to go."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def progress(items: Iterable[T], name: str) -> Iterator[T]:
    """Yield the items; show a bar, or in a log a line now and then."""
    total = len(items) if isinstance(items, Sized) else None
    yield from tqdm(items, desc=name, total=total, mininterval=2.0, dynamic_ncols=True)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Say how long a step took."""
    began = time.monotonic()
    yield
    print(f"{name}: {(time.monotonic() - began) / 60:.1f} min", flush=True)
