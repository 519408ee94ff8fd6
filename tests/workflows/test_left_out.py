"""What was left out once stays left out, and what was taken stays taken, when keys and settings change."""

import dataclasses
from typing import Any

from temporalio.client import Client

from domain.messages import AccountResumed, Code, SubmitCodes
from runtime.connection import data_converter
from runtime.settings import Settings
from tests.workflows import attackers
from tests.workflows.attackers import keys_of, raw, sealed, with_keys, without_keys
from tests.workflows.failed_tasks import failed_tasks
from tests.workflows.stage import SETTINGS, Stage
from tests.workflows.test_sealed_messages import refused
from tests.workflows.waiting import until

ONE, TWO = "+15125550371", "+15125550372"


async def restart(stage: Stage, **settings: Any) -> None:
    """Other workers take over, with other settings."""
    await stage.workers.stop()
    parts, chosen = stage.workers.parts, SETTINGS.model_copy(update=settings)
    config = parts.client.config()
    if "keys" in settings:
        config["data_converter"] = data_converter(Settings(**settings), parts.client.namespace)
    stage.workers.parts = dataclasses.replace(parts, client=Client(**config), settings=chosen)
    await stage.workers.start()


async def test_a_signal_under_an_unknown_key_stays_left_out_when_the_key_comes(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    codes = SubmitCodes(codes=[Code(phone_number=ONE, code=await stage.code(ONE))], by="early")
    early = await sealed(with_keys(stage.client, keys_of("k9")), codes, story.handle.id)
    stranger = without_keys(stage.client).get_workflow_handle(story.handle.id)
    await stranger.signal("codes", args=raw(early))
    await until(story.look, lambda _: refused(stage, "signal", story.handle.id))
    await restart(stage, keys=keys_of("test", "k9"))
    before = await story.look()
    assert "under the unknown key k9 was left out" in before.events[-1].what
    assert {number.state for number in before.numbers} == {"unverified"}
    await stranger.signal("codes", args=raw(early))  # the same, once more, now under a known key
    await story.until(lambda progress: "verified" in [number.state for number in progress.numbers])
    await story.codes(TWO)
    await story.ends("active")
    assert await failed_tasks(story.handle) == []


async def test_a_plain_signal_that_was_taken_stays_taken_when_the_setting_is_gone(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    stranger = without_keys(stage.client).get_workflow_handle(story.handle.id)
    code = {"codes": [{"phone_number": ONE, "code": await stage.code(ONE)}], "by": "script"}
    await stranger.signal("codes", code)
    await story.until(lambda progress: "verified" in [number.state for number in progress.numbers])
    await restart(stage, plain_messages="none")
    assert "verified" in [number.state for number in (await story.look()).numbers]
    await stranger.signal("codes", code)
    await until(story.look, lambda _: refused(stage, "signal", story.handle.id) == ["plain"])
    await story.codes(TWO)
    await story.ends("active")
    assert await failed_tasks(story.handle) == []


async def test_a_flood_of_what_cannot_be_opened_stops_nothing(stage: Stage) -> None:
    """The server of these tests suggests a new run after 200 events."""
    story = await stage.request(ONE)
    await story.until_asked("codes")
    first_run = (await story.handle.describe()).run_id
    stranger = without_keys(stage.client).get_workflow_handle(story.handle.id)
    for _ in range(120):
        await stranger.signal("codes", args=raw(attackers.ODD["random bytes without a key"]))
    await until(story.handle.describe, lambda described: described.run_id != first_run)
    await restart(stage)
    await story.completes(ONE)


async def test_a_run_waits_for_the_key_under_which_it_began(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await restart(stage, keys=keys_of("k2"))
    await story.handle.signal("account_resumed", AccountResumed(account=stage.account, by="test"))
    await until(story.handle.fetch_history, _task_failed)
    await restart(stage, keys=keys_of("test", "k2"))
    await story.completes(ONE)


def _task_failed(history: Any) -> bool:
    return any(event.HasField("workflow_task_failed_event_attributes") for event in history.events)


async def test_a_worker_without_keys_leaves_out_what_is_encrypted(stage: Stage) -> None:
    encrypted = await sealed(stage.client, SubmitCodes(codes=[], by="keys"), "any")
    await restart(stage, keys=None, plaintext=True)
    stage.client = stage.workers.parts.client
    story = await stage.request(ONE)
    await story.until_asked("codes")
    for payload in (*attackers.ODD.values(), encrypted):
        for signal in ("codes", "made-up"):
            await without_keys(stage.client).get_workflow_handle(story.handle.id).signal(signal, args=raw(payload))
    await story.completes(ONE)
    assert "under the unknown key test was left out" in " ".join(event.what for event in (await story.look()).events)
    assert await failed_tasks(story.handle) == []
