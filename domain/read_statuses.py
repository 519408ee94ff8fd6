"""Telnyx's statuses of many numbers, as they were read last.

They are grouped by status: most numbers of an order share one.
"""

from collections.abc import Mapping, Sequence


def group_statuses(by_number: Mapping[str, str]) -> dict[str, list[str]]:
    """Group numbers by their status, which is shorter when many numbers share one."""
    grouped: dict[str, list[str]] = {}
    for number, status in by_number.items():
        grouped.setdefault(status, []).append(number)
    return grouped


def ungroup_statuses(grouped: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The status of each number."""
    return {number: status for status, numbers in grouped.items() for number in numbers}


def replace_status(because: str, old: str, new: str) -> str:
    """The sentence about a number with the status in brackets that was read last; without one when that is empty."""
    return because.replace(f" ({old})", f" ({new})" if new else "")
