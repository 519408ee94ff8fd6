"""Changed workflows: one that breaks requests under way, and the same change made as the procedure says."""

from temporalio import workflow

from domain.messages import HostingRequest, Progress
from domain.names import WORKFLOW_TYPE
from workflows.host_numbers import HostNumbers
from workflows.received import takes


@workflow.defn(name=WORKFLOW_TYPE)
class OneTimerMore(HostNumbers):
    """Waits for a second before it begins."""

    @workflow.run
    @takes(HostingRequest)
    async def run(self, request: HostingRequest) -> Progress:
        """Run the request a second later."""
        await workflow.sleep(1)
        ended: Progress = await super().run(request)
        return ended


@workflow.defn(name=WORKFLOW_TYPE)
class OneTimerMorePatched(HostNumbers):
    """Waits for a second too, but not in a request that has passed this place already."""

    @workflow.run
    @takes(HostingRequest)
    async def run(self, request: HostingRequest) -> Progress:
        """Run the request, a second later if it is new."""
        if workflow.patched("one-timer-more"):
            await workflow.sleep(1)
        ended: Progress = await super().run(request)
        return ended
