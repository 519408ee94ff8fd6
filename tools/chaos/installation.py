"""The installation that suffers the faults: several workers, and each part can be killed and restarted."""

import time
from pathlib import Path

from tools.chaos import existing_orders
from tools.demo.processes import Child, DemoFailed
from tools.demo.stack import Stack

TELNYX_TIMEOUT = 2.0
"""Seconds that the program waits for an answer."""
QUARANTINE = 12.0
"""Seconds. Longer than a late order takes to appear in lists, as the quarantine must be (docs/decisions/0002)."""
_SETTINGS = {
    "HOSTED_SMS_POLL_INTERVAL": "2",
    "HOSTED_SMS_CREATE_QUARANTINE": f"{QUARANTINE:g}",
    "HOSTED_SMS_CODE_SPACING": "1",
    "HOSTED_SMS_TELNYX_TIMEOUT": f"{TELNYX_TIMEOUT:g}",
    "HOSTED_SMS_WORKING_HOURS": "always",
    "HOSTED_SMS_REVIEW_LATE_AFTER": "60",  # a second refusal whose webhook was lost is seen then
}
_STARTS = 20
"""Attempts to start a worker. A worker ends at once while no server answers."""
_TRANSFER_SECONDS = 8.0


class Installation(Stack):
    """A stack with further workers, whose parts can be killed and restarted one by one."""

    def __init__(self, folder: Path, workers: int = 2, existing: int = 0) -> None:
        """`existing` orders are in the Telnyx account before the run."""
        super().__init__(folder, review_seconds=3.0, settings=_SETTINGS)
        self._wanted = workers
        self._existing = existing
        self.workers: list[Child] = []

    def _start(self) -> None:
        super()._start()
        self.workers = [self.worker]
        self.workers += [self._new_worker(which) for which in range(1, self._wanted)]
        existing_orders.place(self.telnyx.address, self._existing)
        self.telnyx.change_settings(transfer_seconds=_TRANSFER_SECONDS)

    @property
    def documents(self) -> Path:
        """The folder of the document store."""
        return self.folder / "documents"

    def kill_worker(self, which: int) -> None:
        """Kill a worker without warning, as a power cut does."""
        self._children.kill(self.workers[which])

    def restart_worker(self, which: int) -> None:
        """Start a worker as a supervisor does: repeatedly, until it takes work.

        Raises:
            DemoFailed: it never started.
        """
        for _ in range(_STARTS):
            try:
                self.workers[which] = self._new_worker(which)
            except DemoFailed:  # it found no server and ended
                time.sleep(0.5)
            else:
                return
        raise DemoFailed(f"The {_name(which)} did not start in {_STARTS} attempts.")

    def kill_server(self) -> None:
        """Kill the Temporal server without warning. Its database file remains."""
        self._children.kill(self.temporal)

    def restart_server(self) -> None:
        """Start the Temporal server on the same database and address."""
        self.temporal = self.launch_temporal()
        self.temporal.wait_until_it_says("Temporal UI:")

    def restart_webhooks(self) -> None:
        """Start the process for webhooks again."""
        self.webhooks = self.launch_webhooks()
        self.webhooks.wait_until_it_says("webhooks_started")

    def hide_store(self) -> None:
        """Make the document store unavailable: a file in place of its folder makes every read and write fail."""
        self.documents.rename(self._hidden)
        self.documents.touch()

    def restore_store(self) -> None:
        """Make the document store available again."""
        self.documents.unlink()
        self._hidden.rename(self.documents)

    @property
    def _hidden(self) -> Path:
        return self.folder / "documents-away"

    def _new_worker(self, which: int) -> Child:
        child = self.launch_worker(_name(which))
        try:
            child.wait_until_it_says("worker_started")
        except DemoFailed:
            self._children.kill(child)
            raise
        return child


def _name(which: int) -> str:
    return f"worker-{which + 1}" if which else "worker"
