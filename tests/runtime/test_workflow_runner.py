"""A worker runs workflows without the sandbox unless it is asked to; the tests ask for it."""

from importlib.util import find_spec

import pytest
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from runtime.settings import Settings
from runtime.workflow_runner import PASSED_THROUGH, workflow_runner
from tests.workflows.stage import SETTINGS


@pytest.mark.parametrize(
    ("settings", "runner"), [(SETTINGS, SandboxedWorkflowRunner), (Settings(), UnsandboxedWorkflowRunner)]
)
def test_the_sandbox_is_for_tests_alone(settings: Settings, runner: type[WorkflowRunner]) -> None:
    assert isinstance(workflow_runner(sandbox=settings.workflow_sandbox), runner)


@pytest.mark.parametrize("module", PASSED_THROUGH)
def test_each_module_that_passes_through_exists(module: str) -> None:
    assert find_spec(module) is not None
