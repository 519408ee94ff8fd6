"""How a worker runs its workflows: in Temporal's sandbox, or without it (docs/decisions/0010)."""

from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = (
    "domain",
    "activities",
    "telnyx_api",
    "pydantic",
    "structlog",
    "workflows.account.state",
    "workflows.account.claims",
    "workflows.activity_options",
    "workflows.request.records",
    "workflows.search_attributes",
    "workflows.request.state",
)
"""Modules that the sandbox loads once for all runs. They are pure, hold plain data, or never run inside a workflow."""


def workflow_runner(*, sandbox: bool) -> WorkflowRunner:
    """The runner of a worker; `sandbox` is the setting `HOSTED_SMS_WORKFLOW_SANDBOX`."""
    if not sandbox:
        return UnsandboxedWorkflowRunner()
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))
