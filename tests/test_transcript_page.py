"""The block of the README with lines of a rehearsal is replaced, and nothing else of the page."""

from __future__ import annotations

import pytest

from benchmarks.transcript import written

AFTER = "\nMore.\n\n<!-- figures -->\n| a |\n<!-- end -->\n\nThe end.\n"


@pytest.mark.parametrize("old", ["", "```\nold\n```\n"])
def test_only_the_block_is_replaced_even_if_it_was_empty(old: str) -> None:
    page = f"# Title\n\n<!-- transcript -->\n{old}<!-- end -->\n{AFTER}"
    once = written(page, [r"00:01.02  coach   Hello. \1"])
    block = "```\n00:01.02  coach   Hello. \\1\n```\n"
    assert once == f"# Title\n\n<!-- transcript -->\n{block}<!-- end -->\n{AFTER}"
    assert written(once, [r"00:01.02  coach   Hello. \1"]) == once
