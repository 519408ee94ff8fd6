"""A Temporal server that refuses to start the delivery of a notification, or starts it and loses the answer."""

from types import SimpleNamespace
from typing import Any

from temporalio.client import Client, Interceptor, OutboundInterceptor, StartWorkflowInput, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from domain.names import NOTIFICATION_WORKFLOW_TYPE


def busy(server: WorkflowEnvironment, *, starts: bool = False) -> Any:
    """The server for a stage, behind a client that meets this. `starts` is whether only the answer is lost."""
    config = server.client.config()
    config["interceptors"] = [_Busy(starts=starts)]
    return SimpleNamespace(client=Client(**config))


class _Busy(Interceptor):
    def __init__(self, *, starts: bool) -> None:
        self._starts = starts

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's name
        return _Refusing(next, starts=self._starts)


class _Refusing(OutboundInterceptor):
    def __init__(self, then: OutboundInterceptor, *, starts: bool) -> None:
        super().__init__(then)
        self._starts = starts

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002 - as above
        if input.workflow != NOTIFICATION_WORKFLOW_TYPE:
            return await super().start_workflow(input)
        if self._starts:
            await super().start_workflow(input)
        raise RPCError("namespace rate limit exceeded", RPCStatusCode.RESOURCE_EXHAUSTED, b"")
