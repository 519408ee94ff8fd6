"""Every error of a call to Telnyx, sorted by what the caller does next.

TelnyxError
  ├─ FixInput        the request is wrong: a person must correct it, the same request would fail again
  ├─ StopAccount     key, billing, level or permission: nothing of this account works until a person acts
  ├─ NotFound        Telnyx knows no such order, number or profile
  ├─ Conflict        something exists already or is in use: read the state before doing anything more
  ├─ NeedsPerson     locked, or barred by the number registry: Telnyx support or the customer must act
  ├─ TryLater        refused and not done: the same request may succeed after `retry_after`
  └─ OutcomeUnknown  no usable response of Telnyx itself: it may have been done or not

A call that only reads may be repeated after `TryLater` and `OutcomeUnknown`, and never raises `Conflict`. After
`OutcomeUnknown` of a call that changes something, read the state before repeating it: Telnyx has no idempotency key
here (docs/telnyx.md §1).

The text of an error is one sentence for a support person. It holds no API key, no code, no URL and no whole phone
number. This module loads no HTTP library, so that workflows and activities may import it.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem, in Telnyx's own words (docs/telnyx.md §7).

    `code` is a string of digits. `pointer` is a JSON pointer into the body that was sent, such as `/phone_numbers/3`.
    `parameter` names a query parameter. A field that Telnyx left out is an empty string.
    """

    code: str = ""
    title: str = ""
    detail: str = ""
    pointer: str = ""
    parameter: str = ""

    def __str__(self) -> str:
        name = _clause(" ".join(part for part in (self.code, self.title) if part)) or "a problem without code or title"
        detail = f": {_clause(self.detail)}" if _clause(self.detail) else ""
        place = self.pointer or self.parameter
        return f"{name}{detail}" + (f" (at {place})" if place else "")


def _clause(text: str) -> str:
    """Telnyx's text without its last stop, because a sentence of ours goes on after it."""
    return text.strip().rstrip(".!?;:, ")


class TelnyxError(Exception):
    """A call to Telnyx failed; the class says what to do next.

    `http_status` is None when no HTTP response came. `problems` are Telnyx's own; none when someone else
    answered. `retry_after` is how
    many seconds Telnyx asked us to wait, or None. It is never negative but may be very long, so a caller needs a
    maximum of its own.
    """

    remedy: ClassVar[str] = "read the sentence and decide"

    def __init__(
        self,
        sentence: str,
        *,
        http_status: int | None = None,
        problems: tuple[Problem, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(sentence)
        self.http_status = http_status
        self.problems = problems
        self.retry_after = retry_after


class FixInput(TelnyxError):  # noqa: N818 - the name says what to do next
    """The request is wrong, and only a person can correct it."""

    remedy = "correct the request, because Telnyx would refuse the same one again"

    @property
    def pointers(self) -> tuple[str, ...]:
        """Where the mistakes are in the body, such as `/phone_numbers/3`; empty when Telnyx did not say."""
        return tuple(problem.pointer for problem in self.problems if problem.pointer)


class StopAccount(TelnyxError):  # noqa: N818 - the name says what to do next
    """The key, the billing, the level or a permission of the Telnyx account is not in order."""

    remedy = "check the API key, balance, verification level and permissions of this Telnyx account"


class NotFound(TelnyxError):  # noqa: N818 - the name says what to do next
    """Telnyx knows no such thing. After a delete this means that it is gone already (docs/telnyx.md §11)."""

    remedy = "check the id; it may have been removed already"


class Conflict(TelnyxError):  # noqa: N818 - the name says what to do next
    """It exists already, is in use, or is being changed elsewhere: read the state before acting again."""

    remedy = "read the present state before doing anything more"


class NeedsPerson(TelnyxError):  # noqa: N818 - the name says what to do next
    """Locked or barred by the number registry: neither waiting nor another request helps (docs/telnyx.md §7)."""

    remedy = "ask Telnyx support what blocks this number or account"


class TryLater(TelnyxError):  # noqa: N818 - the name says what to do next
    """Telnyx refused and did nothing. The same call may be repeated after `retry_after` seconds."""

    remedy = "wait and send the same request again"


class OutcomeUnknown(TelnyxError):  # noqa: N818 - the name says what to do next
    """No usable response of Telnyx itself came: nothing, or a proxy's or gateway's. It may have been done or not.

    Read the state before repeating a change.
    """

    remedy = "read the present state first, because it may have been done"
