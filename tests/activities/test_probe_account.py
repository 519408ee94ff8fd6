"""A stopped account is asked rarely, with one read, until Telnyx answers it."""

import pytest

from activities.probe_account import ProbeActivities
from domain import delays
from domain.accounts import ProbeAccount
from telnyx_api.accounts import TelnyxAccounts
from tests.activities.stage import A, Attempt, Stage, seconds


async def test_the_first_attempt_calls_nothing_and_each_next_waits_longer_up_to_an_hour(stage: Stage) -> None:
    probe = ProbeActivities(stage.accounts).probe_account
    await stage.faults("401")
    attempt, paused = Attempt(), []
    for _ in range(6):
        paused.append(seconds(await attempt.fails(probe, ProbeAccount(account="default"))) / 60)
        attempt = attempt.next()
    assert paused == [5, 10, 20, 40, 60, 60]
    assert [call["method"] for call in await stage.calls()] == ["GET"] * 5


async def test_after_failed_trials_the_first_probe_comes_later(stage: Stage) -> None:
    probe = ProbeActivities(stage.accounts).probe_account
    tried = [ProbeAccount(account="default", failed_trials=trials) for trials in (2, 7, 8, 2000)]
    paused = [seconds(await Attempt().fails(probe, work)) / 60 for work in tried]
    assert paused == [20, 640, 720, 720]


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("401", "StillRefused"),
        ("403", "StillRefused"),
        ("404", "StillRefused"),
        ("429", "TryLater"),
        ("500", "OutcomeUnknown"),
        ("page_200", "OutcomeUnknown"),
        ("page_403", "OutcomeUnknown"),
    ],
)
async def test_only_an_answer_of_telnyx_ends_the_probe(stage: Stage, kind: str, type_: str) -> None:
    probe, work = ProbeActivities(stage.accounts).probe_account, ProbeAccount(account="default")
    await stage.order(A)
    await stage.faults(kind)
    failure = await Attempt(2).fails(probe, work)
    assert (failure.type, seconds(failure)) == (type_, 2 * delays.FIRST_PROBE)
    await stage.faults()
    await Attempt(3).run(probe, work)


async def test_a_worker_without_the_key_keeps_asking(stage: Stage) -> None:
    del stage
    probe = ProbeActivities(TelnyxAccounts({})).probe_account
    assert (await Attempt(2).fails(probe, ProbeAccount(account="acme"))).type == "StillRefused"
