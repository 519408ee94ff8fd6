"""A Temporal server whose front takes no start of a delivery, or takes it and loses the answer."""

from types import SimpleNamespace
from typing import Any

from temporalio.client import Client, Interceptor, OutboundInterceptor, StartWorkflowInput, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from domain.names import NOTIFICATION_WORKFLOW_TYPE


def busy(server: WorkflowEnvironment, *, takes_it: bool = False) -> Any:
    """The server as a stage sees it whose client meets that front."""
    config = server.client.config()
    config["interceptors"] = [Busy(takes_it=takes_it)]
    return SimpleNamespace(client=Client(**config))


class Busy(Interceptor):
    """What stands between a client and the server."""

    def __init__(self, *, takes_it: bool) -> None:
        self.takes_it = takes_it

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's name
        return _Front(next, takes_it=self.takes_it)


class _Front(OutboundInterceptor):
    def __init__(self, further: OutboundInterceptor, *, takes_it: bool) -> None:
        super().__init__(further)
        self._takes_it = takes_it

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002 - as above
        if input.workflow != NOTIFICATION_WORKFLOW_TYPE:
            return await super().start_workflow(input)
        if self._takes_it:
            await super().start_workflow(input)
        raise RPCError("namespace rate limit exceeded", RPCStatusCode.RESOURCE_EXHAUSTED, b"")
