"""Runs a piece of code in a process of its own and measures how far it drives the memory of the process up."""

import asyncio
import resource
import sys
from pathlib import Path

from tests import limits

ROOT = Path(__file__).parents[1]
_MIB = 1024 * 1024 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in: bytes on macOS, KiB elsewhere."""


def peak() -> int:
    """The most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MIB


async def growth(module: str, attack: str) -> int:
    """By how many MiB the peak of a process grows that runs `python -m module attack`, which prints it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, attack, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), limits.WAIT)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, err.decode()
    return int(out.split()[-1])
