"""Finds phone numbers in the text of a bill, in any usual spelling.

Spellings: `+1 512 555 0100`, `(512) 555-0100`, `512.555.0100`, `5125550100`, split by spaces or line ends.
"""

import re

_NUMBER, _COUNTRY_AND_NUMBER = 10, 11
_GAP = re.compile(r"[^\w]{0,5}")  # between the parts of one number: `) `, ` - `, a line end


def numbers_in(text: str) -> set[str]:
    """All ten-digit numbers that a text may mean: groups of digits with nothing but punctuation between them.

    It takes one pass for any count of wanted numbers. A group of digits is never split, so a number inside a longer one
    (an account number) is not found.
    """
    groups = list(re.finditer(r"[0-9]+", text))
    found: set[str] = set()
    for first in range(len(groups)):
        digits, end = "", groups[first].start()
        for group in groups[first : first + _COUNTRY_AND_NUMBER]:
            if not _GAP.fullmatch(text, end, group.start()):
                break
            digits, end = digits + group.group(), group.end()
            if len(digits) == _NUMBER or (len(digits) == _COUNTRY_AND_NUMBER and digits.startswith("1")):
                found.add(digits[-_NUMBER:])
            if len(digits) >= _COUNTRY_AND_NUMBER:
                break
    return found
