"""What follows when Telnyx refuses an order: a question, or an order without the numbers that it refused."""

import re
from collections.abc import Sequence

from activities.telnyx_failures import ask_person
from domain.activity_io import PlacementVerdict, PlaceOrder
from domain.text import count
from domain.verdicts import NumberVerdict
from domain.vocabulary import Next, NumberState
from telnyx_api.errors import TelnyxError

ALREADY_HOSTED = "This account already hosts the number."
"""Why a number that Telnyx refuses to order is active nevertheless."""
_NUMBER_POINTER = re.compile(r"/phone_numbers/(\d{1,3})")
"""Where in the body of our request the refused number stands (docs/telnyx.md §7)."""


def ask_about_refusal(error: TelnyxError, work: PlaceOrder) -> PlacementVerdict:
    """Ask a person about the whole order."""
    return PlacementVerdict(**dict(ask_person(error, "place the order", work.phone_numbers)))


def find_refused_numbers(error: TelnyxError, work: PlaceOrder) -> list[str]:
    """The numbers that a refusal points at; none when it points at anything else too."""
    places = [_NUMBER_POINTER.fullmatch(pointer) for pointer in getattr(error, "pointers", ())]
    indices = sorted({int(place[1]) for place in places if place})
    if None in places or (indices and indices[-1] >= len(work.phone_numbers)):
        return []
    return [work.phone_numbers[index] for index in indices]


def leave_out(refused: Sequence[str], hosted: Sequence[str], error: TelnyxError, work: PlaceOrder) -> PlacementVerdict:
    """Go on without the refused numbers, or stop when the request wants all or nothing.

    A refused number that the account hosts is active. This request may have ordered it before its workflow was reset.
    The status of a refused number is not known: the check's last word no longer holds.
    """
    because = f"Telnyx refused to order it. {error}"
    active = NumberVerdict(state=NumberState.ACTIVE, because=ALREADY_HOSTED)
    numbers = _left_out(refused, because) | dict.fromkeys(hosted, active)
    not_known = {"": list(refused)}
    out = [number for number in refused if number not in hosted]
    if not (out and work.all_or_nothing):
        return PlacementVerdict(next=Next.AGAIN, because=because, numbers=numbers, statuses=not_known)
    all_of_them = count(len(work.phone_numbers), "number")
    because = f"The request wants all or nothing, and Telnyx refused {len(out)} of {all_of_them}."
    numbers = _left_out(work.phone_numbers, because) | numbers
    return PlacementVerdict(next=Next.STOP, because=because, numbers=numbers, statuses=not_known)


def _left_out(phone_numbers: Sequence[str], because: str) -> dict[str, NumberVerdict]:
    return dict.fromkeys(phone_numbers, NumberVerdict(state=NumberState.LEFT_OUT, because=because))
