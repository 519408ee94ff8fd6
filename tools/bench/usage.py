"""CPU seconds and resident memory of a running program and of all that it started."""

import os
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> float:
    """User and system time so far of a process and its descendants, also of those that have ended.

    Args:
        pid: of the first of them; 0 when it has ended is no mistake, since a sum of nothing is 0.
    """
    return sum(_ticks(stat) for stat in _family(pid)) / _TICKS


def resident_bytes(pid: int) -> int:
    """Bytes in RAM of a process and its descendants. Shared memory counts once for each."""
    return sum(int(stat[21]) * _PAGE for stat in _family(pid))


def own_resident_bytes() -> int:
    """Bytes in RAM of this process alone, without its descendants."""
    return int((_PROC / "self" / "statm").read_text().split()[1]) * _PAGE


def _ticks(stat: list[str]) -> int:
    """utime, stime, and the same of children that have ended (proc(5), fields 14–17)."""
    return sum(int(field) for field in stat[11:15])


def _family(pid: int) -> Iterator[list[str]]:
    """The fields of `stat` after the name (from the state on) of a process and its descendants."""
    by_pid = dict(_processes())
    wanted = [pid]
    while wanted:
        member = wanted.pop()
        if member in by_pid:
            yield by_pid[member]
        wanted += [other for other, stat in by_pid.items() if int(stat[1]) == member]


def _processes() -> Iterator[tuple[int, list[str]]]:
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            try:
                text = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):  # it ended while we looked
                continue
            # The name may hold spaces and brackets; what follows the last bracket does not.
            yield int(entry.name), text.rpartition(")")[2].split()
