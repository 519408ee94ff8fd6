"""What Temporal's development server counts: calls, workflow tasks, and actions as Temporal Cloud bills them.

The server counts each call and each action itself, in its Prometheus metrics, so nothing is estimated. Record 36 has
the definition of an action. A poll counts when the server answers it with a task: an idle worker polls as often as the
clock says, whatever a design does.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator

import httpx
from temporalio.api.workflowservice.v1 import ListBatchOperationsRequest
from temporalio.client import Client

from tools.bench.results import Counts

_LINE = re.compile(r"(\w+)\{(.*)\} (\S+)$")
_LABEL = re.compile(r'(\w+)="([^"]*)"')
_POLLS = {"Workflow": "PollWorkflowTaskQueue", "Activity": "PollActivityTaskQueue"}
_BY_THE_CLOCK = frozenset(
    {*_POLLS.values(), "PollNexusTaskQueue", "RecordWorkerHeartbeat", "DescribeNamespace", "GetSystemInfo"}
)
"""Calls that a process makes when it starts, or after some time, also without any request."""
_MARK = "ListBatchOperations"
_CHECK_EVERY = 0.1


class ServerCounts:
    """The counters of one server, in the namespace of a client."""

    def __init__(self, client: Client, address: str) -> None:
        """`address` is the URL of the server's metrics."""
        self._service = client.workflow_service
        self._namespace = client.namespace
        self._address = address
        self._marks = 0

    async def now(self) -> Counts:
        """Everything so far, as soon as the server is still: two readings in a row are the same."""
        async with httpx.AsyncClient(trust_env=False) as http:
            before = None
            while (found := await self._read(http)) != before:
                before = found
        return found

    async def _read(self, http: httpx.AsyncClient) -> Counts:
        """The counts that were published after a call which no one else makes.

        The server publishes what it counted once a second. When it shows that call, it shows all that came before.
        """
        await self._service.list_batch_operations(ListBatchOperationsRequest(namespace=self._namespace))
        self._marks += 1
        while True:
            text = (await http.get(self._address)).raise_for_status().text
            found = parse(text, self._namespace)
            if found.calls.pop(_MARK, 0) >= self._marks:
                return found
            await asyncio.sleep(_CHECK_EVERY)


def parse(text: str, namespace: str) -> Counts:
    """The counts in the metrics of a server."""
    calls, actions = Counter[str](), Counter[str]()
    for metric, labels, value in _samples(text):
        if labels.get("namespace") != namespace:
            continue
        if metric == "service_requests" and labels["service_name"] == "frontend":
            if labels["operation"] not in _BY_THE_CLOCK:
                calls[labels["operation"]] += value
        elif metric == "poll_success" and labels["task_type"] in _POLLS:
            calls[_POLLS[labels["task_type"]]] += value
        elif metric == "action":
            actions[labels["action_type"]] += value
    return Counts(calls=dict(calls), actions=dict(actions))


def difference(before: Counts, after: Counts) -> Counts:
    """What was counted between two moments."""
    return Counts(
        calls=dict(Counter(after.calls) - Counter(before.calls)),
        actions=dict(Counter(after.actions) - Counter(before.actions)),
    )


def _samples(text: str) -> Iterator[tuple[str, dict[str, str], int]]:
    for line in text.splitlines():
        if found := _LINE.match(line):
            yield found[1], dict(_LABEL.findall(found[2])), round(float(found[3]))
