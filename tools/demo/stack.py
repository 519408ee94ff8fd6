"""A whole installation on this machine: Temporal with its UI, a simulated Telnyx, console, webhooks and a worker.

All are real processes. The keys are new in each run.
"""

import base64
import os
import secrets
import sys
from collections import ChainMap
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
    """The installation. Entering the block starts all of it, and leaving the block ends all of it."""

    def __init__(self, folder: Path, *, review_seconds: float = 2.0, settings: Mapping[str, str] | None = None) -> None:
        """Prepare keys and addresses.

        Args:
            folder: for the database, documents and logs.
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
        # Each process gets the secrets that it needs, and no other (runtime/process_secrets.py).
        own, of_webhooks = f"demo:{_key()}", f"webhooks:{_key()}"
        self._server = {"TEMPORAL_ADDRESS": f"127.0.0.1:{temporal}"}
        self._fingerprints = {"HOSTED_SMS_FINGERPRINT_KEY": _key()}
        self._every_key = {"HOSTED_SMS_KEYS": f"{own},{of_webhooks}"}
        self._webhooks_key = {"HOSTED_SMS_KEYS": of_webhooks}
        # What the command needs. It has no Telnyx key.
        self.environment = {
            **self._server,
            **self._fingerprints,
            "HOSTED_SMS_KEYS": own,
            "HOSTED_SMS_DOCUMENT_STORE": f"file://{quote(str(folder / 'documents'))}",
        }
        self._worker_settings = {
            "HOSTED_SMS_WEBHOOK_KEYS": "webhooks",
            "HOSTED_SMS_POLL_INTERVAL": "1",
            "TELNYX_API_KEY": "KEY_demo",
            **(settings or {}),
        }
        self._children = Children(folder)
        self.hosted_sms = HostedSms(_environment(self.environment))
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
        """Start a worker and wait until it takes work. `settings` override those of the installation."""
        self.worker = self.launch_worker(**settings)
        self.worker.wait_until_it_says("worker_started")
        return self.worker

    def launch_worker(self, name: str = "worker", **settings: str) -> Child:
        """Start a worker without waiting for it. Its log has its name. An empty setting is left out."""
        telnyx = {"TELNYX_BASE_URL": f"{self.telnyx.address}/v2"}
        chosen = _environment(self.environment, self._every_key, telnyx, self._worker_settings, settings)
        return self._children.start(name, [sys.executable, "worker.py"], chosen)

    def launch_temporal(self) -> Child:
        """Start Temporal on its database and address, without waiting for it."""
        address, ui = self.environment["TEMPORAL_ADDRESS"], self.ui
        host, port = address.split(":")
        temporal = [TEMPORAL, "server", "start-dev", "--ip", host, "--port", port, "--ui-port", ui.rsplit(":")[-1]]
        temporal += ["--db-filename", str(self.database), "--ui-codec-endpoint", self.console]
        temporal += ["--ui-disable-news-fetch", "--log-level", "error"]
        return self._children.start("temporal", temporal, _environment())

    def launch_webhooks(self, **settings: str) -> Child:
        """Start the process for webhooks without waiting for it. An empty setting is left out."""
        own = {"HOSTED_SMS_WEBHOOKS_ADDRESS": self._webhooks_address, "TELNYX_PUBLIC_KEY": self.telnyx.webhook_key()}
        chosen = _environment(self._server, self._fingerprints, self._webhooks_key, own, settings)
        return self._children.start("webhooks", [sys.executable, "webhooks.py"], chosen)

    def receive_webhooks(self, *profiles: str) -> None:
        """Let Telnyx send the webhooks of these messaging profiles to this installation."""
        for profile in profiles:
            self.telnyx.send_webhooks(profile, f"http://{self._webhooks_address}/telnyx/default")

    def must_run(self) -> None:
        """Raise if a process has ended."""
        for child in (*self._servers, self.webhooks, self.worker):
            child.must_run()

    def tails(self) -> str:
        """The last lines of each log."""
        return "\n".join({child.log: child.tail() for child in self._children}.values())

    def list_link(self, query: str) -> str:
        """The address of a list in the Temporal UI."""
        return f"{self.ui}/namespaces/default/workflows?{urlencode({'query': query}, quote_via=quote)}"

    def workflow_link(self, reference: str) -> str:
        """The address of a request in the Temporal UI."""
        return f"{self.ui}/namespaces/default/workflows/{quote(f'hosting-{reference}', safe='')}"

    def _start(self) -> None:
        """Start the independent processes at the same time, and the others when those are ready."""
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
        console = {
            "HOSTED_SMS_CONSOLE_ADDRESS": self.console.removeprefix("http://"),
            "HOSTED_SMS_CODEC_ALLOWED_ORIGINS": f"{ui},{ui.replace('127.0.0.1', 'localhost')}",
        }
        return (
            self.launch_temporal(),
            self._children.start("simulator", simulator, _environment()),
            self._children.start("console", [sys.executable, "console.py"], _environment(self._every_key, console)),
        )


def _environment(*settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process: this one's, with these settings instead of any others. The last one counts."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return rest | {name: value for name, value in ChainMap(*map(dict, reversed(settings))).items() if value}


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
