"""A rotation of the keys in either wrong order loses nothing, stops nothing, and names the key that is missing."""

import asyncio
import base64
import dataclasses
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.workflowservice.v1 import RespondActivityTaskCompletedByIdRequest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain import names
from domain.messages import Code, HostingRequest, Progress, ResendCodes, SubmitCodes
from runtime import connection
from runtime.codec import UndecryptablePayload
from services import doctor_keys, progress, shared_keys, stuck_remedies, task_failures, updates
from services.errors import Refused, UnreadableAnswer
from services.stuck_requests import StuckWorkflow
from tests.workflows.failed_tasks import failed_tasks
from tests.workflows.stage import SETTINGS, Stage, staged
from tests.workflows.telnyx_side import PROFILE
from tests.workflows.waiting import until

OLD, NEW = (f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in ("k1", "k2"))
ONE, TWO = "+15125550371", "+15125550372"


def with_keys(client: Client, *keys: str) -> Client:
    """The same client with these keys, the one that encrypts first."""
    converter = connection.data_converter(SETTINGS.model_copy(update={"keys": SecretStr(",".join(keys))}))
    return Client(**client.config() | {"data_converter": converter})


@dataclass
class Installation:
    """A stage whose workers begin again with other keys."""

    stage: Stage

    async def restart_worker(self, *keys: str) -> None:
        """Stop the workers, and start others that have these keys and remember nothing."""
        await self.stage.workers.stop()
        parts = self.stage.workers.parts
        self.stage.workers.parts = dataclasses.replace(parts, client=self.face(*keys))
        await self.stage.workers.start()

    def face(self, *keys: str) -> Client:
        """A command with these keys."""
        return with_keys(self.stage.client, *keys)


@asynccontextmanager
async def installed(live_server: WorkflowEnvironment, *keys: str) -> AsyncIterator[Installation]:
    """An installation whose worker has these keys, and whose commands begin with the old one."""
    server = cast("WorkflowEnvironment", SimpleNamespace(client=with_keys(live_server.client, OLD)))
    async with staged(server, TemporalOrderHolders(server.client)) as stage:
        here = Installation(stage)
        await here.restart_worker(*keys)
        yield here


def of_codes(code: str) -> SubmitCodes:
    return SubmitCodes(codes=[Code(phone_number=ONE, code=code)], by="rotating")


