"""The installation that is struck: two workers, and a Temporal server that can be killed and started on its file."""

import time
from pathlib import Path

from tools.demo.processes import Child, DemoFailed
from tools.demo.stack import Stack

TELNYX_TIMEOUT = 2.0
"""Seconds that the program waits for an answer."""
QUARANTINE = 12.0
"""Seconds; longer than an order may arrive late after that, and a list then lack it: what the product promises on."""
_SETTINGS = {
    "HOSTED_SMS_POLL_INTERVAL": "2",
    "HOSTED_SMS_CREATE_QUARANTINE": f"{QUARANTINE:g}",
    "HOSTED_SMS_CODE_SPACING": "1",
    "HOSTED_SMS_TELNYX_TIMEOUT": f"{TELNYX_TIMEOUT:g}",
    "HOSTED_SMS_WORKING_HOURS": "always",
}
_NAMES = ("worker", "worker-2")
_STARTS = 20
"""Tries to start a worker, which ends at once while no server answers."""
_TRANSFER_SECONDS = 8.0


class Installation(Stack):
    """A stack with a second worker; its parts are killed and come back one at a time."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, review_seconds=3.0, settings=_SETTINGS)
        self.workers: list[Child] = []

    def _start(self) -> None:
        super()._start()
        self.workers = [self.worker]
        self.workers.append(self._new_worker(1))
        self.telnyx.dials(transfer_seconds=_TRANSFER_SECONDS)

    @property
    def documents(self) -> Path:
        """The folder of the document store."""
        return self.folder / "documents"

    def kill_worker(self, which: int) -> None:
        """Ends a worker as a power cut does."""
        self._children.kill(self.workers[which])

    def bring_worker(self, which: int) -> None:
        """Starts a worker as a supervisor does: again and again until it takes work.

        Raises:
            DemoFailed: it never does.
        """
        for _ in range(_STARTS):
            try:
                self.workers[which] = self._new_worker(which)
            except DemoFailed:  # it found no server and left
                time.sleep(0.5)
            else:
                return
        raise DemoFailed(f"The {_NAMES[which]} did not start in {_STARTS} tries.")

    def kill_server(self) -> None:
        """Ends the Temporal server as a power cut does; its database stays."""
        self._children.kill(self.temporal)

    def bring_server(self) -> None:
        """Starts the Temporal server on the same database and address."""
        self.temporal = self.launch_temporal()
        self.temporal.wait_until_it_says("Temporal UI:")

    def bring_webhooks_process(self) -> None:
        """Starts the process for webhooks anew."""
        self.webhooks = self.launch_webhooks()
        self.webhooks.wait_until_it_says("webhooks_started")

    def hide_store(self) -> None:
        """Takes the document store away: a file stands where its folder was, so that nothing can be made there."""
        self.documents.rename(self._hidden)
        self.documents.touch()

    def show_store(self) -> None:
        """Brings the document store back."""
        self.documents.unlink()
        self._hidden.rename(self.documents)

    @property
    def _hidden(self) -> Path:
        return self.folder / "documents-away"

    def _new_worker(self, which: int) -> Child:
        child = self.launch_worker(_NAMES[which])
        try:
            child.wait_until_it_says("worker_started")
        except DemoFailed:
            self._children.kill(child)
            raise
        return child
