"""A proxy or a gateway answers in Telnyx's place. No step takes that for Telnyx's word, and none asks a person."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.check_numbers import CheckActivities
from activities.delete_order import DeleteOrderActivities
from activities.documents import DocumentActivities
from activities.eligibility import EligibilityActivities
from activities.listings import Listings
from activities.ownership import OwnershipActivities
from activities.watch_order import WatchOrderActivities
from domain.activity_io import CheckEligibility, DeleteOrder, RequestCodes, TryCodes, UploadDocuments, WatchOrder
from domain.calendar import Calendar
from domain.checks import CheckRequest, PreflightRequest
from domain.code_limits import CodeLimits
from domain.messages import Code
from domain.vocabulary import Next, NumberState
from runtime import pdf_gate
from runtime.document_store import DocumentStore
from tests.activities.ordering_stage import LastDigits, OrderSteps, search, work
from tests.activities.stage import PROFILE, A, Attempt, FakeLiveRequest, Stage, current
from tests.activities.test_documents import pdf

Work = tuple[Callable[[Any], Awaitable[Any]], Any]
Prepare = Callable[[Stage], Awaitable[Work]]
OPEN, PROVED = {A: NumberState.UNVERIFIED}, {A: NumberState.VERIFIED}
LIMITS = CodeLimits(spacing=timedelta(0), at_most=3)


async def eligibility(stage: Stage) -> Work:
    asked = CheckEligibility(account="default", messaging_profile_id=PROFILE, phone_numbers=[A])
    return EligibilityActivities(stage.accounts, LastDigits()).check_eligibility, asked


async def placing(stage: Stage) -> Work:
    return OrderSteps(stage.accounts, quarantine=0.0).place_order, work(A)


async def finding(stage: Stage) -> Work:
    await stage.order(A)
    return OrderSteps(stage.accounts, quarantine=0.0).find_order, search(A)


async def requesting(stage: Stage) -> Work:
    asked = RequestCodes(**dict(current(await stage.order(A), OPEN)), phone_numbers=[A])
    return OwnershipActivities(stage.accounts, LIMITS).request_codes, asked


async def submitting(stage: Stage) -> Work:
    order_id = await stage.order(A)
    codes = [Code(phone_number=A, code=code) for code in (await stage.codes(order_id, A)).values()]
    return OwnershipActivities(stage.accounts, LIMITS).submit_codes, TryCodes(
        **dict(current(order_id, OPEN)), codes=codes
    )


async def uploading(stage: Stage) -> Work:
    store = DocumentStore.from_url("memory://")
    loa, bill = [await store.put("r-1", pdf(f"{name} of {A}"), f"{name}.pdf") for name in ("loa", "bill")]
    order = current(await stage.verified_order(A), PROVED)
    given = UploadDocuments(**dict(order), reference="r-1", loa=loa, bill=bill)
    return DocumentActivities(stage.accounts, store, pdf_gate).upload_documents, given


async def watching(stage: Stage) -> Work:
    order_id = await stage.order(A)
    await stage.set_status(order_id, "successful", {A: "successful"})
    watch = WatchOrderActivities(stage.accounts, FakeLiveRequest(), Listings(3600.0), Calendar(), timedelta(days=3))
    return watch.watch_order, WatchOrder(**dict(current(order_id, OPEN)))


async def deleting(stage: Stage) -> Work:
    given = DeleteOrder(**dict(current(await stage.order(A), OPEN)), ours=[A])
    return DeleteOrderActivities(stage.accounts, pauses=()).delete_order, given


async def checking(stage: Stage) -> Work:
    return CheckActivities(stage.accounts).check_numbers, CheckRequest(phone_numbers=[A])


async def looking_ahead(stage: Stage) -> Work:
    return CheckActivities(stage.accounts).preflight, PreflightRequest(messaging_profile_id=PROFILE)


STEPS: dict[str, tuple[Prepare, tuple[str, ...]]] = {
    "check_eligibility": (eligibility, ("profile", "eligibility")),
    "place_order": (placing, ("list", "create")),
    "find_order": (finding, ("list",)),
    "submit_codes": (submitting, ("submit_codes",)),
    "upload_documents": (uploading, ("get", "upload")),
    "watch_order": (watching, ("get",)),
    "delete_order": (deleting, ("get", "delete")),
    "check_numbers": (checking, ("eligibility",)),
    "preflight": (looking_ahead, ("profile",)),
}
"""How each step is prepared, and the calls to Telnyx that it makes."""


@pytest.mark.parametrize("kind", ["page_200", "page_404", "json_403"])
@pytest.mark.parametrize(("step", "call"), [(step, call) for step, (_, calls) in STEPS.items() for call in calls])
async def test_a_step_whose_call_a_stranger_answers_is_tried_again_and_then_done(
    stage: Stage, step: str, call: str, kind: str
) -> None:
    activity, given = await STEPS[step][0](stage)
    await stage.faults(kind, calls=[call], times=1)
    attempt = Attempt()
    failure = await attempt.fails(activity, given)
    assert (failure.type, failure.non_retryable) == ("OutcomeUnknown", False)
    assert f"HTTP {kind[-3:]}" in failure.message
    verdict = await _until_answered(activity, given, attempt.next(after=timedelta(minutes=1)))
    assert getattr(verdict, "next", Next.GO_ON) is not Next.ASK
    assert not getattr(verdict, "left_behind", "")
    assert len(await stage.orders()) <= 1


async def _until_answered(activity: Callable[[Any], Awaitable[Any]], given: Any, attempt: Attempt) -> Any:
    """The answer of the attempts that follow."""
    for _ in range(3):
        try:
            return await attempt.run(activity, given)
        except ApplicationError:
            attempt = attempt.next(after=timedelta(minutes=1))
    raise AssertionError("no answer in three attempts")


@pytest.mark.parametrize("kind", ["page_200", "page_403", "json_407"])
async def test_a_code_whose_request_a_stranger_answers_counts_as_sent(stage: Stage, kind: str) -> None:
    activity, given = await requesting(stage)
    await stage.faults(kind, calls=["request_codes"])
    verdict = await Attempt().run(activity, given)
    assert (verdict.next, verdict.unanswered, verdict.need) == (Next.WAIT, [A], None)
