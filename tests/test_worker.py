"""How the worker runs workflows: in the sandbox for tests, without it where people pay for each millisecond."""

from temporalio.worker import UnsandboxedWorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

import worker
from runtime.settings import Settings
from tests.workflows.stage import SETTINGS


def test_stories_run_in_the_sandbox() -> None:
    assert isinstance(worker.runner(SETTINGS), SandboxedWorkflowRunner)


def test_production_runs_without_the_sandbox_unless_it_is_wanted() -> None:
    settings = Settings(plaintext=True)
    assert isinstance(worker.runner(settings), UnsandboxedWorkflowRunner)
    assert isinstance(worker.runner(settings.model_copy(update={"workflow_sandbox": True})), SandboxedWorkflowRunner)
