"""Activities run only with an input that was sealed for the workflow that called them.

Anyone who reaches the Temporal server can run a workflow of their own and call our activities, or an activity without a
workflow. The codec leaves a marker for an input that is not sealed for that workflow, and here the attempt fails:

    in plain text, or sealed for no workflow ──► tried again: it may be ours, from before an upgrade, and a setting
                                                 lets it in
    under an unknown key, or damaged ──────────► tried again: a worker with the key, or this one with it, takes it
    sealed for another workflow, or no JSON ───► fails for good

What an earlier attempt left in its heartbeat counts as nothing when it is not sealed for the workflow.
"""

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ActivityOutboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

from domain.unreadable import Reason
from runtime.payload_converter import RefusedInput
from runtime.payload_rules import PayloadRules
from runtime.refusals import Refusals, Target

_FOR_GOOD = frozenset({Reason.FOREIGN, Reason.OTHER_MESSAGE, Reason.MALFORMED})


class SealedInputs(Interceptor):
    """Refuses the inputs of activities that are not sealed for their workflow."""

    def __init__(self, rules: PayloadRules, refusals: Refusals) -> None:
        self._rules = rules
        self._refusals = refusals

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - the name is the SDK's
        """Look at what one attempt of an activity gets."""
        return _Attempt(next, self._rules, self._refusals)


class _Attempt(ActivityInboundInterceptor):
    def __init__(self, inner: ActivityInboundInterceptor, rules: PayloadRules, refusals: Refusals) -> None:
        super().__init__(inner)
        self._rules = rules
        self._refusals = refusals

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        """Stand between the activity and what it learns of itself."""
        super().init(_ReadableHeartbeats(outbound, self._rules, self._refusals))

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - the name is the SDK's
        """Run the activity, if it may have its input.

        Raises:
            ApplicationError: it may not. The type is `Refused`; another attempt follows where that can help.
        """
        input.args = [self._admitted(arg, place, input.fn) for place, arg in enumerate(input.args)]
        return await super().execute_activity(input)

    def _admitted(self, arg: Any, place: int, method: Callable[..., Any]) -> Any:
        if not isinstance(arg, RefusedInput):
            return arg
        if self._rules.admits(arg) and arg.content is not None:
            return activity.payload_converter().from_payload(arg.content, _hint(method, place))
        info = activity.info()
        self._refusals.refuse(_target(info), "input", info.activity_type, arg)
        raise ApplicationError(arg.sentence, type="Refused", non_retryable=arg.reason in _FOR_GOOD)


class _ReadableHeartbeats(ActivityOutboundInterceptor):
    """What an attempt learns of itself, without heartbeats that it must not use."""

    def __init__(self, outbound: ActivityOutboundInterceptor, rules: PayloadRules, refusals: Refusals) -> None:
        super().__init__(outbound)
        info = outbound.info()
        details = [_restored(detail, rules) for detail in info.heartbeat_details]
        faults = [detail for detail in details if isinstance(detail, RefusedInput)]
        if faults:
            refusals.refuse(_target(info), "heartbeat", info.activity_type, faults[0])
        self._info = dataclasses.replace(info, heartbeat_details=[] if faults else details)

    def info(self) -> activity.Info:
        """The same info, with the heartbeats that may be used."""
        return self._info


def _restored(detail: Any, rules: PayloadRules) -> Any:
    if not isinstance(detail, RefusedInput) or not rules.admits(detail) or detail.content is None:
        return detail
    return activity.payload_converter().from_payload(detail.content)


def _target(info: activity.Info) -> Target:
    return Target(info.workflow_id or "", info.workflow_type or "", info.workflow_run_id or "")


def _hint(method: Callable[..., Any], place: int) -> Any:
    parameter = list(inspect.signature(method).parameters)[place]
    return get_type_hints(method)[parameter]
