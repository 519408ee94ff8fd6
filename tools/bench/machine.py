"""The machine and the versions of a run, without the name or a path of the machine."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path

from tools.bench import postgres
from tools.bench.results import Surroundings
from tools.demo.stack import TEMPORAL

_PACKAGES = ("temporalio", "httpx", "httpx-aiohttp", "aiohttp", "pydantic", "dbos", "psycopg")


def surroundings() -> Surroundings:
    """The surroundings of a run that begins now."""
    return Surroundings(
        date=datetime.now(UTC).date(),
        cores=len(os.sched_getaffinity(0)),
        processor=_line("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.machine(),
        memory_gib=int(_line("/proc/meminfo", r"MemTotal:\s*(\d+) kB")) / 1024**2,
        load=os.getloadavg()[0],
        versions={"python": platform.python_version()} | _packages() | _servers(),
        settings=sorted(name for name in os.environ if name.startswith("HOSTED_SMS_")),
    )


def _packages() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version_of(package)
        except PackageNotFoundError:  # the scale does not need all of them
            continue
    return found


def _servers() -> dict[str, str]:
    said = subprocess.run([TEMPORAL, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own program
    server = re.search(r"Server ([\d.]+)", said)
    found = {"Temporal server": server[1] if server else said.strip(), "PostgreSQL": postgres.version()}
    return {name: version for name, version in found.items() if version}


def _line(path: str, pattern: str) -> str:
    found = re.search(pattern, Path(path).read_text())
    return found[1].strip() if found else ""
