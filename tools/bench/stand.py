"""Where a design is measured: a simulator and, where it needs one, a Temporal server, each a process of its own."""

import base64
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tools.bench import usage
from tools.bench.orders import Papers, draw_papers
from tools.demo.processes import Child, Children, free_ports
from tools.demo.stack import TEMPORAL

_OURS = ("HOSTED_SMS_", "TELNYX_", "TEMPORAL_")


class Stand:
    """The processes of one design; leaving the block ends all of them."""

    def __init__(self, folder: Path, *, worlds: int = 1, review_seconds: float = 0.0) -> None:
        """Prepares a folder of its own for logs, papers and documents.

        Args:
            folder: made when missing.
            worlds: how many accounts at Telnyx there are, each with orders of its own.
            review_seconds: how long a reviewer takes; a design is measured by what it does, so no time by default.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.papers: Papers = draw_papers(folder)
        self.simulator_addresses: list[str] = []
        self._simulator = ["tools.bench.worlds", str(worlds), str(review_seconds)]
        if worlds == 1:
            self._simulator = ["simulator", "--port", "0", "--review-seconds", str(review_seconds)]
        self.temporal_address = ""
        self._children = Children(folder)
        self._measured: dict[str, int] = {}

    def __enter__(self) -> Self:
        try:
            child = self.start("simulator", [sys.executable, "-m", *self._simulator], {})
            self.simulator_addresses = child.wait_until_it_says(r"ready: ((?:http://\S+ )+)")[1].split()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            error.add_note("\n".join({child.log: child.tail() for child in self._children}.values()))
        self._children.__exit__(kind, error, trace)

    @property
    def simulator_address(self) -> str:
        """The address of the first account's API, without its version."""
        return self.simulator_addresses[0]

    def start(self, name: str, command: Sequence[str], settings: dict[str, str]) -> Child:
        """Starts a process whose cost is measured under this name; one started later takes the name over."""
        rest = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
        child = self._children.start(name, command, rest | settings)
        self._measured[name] = child.pid
        return child

    def start_temporal(self) -> None:
        """Starts a Temporal server in memory, named `server`."""
        (port,) = free_ports(1)
        self.temporal_address = f"127.0.0.1:{port}"
        command = [TEMPORAL, "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port), "--headless"]
        self.start("server", [*command, "--log-level", "error"], {}).wait_until_it_says(r"Temporal Server:|Server:")

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far of each process, by name, and of this one, which drives, as `driver`."""
        return {name: usage.cpu_seconds(pid) for name, pid in self._measured.items()} | {"driver": _own_cpu()}

    def resident(self, name: str) -> int:
        """Bytes in RAM of a process; of this one, which drives, as `driver`."""
        if name == "driver":
            return usage.own_resident_bytes()
        return usage.resident_bytes(self._measured[name])


def _own_cpu() -> float:
    """Of this process alone, not of what it has started."""
    used = os.times()
    return used.user + used.system


def installation(stand: Stand) -> dict[str, str]:
    """The settings that a production installation of ours would have, with keys made for this run alone.

    Settings of the environment go before, so that one can be tried: `HOSTED_SMS_…=… make bench`.
    """
    chosen = {name: value for name, value in os.environ.items() if name.startswith("HOSTED_SMS_")}
    accounts = stand.folder / "accounts.toml"
    accounts.write_text("\n".join(_account(*pair) for pair in enumerate(stand.simulator_addresses)))
    return {
        "TEMPORAL_ADDRESS": stand.temporal_address,
        "TELNYX_BASE_URL": f"{stand.simulator_address}/v2",
        "TELNYX_API_KEY": "KEY_bench",
        "HOSTED_SMS_KEYS": f"k1:{_key()}",
        "HOSTED_SMS_FINGERPRINT_KEY": _key(),
        "HOSTED_SMS_DOCUMENT_STORE": (stand.folder / "documents").as_uri(),
        "HOSTED_SMS_POLL_INTERVAL": "1",
        "HOSTED_SMS_ACCOUNTS": str(accounts),
    } | chosen


def account_name(place: int) -> str:
    """The name of the account whose orders are in the world at this place."""
    return f"account-{place}"


def _account(place: int, address: str) -> str:
    key = httpx.get(f"{address}/_simulator/webhook_key").raise_for_status().text
    rows = {"api_key": "KEY_bench", "base_url": f"{address}/v2", "public_key": key}
    return "\n".join(
        [f"[accounts.{account_name(place)}]", *(f'{name} = "{value}"' for name, value in rows.items()), ""]
    )


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
