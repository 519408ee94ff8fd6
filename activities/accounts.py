"""What requests and the workflow of their Telnyx account say to each other. None of it calls Telnyx."""

from temporalio import activity

from activities.ports import AccountWorkflow
from domain.accounts import AccountTrouble, ClosedRequests, OpenRequests


class AccountActivities:
    """Reaches the workflow of an account, and checks which of its requests still run."""

    def __init__(self, account_workflow: AccountWorkflow) -> None:
        self._account_workflow = account_workflow

    @activity.defn(name="report_account_stop")
    async def report_account_stop(self, trouble: AccountTrouble) -> None:
        """Report that Telnyx refuses the account, so that people are asked once for all its requests."""
        await self._account_workflow.report_stop(trouble)

    @activity.defn(name="closed_requests")
    async def closed_requests(self, open_requests: OpenRequests) -> ClosedRequests:
        """Find those of these requests that are over."""
        asked, account = open_requests.references, open_requests.account
        return ClosedRequests(references=await self._account_workflow.find_closed(asked, account))
