"""A workflow runner that looks at what another runner's workflows are told, before or after they are."""

from abc import abstractmethod
from collections.abc import Callable, Sequence

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.workflow import _Definition

Activate = Callable[[WorkflowActivation], WorkflowActivationCompletion]


class WrappedRunner(WorkflowRunner):
    """Runs workflows with another runner."""

    def __init__(self, runner: WorkflowRunner) -> None:
        self._runner = runner

    @abstractmethod
    def wrap(self, activate: Activate, det: WorkflowInstanceDetails) -> Activate:
        """What a new run does with an activation, in place of `activate`."""

    def prepare_workflow(self, defn: _Definition) -> None:
        """As the other runner does."""
        self._runner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(self, types: Sequence[type[BaseException]]) -> None:
        """As the other runner does."""
        self._runner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """A wrapped run of the other runner."""
        run = self._runner.create_instance(det)
        run.activate = self.wrap(run.activate, det)  # type: ignore[method-assign,assignment]  # everything else stays as it is
        return run
