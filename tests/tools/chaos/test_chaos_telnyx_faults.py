"""Every kind that the simulator knows strikes, and what the quarantine is for really happens."""

from typing import Any

import pytest

from domain.delays import FIRST_RETRY
from simulator.faults import NAMED_KINDS
from tools.chaos.installation import QUARANTINE, TELNYX_TIMEOUT
from tools.chaos.plan import Blow, Strike
from tools.chaos.telnyx_faults import ALL_KINDS, DELAYS, KINDS, LATE, SPELLS, Weather


class Telnyx:
    """Remembers what was set; at each look one more call has met each fault."""

    def __init__(self, *, meets: bool = True) -> None:
        self.meets = meets
        self.set: list[tuple[tuple[str, ...], dict[str, Any]]] = []
        self.looks = 0

    def faults(self, *kinds: str, **options: Any) -> None:
        self.set.append((kinds, options))

    def struck(self) -> dict[str, int]:
        self.looks += 1
        return dict.fromkeys(ALL_KINDS, self.looks) if self.meets else {}


def weather(telnyx: Telnyx) -> Weather:
    return Weather(telnyx, seed=3)  # type: ignore[arg-type]


def test_every_kind_that_has_a_name_strikes_and_every_way_to_refuse() -> None:
    assert set(KINDS) >= NAMED_KINDS
    statuses = (401, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504)
    assert set(ALL_KINDS) - NAMED_KINDS == {str(status) for status in statuses}


def test_an_order_arrives_late_after_the_first_retry_and_before_the_quarantine_is_over() -> None:
    failed = TELNYX_TIMEOUT
    assert failed + 2 * FIRST_RETRY <= min(LATE)
    assert max(LATE) - failed + max(DELAYS) < QUARANTINE, "a list may lack for a while what arrived late"


def test_some_answers_come_in_time_and_some_do_not() -> None:
    assert DELAYS[0] < TELNYX_TIMEOUT < DELAYS[1]


@pytest.fixture(autouse=True)
def _no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.chaos.telnyx_faults._LOOKS_EVERY", 0.0)


@pytest.mark.parametrize("blow", sorted(SPELLS))
async def test_a_spell_counts_when_a_call_met_it_and_leaves_the_usual_weather_with_new_draws(blow: Blow) -> None:
    telnyx = Telnyx()
    sky = weather(telnyx)
    await sky.usual()
    assert await sky.spell(Strike(0.0, blow, figure=401))
    seeds = [options["seed"] for _, options in telnyx.set]
    assert [len(kinds) == 1 for kinds, _ in telnyx.set] == [False, True, False]
    assert len(set(seeds)) == 3


async def test_a_spell_that_no_call_met_does_not_count() -> None:
    assert not await weather(Telnyx(meets=False)).spell(Strike(0.0, Blow.LATE_ORDER))


async def test_a_deletion_is_never_told_that_there_is_no_such_order() -> None:
    telnyx = Telnyx()
    await weather(telnyx).spell(Strike(0.0, Blow.NOT_FOUND))
    kinds, options = telnyx.set[0]
    assert kinds == ("404",)
    assert "delete" not in options["calls"]
    assert "404" not in KINDS
