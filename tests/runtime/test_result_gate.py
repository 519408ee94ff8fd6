"""What a failed or canceled activity tells a run: nothing in plain text is used, and only what is odd is reported."""

from typing import cast

import pytest
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.failure.v1 import ApplicationFailureInfo, CanceledFailureInfo, Failure
from temporalio.bridge.proto.activity_result import ActivityResolution, Cancellation
from temporalio.bridge.proto.activity_result import Failure as Failed

from domain.unreadable import Reason, Unreadable
from runtime.markers import marker
from runtime.refusals import Refusals, Target
from runtime.result_gate import ResultGate


class _Noted:
    def __init__(self) -> None:
        self.reasons: list[str] = []

    def refuse(self, _target: Target, _kind: str, _name: str, fault: Unreadable) -> None:
        self.reasons.append(fault.reason)


def plain_details() -> Payloads:
    content = Payload(metadata={"encoding": b"json/plain"}, data=b'"ACTIVITY_ID_NOT_STARTED"')
    return Payloads(payloads=[marker(Unreadable(Reason.PLAIN), content)])


def canceled() -> tuple[ActivityResolution, Failure]:
    failure = Failure(canceled_failure_info=CanceledFailureInfo(details=plain_details()))
    resolution = ActivityResolution(cancelled=Cancellation(failure=failure))
    return resolution, resolution.cancelled.failure


def failed() -> tuple[ActivityResolution, Failure]:
    failure = Failure(application_failure_info=ApplicationFailureInfo(type="Odd", details=plain_details()))
    resolution = ActivityResolution(failed=Failed(failure=failure))
    return resolution, resolution.failed.failure


def test_details_in_plain_text_are_left_out_and_those_of_the_server_are_no_finding(subtests: pytest.Subtests) -> None:
    for made, reasons in ((canceled(), []), (failed(), [Reason.PLAIN])):
        (resolution, failure), noted = made, _Noted()
        with subtests.test(str(resolution.WhichOneof("status"))):
            ResultGate(Target("hosting-a", "HostNumbers", "run"), cast("Refusals", noted)).check(
                resolution, "activity 1", is_replaying=False
            )

            assert noted.reasons == reasons
            info = (
                failure.canceled_failure_info
                if failure.HasField("canceled_failure_info")
                else (failure.application_failure_info)
            )
            assert not info.details.payloads