async def test_a_command_with_a_key_that_the_worker_lacks_is_refused_and_nothing_is_lost(
    live_server: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with installed(live_server, OLD) as here:
        stage, rotated = here.stage, here.face(NEW, OLD)
        monkeypatch.setattr(names, "LOCAL_QUEUE", stage.queue)  # the only one that services know
        story = await stage.request(ONE)
        await story.until_asked("codes")
        message = of_codes(await stage.code(ONE))

        with pytest.raises(Refused, match="k2"):
            await updates.send(rotated, story.reference, message)
        await rotated.get_workflow_handle(story.handle.id).signal("codes", message)
        seen = await story.until(lambda seen: any("k2" in event.what for event in seen.events))
        assert (seen.step, [ask.kind for ask in seen.asks]) == ("codes", ["codes"])
        refused = await start(rotated, stage)
        with pytest.raises(WorkflowFailureError) as caught:
            await refused.result()
        assert isinstance(caught.value.cause, ApplicationError)
        assert (caught.value.cause.type, "k2" in caught.value.cause.message) == ("Refused", True)
        found = await doctor_keys.worker(rotated, SETTINGS.model_copy(update={"keys": SecretStr(f"{NEW},{OLD}")}))
        assert (found.level, "k2" in found.remedy) == ("fail", True)
        assert await shared_keys.is_unknown_to_workers(rotated)
        assert not await shared_keys.is_unknown_to_workers(here.face(OLD))

        await here.restart_worker(OLD, NEW)
        await updates.send(rotated, story.reference, message)
        await story.ends("active")
        again = await start(rotated, stage)
        await until(again.describe, lambda run: run.history_length > 10, 0.1)
        assert await failed_tasks(story.handle) == []
        assert await failed_tasks(again) == []


async def start(client: Client, stage: Stage) -> WorkflowHandle[Any, Progress]:
    """Start the same request, again when it was refused."""
    request = HostingRequest(
        reference=f"{stage.account}-2", messaging_profile_id=PROFILE, phone_numbers=[TWO], account=stage.account
    )
    handle = await client.start_workflow(
        names.WORKFLOW_TYPE, request, id=names.workflow_id(request.reference), task_queue=stage.queue
    )
    stage.begun.append(handle)
    return handle


async def test_a_command_without_the_key_of_the_worker_says_so_and_the_request_is_unhurt(
    live_server: WorkflowEnvironment,
) -> None:
    async with installed(live_server, NEW, OLD) as here:
        old, both = here.face(OLD), here.face(OLD, NEW)
        story = await here.stage.request(ONE)
        await until(lambda: progress.show(both, story.reference), lambda seen: seen.asks, 0.1)

        with pytest.raises(UndecryptablePayload, match="k2"):
            await progress.show(old, story.reference)
        with pytest.raises(UnreadableAnswer, match="k2"):
            await updates.send(old, story.reference, ResendCodes(by="rotating"), update_id="mine")
        answer = await updates.send(both, story.reference, ResendCodes(by="rotating"), update_id="mine")

        assert answer.accepted
        await updates.send(both, story.reference, of_codes(await here.stage.code(ONE)))
        await both.get_workflow_handle(story.handle.id).result()
        assert await failed_tasks(story.handle) == []


async def test_a_request_waits_for_a_key_that_was_removed_too_early(live_server: WorkflowEnvironment) -> None:
    async with installed(live_server, OLD) as here:
        story = await here.stage.request(ONE)
        await story.until_asked("codes")
        both = here.face(NEW, OLD)
        await here.restart_worker(NEW)
        await both.get_workflow_handle(story.handle.id).signal("codes", of_codes(await here.stage.code(ONE)))
        run = await story.handle.describe()
        failure = await until(
            lambda: task_failures.last_failure(both, story.handle.id, run.run_id), lambda found: found is not None, 0.1
        )

        assert failure is not None
        assert failure.key_id == "k1"
        assert await task_failures.key_of_start(both, story.handle.id, run.run_id) == "k1"
        await here.restart_worker(NEW, OLD)
        result: Progress = await both.get_workflow_handle(story.handle.id, result_type=Progress).result()
        assert result.outcome == "active"


async def test_a_result_under_a_key_of_no_one_is_taken_back_by_the_printed_command(
    live_server: WorkflowEnvironment,
) -> None:
    async with installed(live_server, OLD) as here:
        story = await here.stage.request(ONE)
        await story.until_asked("codes")
        await put_in_a_result(here.face(OLD), story.handle.id)
        run = await story.handle.describe()
        failure = await until(
            lambda: task_failures.last_failure(here.face(OLD), story.handle.id, run.run_id), bool, 0.1
        )
        assert failure is not None
        stuck = StuckWorkflow(
            workflow_id=story.handle.id,
            run_id=run.run_id,
            name=story.reference,
            cause="",
            failure=failure,
            start_key=await task_failures.key_of_start(here.face(OLD), story.handle.id, run.run_id),
        )
        [command] = re.findall(r"`([^`]*temporal workflow reset [^`]*)`", stuck_remedies.remedy([stuck]))
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        address = live_server.client.service_client.config.target_host
        done = await asyncio.create_subprocess_shell(f"{command} --address {address}", env=environment)

        assert (failure.key_id, await done.wait()) == ("k9", 0)
        renewed = here.face(OLD).get_workflow_handle(story.handle.id, result_type=Progress)
        await until(lambda: progress.show(here.face(OLD), story.reference), lambda seen: seen.asks, 0.1)
        await renewed.signal("codes", of_codes(await here.stage.code(ONE)))
        assert (await renewed.result()).outcome == "active"


async def put_in_a_result(client: Client, workflow_id: str) -> None:
    """Complete an activity of a request as someone does who only reaches the Temporal server."""
    payload = Payload(metadata={"encoding": b"binary/encrypted", "key": b"k9"}, data=bytes(40))

    async def complete() -> bool:
        described = await client.get_workflow_handle(workflow_id).describe()
        for one in described.raw_description.pending_activities:
            with suppress(RPCError):  # it is not started now
                await client.workflow_service.respond_activity_task_completed_by_id(
                    RespondActivityTaskCompletedByIdRequest(
                        namespace=client.namespace,
                        workflow_id=workflow_id,
                        activity_id=one.activity_id,
                        result=Payloads(payloads=[payload]),
                    )
                )
                return True
        return False

    await until(complete)
