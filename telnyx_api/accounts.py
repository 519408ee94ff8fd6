"""The Telnyx accounts of one process: a client each, by name."""

from collections.abc import Mapping

from telnyx_api.client import TelnyxClient
from telnyx_api.errors import StopAccount


class TelnyxAccounts:
    """Holds one client for each account, so that connections are shared and bounded."""

    def __init__(self, clients: Mapping[str, TelnyxClient]) -> None:
        self._clients = dict(clients)

    def telnyx(self, account: str) -> TelnyxClient:
        """The client of an account.

        Raises:
            StopAccount: there is no key for it here; what has to be configured is said.
        """
        if account not in self._clients:
            known = ", ".join(sorted(self._clients))
            raise StopAccount(
                f"The worker has no Telnyx account {account!r}, it has {known}: add [accounts.{account}] to the file"
                " that HOSTED_SMS_ACCOUNTS names, and start the worker again.",
            )
        return self._clients[account]

    async def aclose(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.aclose()
