"""What an activity's earlier attempts may have sent to Telnyx, which has no idempotency key.

An attempt that ends by a failure of ours leaves a note (in its heartbeat, which the server keeps). An attempt that
finds no note of the one before it must assume the worst: that worker died, and what it sent may still arrive. Then
nothing is sent for the quarantine; the order is looked for again after it.

    first attempt ───────────────────► CLEAR
    note "nothing was sent" ─────────► CLEAR
    note "quiet", left quarantine ago ► CLEAR
    note "conflict: …", as long ago ──► CLEAR, but nothing more is sent: Telnyx said that something is there already
    no note of the last attempt ─────► SUSPICIOUS
    the run was reset ───────────────► SUSPICIOUS
"""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.trouble import FIRST_DELAY, later, not_yet
from telnyx_api.errors import OutcomeUnknown, TelnyxError

_NOTHING, _QUIET = "nothing sent", "quiet"
_CONFLICT = "conflict: "
"""Before what Telnyx said; quiet as well."""


class Attempts:
    """The memory of an activity that must not send twice."""

    def __init__(self, quarantine: float, *, started_afresh: bool = False) -> None:
        info = activity.info()
        note = list(info.heartbeat_details)
        last_left_note = len(note) == 2 and note[0] == info.attempt - 1  # noqa: PLR2004 - attempt and word
        self._quarantine = quarantine
        self.first = info.attempt == 1 and not note
        self.clear = last_left_note or (self.first and not started_afresh)
        """True when nothing sent earlier can still be on its way."""
        word = str(note[1]) if last_left_note else ""
        self.conflict = word.removeprefix(_CONFLICT) if word.startswith(_CONFLICT) else ""
        """What Telnyx said when it refused an order because something is there already; empty when it did not."""
        self.has_waited = word == _QUIET or bool(self.conflict)
        """True when the quarantine lies between whatever was sent before and this attempt."""

    def failed(self, error: TelnyxError, *, sending: bool) -> ApplicationError:
        """The failure to raise for an error of Telnyx, with the note that the next attempt finds.

        Args:
            error: one that waiting may mend.
            sending: whether the failed call was the one that must not be sent twice.
        """
        harmless = self.clear and not (sending and isinstance(error, OutcomeUnknown))
        return later(error, at_least=self._leave_after(harmless=harmless))

    def unclaimed(self, sentence: str) -> ApplicationError:
        """The failure when nobody knows who holds the numbers; nothing was sent by this attempt."""
        after = max(self._leave_after(harmless=self.clear), FIRST_DELAY)
        return not_yet(sentence, type_="AccountUnreachable", after=after)

    def met(self, conflict: TelnyxError) -> None:
        """Telnyx says that something is there already, and may show it only later; nothing more is sent after that."""
        self.clear, self.conflict = False, str(conflict)

    def taken_over(self) -> None:
        """Another run held the numbers a moment ago, and may be at work still, since a run ends before its attempts.

        So the quarantine is twice as long: once for that attempt to notice its end, once for what it sent.
        """
        if not self.has_waited:
            self.clear = False
            self._quarantine *= 2

    def _leave_after(self, *, harmless: bool) -> float:
        """Leave the note of an attempt, and say how many seconds must pass at least before the next one."""
        self._leave(_NOTHING if harmless and not self.has_waited else _QUIET)
        return 0.0 if harmless else self._quarantine

    def quarantined(self) -> ApplicationError:
        """The failure by which an attempt steps aside until nothing sent earlier can arrive any more."""
        self._leave(_QUIET)
        sentence = "An order may have been sent before: it is looked for again before anything is sent."
        return not_yet(sentence, type_="Quarantine", after=self._quarantine)

    def _leave(self, word: str) -> None:
        activity.heartbeat(activity.info().attempt, _CONFLICT + self.conflict if self.conflict else word)
