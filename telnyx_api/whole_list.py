"""A list of an account that is read to its end, once for everyone who asked before.

Telnyx cannot filter its orders, so every question about a number reads them all. A reading keeps only what its askers
want, and nothing once they have it.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, Protocol, TypeVar

from telnyx_api.call import Call
from telnyx_api.list_kinds import ListKind, Rows
from telnyx_api.pagination import read_all
from telnyx_api.replies import Reply
from telnyx_api.shared_reading import SharedReading
from telnyx_api.wanted import Entries, Names, join_names

R = TypeVar("R", bound=Reply)


class Ask(Protocol):
    """Sends a call and parses its response."""

    def __call__(self, call: Call, parse: Callable[[object], Rows[R]], /) -> Awaitable[Rows[R]]:
        """Return what `parse` makes of the response."""


class WholeList(Generic[R]):
    """A list of one account, for everyone in this process who needs all of it. At most one reading is under way."""

    def __init__(self, kind: ListKind[R], ask: Ask) -> None:
        self._kind = kind
        self._ask = ask
        self._readings = SharedReading(self._read)

    async def about(self, names: Names) -> list[R]:
        """The entries with one of the names, as of a moment after the call; None: all of them.

        Raises:
            TelnyxError: the list could not be read. Everyone whom the reading served gets the same error.
        """
        return (await self._readings.ask(names)).about(names)

    async def _read(self, asked: Sequence[Names]) -> Entries[R]:
        parse = partial(self._kind.parse, join_names(asked))
        rows = await read_all(lambda window: self._ask(self._kind.call(window), parse), doing=self._kind.doing)
        return Entries((row for row in rows if row is not None), self._kind.names)
