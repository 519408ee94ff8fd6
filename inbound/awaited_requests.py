"""The running requests of a Temporal that may be away when the process starts."""

from domain.messages import TelnyxNews
from domain.transfers import ApprovalRequest
from inbound.events import Event
from inbound.faults import NotConnected
from inbound.running_requests import Requests


class AwaitedRequests:
    """Every method fails with `NotConnected` until `connect` was called, so Telnyx comes back."""

    def __init__(self) -> None:
        self._requests: Requests | None = None

    def connect(self, requests: Requests) -> None:
        """Pass everything to these requests from now on."""
        self._requests = requests

    async def find(self, account: str, event: Event) -> list[str]:
        """The workflow ids of the running requests of an account that an event concerns."""
        return await self._connected().find(account, event)

    async def send_hint(self, workflow_id: str, hint: TelnyxNews) -> bool:
        """Send a request a hint; False when it has ended, or polls soon anyway."""
        return await self._connected().send_hint(workflow_id, hint)

    async def start_alert(self, request: ApprovalRequest) -> None:
        """Notify the owners of numbers that another account wants to take."""
        await self._connected().start_alert(request)

    def _connected(self) -> Requests:
        if self._requests is None:
            raise NotConnected
        return self._requests
