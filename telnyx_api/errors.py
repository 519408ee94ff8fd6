"""Everything that can go wrong between us and Telnyx, sorted by what the caller does next.

TelnyxError
  ├─ FixInput        what was sent is wrong: a person corrects it; the same again would fail again
  ├─ StopAccount     key, billing, level or permission: nothing of this account works until a person acts
  ├─ NotFound        Telnyx knows no such order, number or profile
  ├─ Conflict        something is already there or in use: read before doing anything more
  ├─ NeedsPerson     locked, or barred by the number registry: Telnyx support or the customer has to act
  ├─ TryLater        refused for now and not done: the same again after `retry_after`
  └─ OutcomeUnknown  no usable answer: it may or may not have been done

For a call that only reads, `TryLater` and `OutcomeUnknown` both mean: again, and there is no `Conflict`. For a call
that changes something, `OutcomeUnknown` means: look before doing it again, since Telnyx has no idempotency key here
(Telnyx facts §1).

The text of an error is one sentence for a support person. It holds no API key, no code, no URL and no whole phone
number; nothing in this module loads an HTTP library, so that workflows and activities may import it.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that Telnyx complained about, in Telnyx's own words (Telnyx facts §7).

    `code` is a string of digits; `pointer` is a JSON pointer into the body that was sent, such as `/phone_numbers/3`;
    `parameter` names a query parameter. What Telnyx left out is an empty string.
    """

    code: str = ""
    title: str = ""
    detail: str = ""
    pointer: str = ""
    parameter: str = ""

    def __str__(self) -> str:
        words = " ".join(part for part in (self.code, self.title) if part) or "a problem without code or title"
        detail = f": {self.detail}" if self.detail else ""
        place = self.pointer or self.parameter
        return f"{words}{detail}" + (f" (at {place})" if place else "")


class TelnyxError(Exception):
    """A call to Telnyx did not do what was asked; the class says what to do next.

    `http_status` is None when no HTTP answer came. `problems` are Telnyx's own complaints, possibly none.
    `retry_after` is the number of seconds that Telnyx asked us to wait, or None when it named none; it is never
    negative, but it may be very long, so a caller keeps a ceiling of its own.
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
    """What was sent is wrong, and only a person can correct it."""

    remedy = "correct what was sent, the same again would be refused again"

    @property
    def pointers(self) -> tuple[str, ...]:
        """Where in the body the mistakes are, such as `/phone_numbers/3`; empty when Telnyx did not say."""
        return tuple(problem.pointer for problem in self.problems if problem.pointer)


class StopAccount(TelnyxError):  # noqa: N818 - the name says what to do next
    """The key, the billing, the level or a permission of the Telnyx account is not in order."""

    remedy = "check the API key, balance, verification level and permissions of this Telnyx account"


class NotFound(TelnyxError):  # noqa: N818 - the name says what to do next
    """Telnyx knows no such thing; after a delete this means that it is already gone (Telnyx facts §11)."""

    remedy = "check the id, or take it as already removed"


class Conflict(TelnyxError):  # noqa: N818 - the name says what to do next
    """It exists already, is in use, or is being changed elsewhere: read the state before acting again."""

    remedy = "read the present state before doing anything more"


class NeedsPerson(TelnyxError):  # noqa: N818 - the name says what to do next
    """Locked or barred by the number registry: neither waiting nor other input of ours helps (Telnyx facts §7)."""

    remedy = "ask Telnyx support what blocks this number or account"


class TryLater(TelnyxError):  # noqa: N818 - the name says what to do next
    """Telnyx refused for now and did not do it; the same call may be made again after `retry_after` seconds."""

    remedy = "wait and send the same again"


class OutcomeUnknown(TelnyxError):  # noqa: N818 - the name says what to do next
    """No usable answer came, so it may or may not have been done; look before sending a change again."""

    remedy = "read the present state first, since it may have been done"
