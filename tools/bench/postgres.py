"""A temporary PostgreSQL server, for the design that needs one."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.bench.testbed import TestBed
from tools.demo.processes import DemoFailed, free_ports

_DEBIAN = Path("/usr/lib/postgresql")
_ACCOUNT = "postgres"  # the system account of Debian's package; the server refuses to run as root


def programs() -> Path | None:
    """The folder with `initdb` and `postgres` of the newest version; None if PostgreSQL is not installed."""
    on_path = shutil.which("postgres")
    found = [Path(on_path)] if on_path else sorted(_DEBIAN.glob("*/bin/postgres"), key=_version)
    return found[-1].parent if found else None


def version() -> str:
    """The version of the server, such as `15.18`; empty if it is not installed."""
    folder = programs()
    if folder is None:
        return ""
    done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - the program just found
    return done.stdout.split()[2]


@contextmanager
def running(bed: TestBed) -> Iterator[str]:
    """Start a server, named `server`, and yield the address of an empty database.

    It waits for no disk, since the Temporal server that it is compared with keeps everything in memory.

    Raises:
        DemoFailed: PostgreSQL is not installed.
    """
    folder = programs()
    if folder is None:
        raise DemoFailed("PostgreSQL is not installed: run `apt-get install postgresql`, or leave dbos out of ONLY.")
    (port,) = free_ports(1)
    data = Path(tempfile.mkdtemp(prefix="bench-postgres-"))
    try:
        prefix = _as_its_account(data)
        init = [*prefix, str(folder / "initdb"), "--pgdata", str(data), "--username", "bench", "--auth", "trust"]
        subprocess.run([*init, "--encoding", "UTF8", "--no-sync"], cwd="/", check=True, capture_output=True)  # noqa: S603 - the program just found
        command = [*prefix, str(folder / "postgres"), "-D", str(data), "-k", str(data), "-p", str(port)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        child = bed.start("server", command, {})
        child.wait_until_it_says("ready to accept connections")
        yield f"postgresql://bench@127.0.0.1:{port}/postgres"
        child.stop()
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _version(program: Path) -> float:
    return float(program.parents[1].name)


def _as_its_account(data: Path) -> list[str]:
    """The prefix of a command that must not run as root. The data then belongs to that account."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam(_ACCOUNT)
    os.chown(data, account.pw_uid, account.pw_gid)
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
