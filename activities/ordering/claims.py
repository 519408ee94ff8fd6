"""The claim of numbers: the account's workflow sees to it that a number is in one running request only."""

from temporalio import activity

from activities.ordering.attempts import Attempts
from activities.ordering.questions import ask_about_holders
from activities.ports import AccountWorkflow, Fingerprinter
from domain.accounts import AccountUnreachable, Claim
from domain.activity_io import PlacementVerdict, PlaceOrder


async def claim_numbers(
    account_workflow: AccountWorkflow, fingerprints: Fingerprinter, work: PlaceOrder, attempts: Attempts
) -> PlacementVerdict | None:
    """Claim the numbers for the request.

    Returns:
        None when the request holds all of them now, else a question about those that other requests hold.

    Raises:
        ApplicationError: the account's workflow does not answer or has no room; the claim is tried again.
    """
    numbers = {fingerprints.of(number): number for number in work.phone_numbers}
    run = activity.info().workflow_run_id
    claim = Claim(reference=work.reference, workflow_run_id=run, fingerprints=list(numbers))
    try:
        claimed = await account_workflow.claim(work.account, claim)
    except AccountUnreachable as error:
        raise attempts.retry_claim(str(error)) from None
    if claimed.no_room:
        raise attempts.await_room(claimed.no_room)
    if claimed.moved_at:
        attempts.record_takeover(claimed.moved_at)
    if claimed.granted:
        return None
    return ask_about_holders({numbers[one]: reference for one, reference in claimed.holders.items()})
