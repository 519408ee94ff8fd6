"""The closed sets of words that our own messages use; Telnyx's words stand in the tables of `domain.explain`."""

from enum import StrEnum


class Step(StrEnum):
    """Where a request is; in the order of Telnyx's guide."""

    ELIGIBILITY = "eligibility"
    ORDER = "order"
    CODES = "codes"
    DOCUMENTS = "documents"
    REVIEW = "review"
    DONE = "done"


class Outcome(StrEnum):
    """How a request ended, or that it has not."""

    RUNNING = "running"
    ACTIVE = "active"
    PARTLY_ACTIVE = "partly_active"
    NOT_ACTIVE = "not_active"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class NumberState(StrEnum):
    """Where one number is."""

    NEW = "new"
    """Not checked yet, or checked and not in an order yet."""
    LEFT_OUT = "left_out"
    """Cannot be hosted; never ordered."""
    UNVERIFIED = "unverified"
    """In an order; its ownership code is awaited."""
    VERIFIED = "verified"
    """Ownership is proved; the papers are awaited."""
    IN_REVIEW = "in_review"
    """The papers are with Telnyx and the losing carrier."""
    ACTIVE = "active"
    """SMS works; never touched again."""
    REJECTED = "rejected"
    """The losing carrier refused it."""
    FAILED = "failed"
    """Telnyx closed it for another reason."""
    GIVEN_UP = "given_up"
    """A person, a deadline or a cancel ended it."""

    @property
    def is_final(self) -> bool:
        """True when nothing more happens to the number in this round."""
        return self in _FINAL


_FINAL = frozenset(
    {NumberState.LEFT_OUT, NumberState.ACTIVE, NumberState.REJECTED, NumberState.FAILED, NumberState.GIVEN_UP},
)


class Next(StrEnum):
    """All that a workflow can be told to do; a sixth value needs a decision record and a patch."""

    GO_ON = "go_on"
    WAIT = "wait"
    ASK = "ask"
    AGAIN = "again"
    """Place a new order for the numbers that say so."""
    STOP = "stop"


class AskKind(StrEnum):
    """What is awaited from a person, and so who is asked and what a deadline does."""

    CODES = "codes"
    DOCUMENTS = "documents"
    CARRIER = "carrier"
    CHOICE = "choice"
    TRANSFER = "transfer"
    ACCOUNT = "account"
    SUPPORT = "support"


class CodeOutcome(StrEnum):
    """What became of a submitted code."""

    VERIFIED = "verified"
    REJECTED = "rejected"
    ALREADY_VERIFIED = "already_verified"
    NOT_ASKED = "not_asked"


class ChoiceKind(StrEnum):
    """Every choice that an ask may offer; a workflow knows how to obey each."""

    AGAIN = "again"
    """Do the refused step again, now that its cause is mended."""
    WAIT = "wait"
    """Keep watching; do not ask again unless the word changes."""
    GIVE_UP = "give_up"
    """Give the numbers of the ask up."""
    GO_ON = "go_on"
    """Take the numbers on although the word is unknown: order them, or count them active."""
    NEW_ORDER = "order_anew"
    """Give up this order, and place one for the numbers of the ask alone."""
    ADOPT = "adopt"
    """Take the named order as this round's."""
