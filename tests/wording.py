"""What no sentence of the product contains once it is put together, wherever it is read."""

import re

_SLIPS = re.compile(
    r"[.!?;:,] ?[;,]|[!?;:,]\.(?![\w.])|(?<!\.)\.\.(?!\.)|\.:(?!\w)"  # two stops where one belongs
    r"|\w\((s|es)\)|\b1 (more )?(number|code|request|order|event)s\b"  # a plural that does not fit
    r"|\b(for|about|of|wants) (a )?(choice|carrier|support|account|codes)[.,]"  # a kind of ask, a word for programs
)


def slips(text: str) -> list[str]:
    """Where a sentence was put together badly, each with what stands around it."""
    return [text[max(0, slip.start() - 30) : slip.end() + 20] for slip in _SLIPS.finditer(text)]


def assert_well_worded(text: str) -> None:
    """Fail with the places where sentences were put together badly."""
    found = slips(text)
    assert not found, found
