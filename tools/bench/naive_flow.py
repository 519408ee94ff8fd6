"""Design (c): the first design that comes to mind on Temporal, with one activity for each of six steps.

The workflow waits for the codes by update and for Telnyx by signal. It asks no one, watches nothing, and orders twice
if a create is interrupted at the wrong moment.
"""

from datetime import timedelta

from pydantic import BaseModel
from temporalio import workflow

QUEUE = "naive"
_LIMIT = timedelta(seconds=30)


class NaiveOrder(BaseModel):
    """The input of the workflow."""

    phone_numbers: list[str]
    loa: str
    bill: str


class NaiveStep(BaseModel):
    """The input of every activity after the first two."""

    order_id: str
    phone_numbers: list[str] = []
    codes: dict[str, str] = {}
    loa: str = ""
    bill: str = ""


@workflow.defn
class NaiveHosting:
    """The workflow of one order."""

    def __init__(self) -> None:
        self._order_id = ""
        self._may_submit = False
        self._verified = False
        self._news = False

    @workflow.run
    async def run(self, order: NaiveOrder) -> str:
        """Take the order through the flow."""
        await _do("check_eligibility", order)
        self._order_id = str(await _do("create_order", order))
        await _do("request_codes", self._step(phone_numbers=order.phone_numbers))
        self._may_submit = True
        await workflow.wait_condition(lambda: self._verified)
        await _do("upload", self._step(loa=order.loa, bill=order.bill))
        await workflow.wait_condition(lambda: self._news)
        return str(await _do("await_success", self._step()))

    @workflow.update
    async def submit_codes(self, codes: dict[str, str]) -> bool:
        """Submit the codes. Returns whether all were right."""
        await workflow.wait_condition(lambda: self._may_submit)
        self._verified = bool(await _do("submit_codes", self._step(codes=codes)))
        return self._verified

    @workflow.signal
    def telnyx_news(self) -> None:
        """Receive a webhook."""
        self._news = True

    def _step(self, **more: object) -> NaiveStep:
        return NaiveStep.model_validate({"order_id": self._order_id, **more})


async def _do(activity: str, work: BaseModel) -> object:
    return await workflow.execute_activity(activity, work, start_to_close_timeout=_LIMIT)
