"""Every kind of fault that the simulator knows occurs, and orders appear late enough to need the quarantine."""

from typing import Any

import pytest

from domain.delays import FIRST_RETRY
from simulator.faults import NAMED_KINDS
from tools.chaos.installation import QUARANTINE, TELNYX_TIMEOUT
from tools.chaos.plan import Fault, FaultKind
from tools.chaos.telnyx_faults import ALL_KINDS, DELAYS, KINDS, LATE, TELNYX_KINDS, TelnyxFaults


class Telnyx:
    """Remembers what was set. If `hits`, each fault has hit one more call at each poll."""

    def __init__(self, *, hits: bool = True) -> None:
        self.hits = hits
        self.set: list[tuple[tuple[str, ...], dict[str, Any]]] = []
        self.polls = 0
        self.under_test = TelnyxFaults(self, seed=3)  # type: ignore[arg-type]

    def faults(self, *kinds: str, **options: Any) -> None:
        self.set.append((kinds, options))

    def fault_counts(self) -> dict[str, int]:
        self.polls += 1
        return dict.fromkeys(ALL_KINDS, self.polls) if self.hits else {}


@pytest.fixture(autouse=True)
def _no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.chaos.telnyx_faults._POLLS_EVERY", 0.0)


def test_every_named_kind_occurs_and_every_status_of_a_refusal() -> None:
    assert set(KINDS) >= NAMED_KINDS
    statuses = (401, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504)
    strangers = {"page_200", "page_403", "page_404", "json_407"}
    assert set(ALL_KINDS) - NAMED_KINDS - strangers == {str(status) for status in statuses}


def test_an_order_appears_after_two_retries_and_in_lists_before_the_quarantine_is_over() -> None:
    assert min(LATE) >= TELNYX_TIMEOUT + 2 * FIRST_RETRY
    assert max(LATE) - TELNYX_TIMEOUT + max(DELAYS) < QUARANTINE
    assert min(DELAYS) < TELNYX_TIMEOUT < max(DELAYS), "some answers are in time, and some are not"


@pytest.mark.parametrize("kind", sorted(TELNYX_KINDS))
async def test_one_kind_occurs_alone_and_then_all_do_again_with_new_random_numbers(kind: FaultKind) -> None:
    telnyx = Telnyx()
    await telnyx.under_test.set_usual()
    assert await telnyx.under_test.inject(Fault(0.0, kind, number=401))
    assert [len(kinds) == 1 for kinds, _ in telnyx.set] == [False, True, False]
    assert len({options["seed"] for _, options in telnyx.set}) == 3


async def test_a_fault_that_hit_no_call_does_not_count() -> None:
    assert not await Telnyx(hits=False).under_test.inject(Fault(0.0, FaultKind.LATE_ORDER))


async def test_a_deletion_never_gets_a_404() -> None:
    telnyx = Telnyx()
    await telnyx.under_test.inject(Fault(0.0, FaultKind.NOT_FOUND))
    kinds, options = telnyx.set[0]
    assert (kinds, "delete" in options["calls"], "404" in KINDS) == (("404",), False, False)
