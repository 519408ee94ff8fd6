"""Corrects one answer of the server that skips time: it describes an emptied search attribute as `null`.

The account's workflow, its lister and the stories ask for descriptions. The SDK cannot read that one, and no other
server sends it.
"""

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import (
    Client,
    DescribeWorkflowInput,
    Interceptor,
    OutboundInterceptor,
    WorkflowExecutionDescription,
)


class Descriptions(Interceptor):
    """Leaves emptied search attributes out of descriptions. `client` is set once it is connected."""

    client: Client | None = None

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's name for it
        return _Corrected(self, next)


class _Corrected(OutboundInterceptor):
    def __init__(self, owner: Descriptions, next: OutboundInterceptor) -> None:  # noqa: A002 - as above
        super().__init__(next)
        self._owner = owner

    async def describe_workflow(self, input: DescribeWorkflowInput) -> WorkflowExecutionDescription:  # noqa: A002 - as above
        client = self._owner.client
        if client is None:
            return await super().describe_workflow(input)
        execution = WorkflowExecution(workflow_id=input.id, run_id=input.run_id or "")
        raw = await client.workflow_service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(namespace=client.namespace, execution=execution)
        )
        fields = raw.workflow_execution_info.search_attributes.indexed_fields
        for name in [name for name, value in fields.items() if value.data in {b"", b"null", b"[null]"}]:
            del fields[name]
        return await WorkflowExecutionDescription._from_raw_description(
            raw, namespace=client.namespace, converter=client.data_converter
        )
