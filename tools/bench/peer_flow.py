"""Design (e), the honest peer: what a good engineer writes in a day to get most of what this program promises.

It is the naive design and what that lacks: each number belongs to one request, an order is looked for before it is
created, a lost answer delays the next create, the order is watched, a person is reminded of the codes, and the state is
in search attributes. It asks nothing else, keeps no documents, and fails as a whole when Telnyx refuses anything.
"""

import asyncio
from datetime import timedelta

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey

QUEUE = "peer"
STEP = SearchAttributeKey.for_keyword("PeerStep")
NUMBERS = SearchAttributeKey.for_keyword_list("PeerNumbers")
ACCOUNT_ID = "peer-account"

_LIMIT = timedelta(seconds=30)
_QUARANTINE = RetryPolicy(initial_interval=timedelta(seconds=120))
"""A create whose answer is lost may arrive late. So it is only repeated after this time, and then looked for first."""
_REMINDER = timedelta(days=1)
_TOO_LONG = 10_000


class PeerOrder(BaseModel):
    """The input of the workflow."""

    phone_numbers: list[str]
    loa: str
    bill: str


class PeerStep(BaseModel):
    """The input of every activity after the first two."""

    order_id: str
    phone_numbers: list[str] = []
    codes: dict[str, str] = {}
    loa: str = ""
    bill: str = ""


class Claim(BaseModel):
    """A workflow wants some numbers. `ended` is a holder that no longer runs, and loses what it held."""

    phone_numbers: list[str]
    holder: str
    ended: str = ""


@workflow.defn
class PeerAccount:
    """Knows which workflow has which number. There is one for the account."""

    @workflow.init
    def __init__(self, holders: dict[str, str]) -> None:
        """`holders` are those of the run before."""
        self._holders = dict(holders)

    @workflow.run
    async def run(self, _holders: dict[str, str]) -> None:
        """Answer claims until the history is long, and go on in a new run."""
        await workflow.wait_condition(lambda: workflow.info().get_current_history_length() > _TOO_LONG)
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(self._holders)

    @workflow.update
    def claim(self, claim: Claim) -> str:
        """Give the numbers to a workflow. Returns another that has one of them, and then gives none."""
        for number in claim.phone_numbers:
            holder = self._holders.get(number, claim.holder)
            if holder not in {claim.holder, claim.ended}:
                return holder
        self._holders.update(dict.fromkeys(claim.phone_numbers, claim.holder))
        return ""


@workflow.defn
class PeerHosting:
    """The workflow of one order."""

    def __init__(self) -> None:
        self._order_id = ""
        self._may_submit = False
        self._verified = False
        self._news = False

    @workflow.run
    async def run(self, order: PeerOrder) -> str:
        """Take the order through the flow."""
        await _do("check_eligibility", order)
        self._order_id = str(await _do("create_order", order, retry_policy=_QUARANTINE))
        await _do("request_codes", self._step(phone_numbers=order.phone_numbers))
        self._may_submit = True
        _show("codes")
        await self._until_verified(order)
        await _do("upload", self._step(loa=order.loa, bill=order.bill))
        _show("review")
        status = await self._until_final()
        _show("done")
        return status

    async def _until_verified(self, order: PeerOrder) -> None:
        """Wait for the codes, and remind a person every day."""
        while not self._verified:
            try:
                await workflow.wait_condition(lambda: self._verified, timeout=_REMINDER)
            except TimeoutError:
                await _do("remind", self._step(phone_numbers=order.phone_numbers))

    async def _until_final(self) -> str:
        """Watch the order until it is final. News ends the pause of the watch, because the next one looks at once."""
        while True:
            self._news = False
            watch = asyncio.ensure_future(_do("watch", self._step()))
            news = asyncio.ensure_future(workflow.wait_condition(lambda: self._news))
            await workflow.wait([watch, news], return_when=asyncio.FIRST_COMPLETED)
            if watch.done():
                news.cancel()
                return str(watch.result())
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

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

    def _step(self, **more: object) -> PeerStep:
        return PeerStep.model_validate({"order_id": self._order_id, **more})


def _show(step: str) -> None:
    workflow.upsert_search_attributes([STEP.value_set(step)])


async def _do(activity: str, work: BaseModel, retry_policy: RetryPolicy | None = None) -> object:
    return await workflow.execute_activity(activity, work, start_to_close_timeout=_LIMIT, retry_policy=retry_policy)
