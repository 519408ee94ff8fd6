"""Changed workflows: one that breaks what is under way, and the same change made as the procedure says."""

from temporalio import workflow

from domain.messages import HostingRequest, Progress
from domain.names import WORKFLOW_TYPE
from workflows.host_numbers import HostNumbers


@workflow.defn(name=WORKFLOW_TYPE)
class OneTimerMore(HostNumbers):
    """Waits for a second before it begins, as it never did before."""

    @workflow.run
    async def run(self, request: HostingRequest) -> Progress:
        """The request as it was, a second later."""
        await workflow.sleep(1)
        return await super().run(request)


@workflow.defn(name=WORKFLOW_TYPE)
class OneTimerMorePatched(HostNumbers):
    """Waits for a second too, but not where a request has passed this place already."""

    @workflow.run
    async def run(self, request: HostingRequest) -> Progress:
        """The request as it was, a second later if it is a new one."""
        if workflow.patched("one-timer-more"):
            await workflow.sleep(1)
        return await super().run(request)
