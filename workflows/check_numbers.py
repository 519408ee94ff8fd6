"""Short workflows that ask Telnyx or a worker something for a face, which holds no Telnyx key. They change nothing."""

from temporalio import workflow

from domain.checks import (
    CheckReport,
    CheckRequest,
    OrphansReport,
    OrphansRequest,
    PreflightReport,
    PreflightRequest,
    WorkerProbe,
    WorkerProbeReport,
)
from domain.text import count
from workflows import activity_options
from workflows.received import refuse_if, takes
from workflows.request import validators
from workflows.telnyx_queue import telnyx_call

with workflow.unsafe.imports_passed_through():
    from activities.check_numbers import CheckActivities
    from activities.orphans import OrphanActivities
    from activities.worker_probe import WorkerProbeActivities


@workflow.defn
class CheckNumbers:
    """Says whether numbers can be hosted. Nothing is ordered."""

    @workflow.run
    @takes(CheckRequest)
    async def run(self, request: CheckRequest) -> CheckReport:
        """Ask Telnyx's eligibility check once for all numbers."""
        refuse_if(validators.check(request))
        return await workflow.execute_activity_method(
            CheckActivities.check_numbers,
            request,
            summary=f"check {count(len(request.phone_numbers), 'number')}",
            **telnyx_call(request.account),
            **activity_options.within_run(activity_options.FACE),
        )


@workflow.defn
class Preflight:
    """Says whether an account and a messaging profile can be used, before a request starts with them."""

    @workflow.run
    @takes(PreflightRequest)
    async def run(self, request: PreflightRequest) -> PreflightReport:
        """Read the messaging profile with the account's key."""
        return await workflow.execute_activity_method(
            CheckActivities.preflight,
            request,
            summary=f"look at the account {request.account}",
            **telnyx_call(request.account),
            **activity_options.within_run(activity_options.FACE),
        )


@workflow.defn
class ProbeWorker:
    """Compares a worker with the process that asks."""

    @workflow.run
    @takes(WorkerProbe)
    async def run(self, probe: WorkerProbe) -> WorkerProbeReport:
        """Have whichever worker takes this look into its document store."""
        return await workflow.execute_activity_method(
            WorkerProbeActivities.probe_worker,
            probe,
            summary="compare this worker with a command",
            **activity_options.within_run(activity_options.FACE),
        )


@workflow.defn
class FindOrphans:
    """Finds the open orders at Telnyx that belong to no running request."""

    @workflow.run
    @takes(OrphansRequest)
    async def run(self, request: OrphansRequest) -> OrphansReport:
        """List the account's orders and the running requests."""
        return await workflow.execute_activity_method(
            OrphanActivities.find_orphans,
            request,
            summary=f"look for orders of {request.account} without a request",
            **telnyx_call(request.account),
            **activity_options.within_run(activity_options.SURVEY),
        )
