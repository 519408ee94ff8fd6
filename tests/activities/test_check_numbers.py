"""What services ask of Telnyx through the worker: nothing changes there, and each problem is explained."""

import pytest

from activities.check_numbers import CheckActivities
from domain.checks import CheckReport, CheckRequest, PreflightReport, PreflightRequest
from simulator.settings import NEVER_KNOWN_PROFILE
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.replies import Eligibility, MessagingProfile
from tests.activities.stage import PROFILE, A, Attempt, OneAccount, Stage

WIRELESS, NOT_CHECKED, UNKNOWN = "+15005550003", "+15005550008", "+15005553015"
HOSTED_ELSEWHERE = "+15005553018"


async def check(stage: Stage, *numbers: str) -> CheckReport:
    return await Attempt().run(CheckActivities(stage.accounts).check_numbers, CheckRequest(phone_numbers=list(numbers)))


async def preflight(stage: Stage, profile: str = PROFILE, account: str = "default") -> PreflightReport:
    request = PreflightRequest(account=account, messaging_profile_id=profile)
    return await Attempt().run(CheckActivities(stage.accounts).preflight, request)


async def test_each_number_is_answered_in_the_order_of_the_request_or_not_known(stage: Stage) -> None:
    report = await check(stage, WIRELESS, A, UNKNOWN, NOT_CHECKED)
    assert [(entry.phone_number, entry.eligible) for entry in report.numbers] == [(WIRELESS, False), (A, True)]
    assert [entry.phone_number for entry in report.not_known] == [UNKNOWN, NOT_CHECKED]
    assert all(entry.status in entry.because for entry in report.numbers)
    assert all(entry.status in entry.because for entry in report.not_known)
    assert not await stage.orders()


@pytest.mark.parametrize("word", ["billing_account_check_failed", "billing_account_is_abolished"])
async def test_what_telnyx_says_of_the_account_is_no_answer_about_a_number(stage: Stage, word: str) -> None:
    await stage.control(f"numbers/{A}", {"eligible_status": word})
    report = await check(stage, A)
    assert (report.numbers, [entry.status for entry in report.not_known]) == ([], [word])


async def test_a_number_that_is_active_here_is_not_said_to_be_missing_from_an_inventory_nobody_read(
    stage: Stage,
) -> None:
    await stage.control(f"numbers/{A}", {"eligible_status": "number_can_not_be_active_in_your_account"})
    [entry] = (await check(stage, A)).numbers
    assert not entry.eligible
    assert "not among" not in entry.because


async def test_a_number_of_another_account_is_not_eligible_and_names_the_option_that_orders_it(stage: Stage) -> None:
    [entry] = (await check(stage, HOSTED_ELSEWHERE)).numbers
    assert not entry.eligible
    assert "`--internal-transfer`" in entry.because


class CarelessTelnyx:
    """A client whose check gives the status `eligible` to a number that is not, and leaves out the others."""

    async def check_eligibility(self, phone_numbers: list[str]) -> list[Eligibility]:
        return [Eligibility(phone_number=phone_numbers[0], eligible=False, status="eligible")]


async def test_an_answer_that_contradicts_itself_or_is_missing_is_not_known() -> None:
    step = CheckActivities(OneAccount(CarelessTelnyx())).check_numbers
    report = await Attempt().run(step, CheckRequest(phone_numbers=[A, WIRELESS]))
    assert (report.numbers, [entry.status for entry in report.not_known]) == ([], ["eligible", ""])


async def test_a_refused_key_answers_no_number(stage: Stage) -> None:
    await stage.faults("401", calls=["eligibility"])
    failure = await Attempt().fails(CheckActivities(stage.accounts).check_numbers, CheckRequest(phone_numbers=[A]))
    assert (failure.type, failure.non_retryable) == ("StopAccount", True)
    assert "HTTP 401" in failure.message


async def test_a_check_without_an_answer_is_tried_again(stage: Stage) -> None:
    await stage.faults("500", calls=["eligibility"])
    step = CheckActivities(stage.accounts).check_numbers
    assert not (await Attempt().fails(step, CheckRequest(phone_numbers=[A]))).non_retryable


async def test_the_preflight_of_a_known_profile_shows_its_webhook(stage: Stage) -> None:
    report = await preflight(stage)
    assert (report.ok, report.webhook_url) == (True, None)
    url = "https://example.com/telnyx/default"
    await stage.control(f"profiles/{PROFILE}", {"webhook_url": url})
    report = await preflight(stage)
    assert (report.ok, report.webhook_url) == (True, url)
    assert url in report.webhook_sentence


@pytest.mark.parametrize("profile", [NEVER_KNOWN_PROFILE, ".."])
async def test_an_unknown_profile_is_named(stage: Stage, profile: str) -> None:
    report = await preflight(stage, profile)
    assert (report.ok, report.account_refused) == (False, False)
    assert repr(profile) in report.sentence


async def test_without_a_profile_only_the_key_is_tried(stage: Stage) -> None:
    assert (await preflight(stage, "")).ok
    assert [call["path"].rsplit("/", 1)[-1] for call in await stage.calls("GET")] == ["messaging_hosted_number_orders"]


@pytest.mark.parametrize("profile", ["", PROFILE])
async def test_a_refused_key_is_explained_with_the_account(stage: Stage, profile: str) -> None:
    await stage.faults("401")
    report = await preflight(stage, profile)
    assert (report.ok, report.account_refused) == (False, True)
    assert "'default'" in report.sentence
    assert "HTTP 401" in report.sentence


async def test_an_account_without_a_key_here_is_named() -> None:
    step = CheckActivities(TelnyxAccounts({})).preflight
    report = await Attempt().run(step, PreflightRequest(account="acme", messaging_profile_id=PROFILE))
    assert (report.ok, report.account_refused) == (False, True)
    assert "'acme'" in report.sentence


class OneProfile:
    """A client whose profile has these fields."""

    def __init__(self, **fields: object) -> None:
        self._fields = fields

    async def get_profile(self, profile_id: str) -> MessagingProfile:
        return MessagingProfile.model_validate({"id": profile_id, **self._fields})


HOOK = "https://example.com/telnyx/default"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"webhook_url": HOOK, "webhook_api_version": "2"}, []),
        ({"webhook_url": f"{HOOK}/"}, []),
        ({"webhook_url": None}, []),
        ({"webhook_url": HOOK, "webhook_api_version": "1"}, ["version 1"]),
        ({"webhook_url": "https://example.com/telnyx/other"}, ["/telnyx/default"]),
        ({"webhook_url": "https://example.com"}, ["/telnyx/default"]),
        ({"webhook_url": "https://[bad/telnyx/default"}, ["/telnyx/default"]),
        ({"webhook_url": HOOK, "webhook_failover_url": "https://b.example.com/"}, ["https://b.example.com/"]),
        ({"webhook_url": HOOK.replace("https", "http")}, ["without TLS"]),
        ({"webhook_url": "http://127.0.0.1:8080/telnyx/default"}, []),
        ({"enabled": False}, ["disabled"]),
    ],
)
async def test_what_keeps_webhooks_from_arriving_is_named(fields: dict[str, object], named: list[str]) -> None:
    step = CheckActivities(OneAccount(OneProfile(**fields))).preflight
    report = await Attempt().run(step, PreflightRequest(messaging_profile_id=PROFILE))
    assert report.ok
    assert len(report.warnings) == len(named)
    assert all(part in warning for part, warning in zip(named, report.warnings, strict=True))
