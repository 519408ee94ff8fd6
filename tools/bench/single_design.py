"""Measure one design in its own process: `python -m tools.bench.single_design NAME FOLDER SIZES`.

Threads, garbage and event loops of one design must not affect another.
"""

import asyncio
import dataclasses
import json
import os
import signal
import sys
from pathlib import Path

from tools.bench.designs import Sizes, measure_design
from tools.bench.results import Design
from tools.demo.processes import Children, DemoFailed

_SECONDS = 1800.0  # far more than any design needs
_RESULT = "design.json"


async def measure_apart(name: str, folder: Path, sizes: Sizes) -> Design:
    """Measure a design in a separate process.

    Raises:
        DemoFailed: it failed. A note has the end of its log.
    """
    await asyncio.to_thread(folder.mkdir, parents=True)
    command = [
        sys.executable,
        "-m",
        "tools.bench.single_design",
        name,
        str(folder),
        json.dumps(dataclasses.asdict(sizes)),
    ]
    with Children(folder) as children:
        child = children.start(name, command, os.environ)
        if await asyncio.to_thread(child.exit_code, _SECONDS) != 0:
            failed = DemoFailed(f"The design {name} could not be measured.")
            failed.add_note(child.tail())
            raise failed
    return Design.model_validate_json((folder / _RESULT).read_text())


def heed_sigterm() -> None:
    """Let SIGTERM cancel the calling task, so that no process is left behind."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def main() -> None:
    """Measure, and write the result into the folder."""
    heed_sigterm()
    name, folder, sizes = sys.argv[1], Path(sys.argv[2]), Sizes(**json.loads(sys.argv[3]))
    design = await measure_design(name, folder, sizes)
    (folder / _RESULT).write_text(design.model_dump_json())


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)  # the SDK sometimes aborts when the interpreter shuts down
