"""A whole installation on this machine: Temporal with its UI, a simulated Telnyx, console, webhooks and a worker.

All are real processes, with keys made for this run alone.
"""

import base64
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

from tools.demo.command import HostedSms
from tools.demo.processes import Child, Children, free_ports
from tools.demo.telnyx_side import TelnyxSide

_OURS = ("HOSTED_SMS_", "TELNYX_", "TEMPORAL_")
TEMPORAL = str(Path(sys.executable).parent / "temporal")


class Stack:
    """The installation; entering the block starts all of it, leaving the block ends all of it."""

    def __init__(self, folder: Path, *, review_seconds: float = 2.0, settings: Mapping[str, str] | None = None) -> None:
        """Prepares keys and addresses.

        Args:
            folder: where database, documents and logs go.
            review_seconds: how long the simulated reviewer takes.
            settings: environment variables of the worker that differ from those below.
        """
        self.folder = folder
        self._review_seconds = review_seconds
        temporal, ui, console, webhooks = free_ports(4)
        self.ui = f"http://127.0.0.1:{ui}"
        self.console = f"http://127.0.0.1:{console}"
        self._webhooks_address = f"127.0.0.1:{webhooks}"
        self.database = folder / "temporal.db"
        # What a face needs; it holds no Telnyx key.
        self.environment = {
            "TEMPORAL_ADDRESS": f"127.0.0.1:{temporal}",
            "HOSTED_SMS_KEYS": f"demo:{_key()}",
            "HOSTED_SMS_FINGERPRINT_KEY": _key(),
            "HOSTED_SMS_DOCUMENT_STORE": f"file://{quote(str(folder / 'documents'))}",
        }
        self._worker_settings = {"HOSTED_SMS_POLL_INTERVAL": "1", "TELNYX_API_KEY": "KEY_demo", **(settings or {})}
        self._children = Children(folder)
        self.hosted_sms = HostedSms(self._surroundings())
        self.telnyx: TelnyxSide
        self.worker: Child
        self.webhooks: Child
        self.temporal: Child

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException as error:
            error.add_note(self.tails())
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._children.__exit__(kind, error, trace)

    def start_worker(self, **settings: str) -> Child:
        """Starts a worker and waits until it takes work; `settings` differ from the installation's."""
        self.worker = self.launch_worker(**settings)
        self.worker.wait_until_it_says("worker_started")
        return self.worker

    def launch_worker(self, name: str = "worker", **settings: str) -> Child:
        """Starts a worker without waiting for it; its log has its name, a setting that is empty is left out."""
        chosen = {"TELNYX_BASE_URL": f"{self.telnyx.address}/v2", **self._worker_settings, **settings}
        return self._children.start(name, [sys.executable, "worker.py"], self._surroundings(**chosen))

    def launch_temporal(self) -> Child:
        """Starts Temporal on its database, at its address, without waiting for it."""
        address, ui = self.environment["TEMPORAL_ADDRESS"], self.ui
        host, port = address.split(":")
        temporal = [TEMPORAL, "server", "start-dev", "--ip", host, "--port", port, "--ui-port", ui.rsplit(":")[-1]]
        temporal += ["--db-filename", str(self.database), "--ui-codec-endpoint", self.console]
        temporal += ["--ui-disable-news-fetch", "--log-level", "error"]
        return self._children.start("temporal", temporal, self._surroundings())

    def launch_webhooks(self, **settings: str) -> Child:
        """Starts the process that takes webhooks without waiting for it; a setting that is empty is left out."""
        own = {"HOSTED_SMS_WEBHOOKS_ADDRESS": self._webhooks_address, "TELNYX_PUBLIC_KEY": self.telnyx.webhook_key()}
        return self._children.start("webhooks", [sys.executable, "webhooks.py"], self._surroundings(**own | settings))

    def bring_webhooks(self, *profiles: str) -> None:
        """Lets Telnyx send what happens to orders of these messaging profiles."""
        for profile in profiles:
            self.telnyx.send_webhooks(profile, f"http://{self._webhooks_address}/telnyx/default")

    def must_run(self) -> None:
        """Raises when a process that should run has ended."""
        for child in (*self._servers, self.webhooks, self.worker):
            child.must_run()

    def tails(self) -> str:
        """The end of each log."""
        return "\n".join({child.log: child.tail() for child in self._children}.values())

    def list_link(self, query: str) -> str:
        """The address of a list in the Temporal UI."""
        return f"{self.ui}/namespaces/default/workflows?{urlencode({'query': query}, quote_via=quote)}"

    def workflow_link(self, reference: str) -> str:
        """The address of a request's page in the Temporal UI."""
        return f"{self.ui}/namespaces/default/workflows/{quote(f'hosting-{reference}', safe='')}"

    def _start(self) -> None:
        """Starts what depends on nothing at once, and the rest as soon as that is ready."""
        self.temporal, simulator, console = self._servers = self._launch_servers()
        self.temporal.wait_until_it_says("Temporal UI:")
        self.hosted_sms("setup")
        self.telnyx = TelnyxSide(simulator.wait_until_it_says(r"Simulator ready: (http://\S+)")[1])
        self.webhooks = self.launch_webhooks()
        console.wait_until_it_says("console_started")
        self.start_worker()
        self.webhooks.wait_until_it_says("webhooks_started")

    def _launch_servers(self) -> tuple[Child, Child, Child]:
        ui = self.ui
        simulator = [sys.executable, "-m", "simulator", "--port", "0", "--review-seconds", str(self._review_seconds)]
        console = self._surroundings(
            HOSTED_SMS_CONSOLE_ADDRESS=self.console.removeprefix("http://"),
            HOSTED_SMS_CODEC_ALLOWED_ORIGINS=f"{ui},{ui.replace('127.0.0.1', 'localhost')}",
        )
        return (
            self.launch_temporal(),
            self._children.start("simulator", simulator, self._surroundings()),
            self._children.start("console", [sys.executable, "console.py"], console),
        )

    def _surroundings(self, **settings: str) -> dict[str, str]:
        """The environment of a process: this one's without settings of ours, which belong to another installation."""
        rest = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return rest | {name: value for name, value in (self.environment | settings).items() if value}


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
