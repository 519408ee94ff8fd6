"""The test bed of a design: a simulator and, if needed, a Temporal server, each in its own process."""

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
from tools.bench.orders import Documents, draw_documents
from tools.demo.processes import Child, Children, free_ports
from tools.demo.stack import TEMPORAL

_OURS = ("HOSTED_SMS_", "TELNYX_", "TEMPORAL_")


class TestBed:
    """The processes of one design. Leaving the block ends all of them."""

    __test__ = False  # pytest must not collect it

    def __init__(self, folder: Path, *, simulators: int = 1, review_seconds: float = 0.0) -> None:
        """Prepare a folder for logs and documents.

        Args:
            folder: created if missing.
            simulators: how many Telnyx accounts there are, each with its own orders.
            review_seconds: how long a review takes. It says nothing about a design, so the default is 0.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.documents: Documents = draw_documents(folder)
        self.simulator_addresses: list[str] = []
        self._simulator = ["tools.bench.simulators", str(simulators), str(review_seconds)]
        if simulators == 1:
            self._simulator = ["simulator", "--port", "0", "--review-seconds", str(review_seconds)]
        self.temporal_address = ""
        self.metrics_address = ""
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
        """Start a process whose cost is measured under this name. A later process with the same name replaces it."""
        rest = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
        child = self._children.start(name, command, rest | settings)
        self._measured[name] = child.pid
        return child

    def start_temporal(self) -> None:
        """Start a Temporal server in memory, named `server`."""
        port, metrics_port = free_ports(2)
        self.temporal_address = f"127.0.0.1:{port}"
        self.metrics_address = f"http://127.0.0.1:{metrics_port}/metrics"
        command = [TEMPORAL, "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port), "--headless"]
        command += ["--metrics-port", str(metrics_port)]
        self.start("server", [*command, "--log-level", "error"], {}).wait_until_it_says(r"Temporal Server:|Server:")

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far of each process by name. This process is `driver`."""
        return {name: usage.cpu_seconds(pid) for name, pid in self._measured.items()} | {"driver": _own_cpu()}

    def resident(self, name: str) -> int:
        """Bytes in RAM of a process. This process is `driver`."""
        if name == "driver":
            return usage.own_resident_bytes()
        return usage.resident_bytes(self._measured[name])


def _own_cpu() -> float:
    """CPU seconds of this process alone, without its descendants."""
    used = os.times()
    return used.user + used.system


def installation(bed: TestBed) -> dict[str, str]:
    """The settings of a production installation, with new keys.

    Settings of the environment have priority, so that one can be tried: `HOSTED_SMS_…=… make bench`.
    """
    chosen = {name: value for name, value in os.environ.items() if name.startswith("HOSTED_SMS_")}
    accounts = bed.folder / "accounts.toml"
    accounts.write_text("\n".join(_account(*pair) for pair in enumerate(bed.simulator_addresses)))
    return {
        "TEMPORAL_ADDRESS": bed.temporal_address,
        "TELNYX_BASE_URL": f"{bed.simulator_address}/v2",
        "TELNYX_API_KEY": "KEY_bench",
        "HOSTED_SMS_KEYS": f"k1:{_key()}",
        "HOSTED_SMS_FINGERPRINT_KEY": _key(),
        "HOSTED_SMS_DOCUMENT_STORE": (bed.folder / "documents").as_uri(),
        "HOSTED_SMS_ACCOUNTS": str(accounts),
    } | chosen


def account_name(place: int) -> str:
    """The name of the account of the simulator at this place."""
    return f"account-{place}"


def _account(place: int, address: str) -> str:
    key = httpx.get(f"{address}/_simulator/webhook_key", trust_env=False).raise_for_status().text
    rows = {"api_key": "KEY_bench", "base_url": f"{address}/v2", "public_key": key}
    return "\n".join(
        [f"[accounts.{account_name(place)}]", *(f'{name} = "{value}"' for name, value in rows.items()), ""]
    )


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
