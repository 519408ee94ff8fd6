"""The Telnyx accounts of one process: one client for each."""

from collections.abc import Mapping

from telnyx_api.client import TelnyxClient
from telnyx_api.errors import StopAccount


class TelnyxAccounts:
    """The clients by account name. All parts of a process share them, so that connections stay bounded."""

    def __init__(self, clients: Mapping[str, TelnyxClient]) -> None:
        self._clients = dict(clients)

    def telnyx(self, account: str) -> TelnyxClient:
        """The client of an account.

        Raises:
            StopAccount: this process has no key for the account; the text says what to configure.
        """
        if account not in self._clients:
            known = ", ".join(sorted(self._clients))
            raise StopAccount(
                f"The worker has no Telnyx account {account!r}, it has {known}: add [accounts.{account}] to the file"
                " that HOSTED_SMS_ACCOUNTS names, and restart the worker.",
            )
        return self._clients[account]

    async def aclose(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.aclose()
