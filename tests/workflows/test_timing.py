"""Numbers that depend on each other: a change of one that breaks another fails here."""

from datetime import timedelta

import pytest

from activities.call_places import UPLOADS_AT_ONCE, WATCHES_AT_ONCE
from activities.eligibility import CHECKED_AGAIN_FOR
from activities.ordering.place import MOST_ON_THE_WAY
from domain import delays, freshness, heartbeats, names, priorities
from domain.asks import RULES
from runtime.settings import Settings
from telnyx_api.transport import MAX_CONNECTIONS
from workflows import activity_options
from workflows.activity_options import ActivityOptions

OPTIONS = {name: one for name, one in vars(activity_options).items() if isinstance(one, ActivityOptions)}
DEFAULTS = Settings.model_fields


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def default(setting: str) -> float:
    return float(DEFAULTS[setting].default)


def test_a_sender_is_told_in_time_that_a_message_is_kept() -> None:
    assert delays.ANSWER_WITHIN < delays.ANSWER_PROMISED
    for prompt in (activity_options.PROMPT, activity_options.STORE):
        assert prompt.schedule_to_close is not None
        assert prompt.schedule_to_close <= seconds(delays.ANSWER_WITHIN)


def test_a_command_outlasts_the_death_of_a_worker() -> None:
    assert 2 * delays.STICKY_TIMEOUT < delays.COMMAND_WAITS < delays.ANSWER_PROMISED
    assert delays.WORKER_WITHIN < delays.STICKY_TIMEOUT, "show says what the server knows instead"


def test_a_face_is_answered_before_it_gives_up_or_says_that_it_does_not_know() -> None:
    assert activity_options.FACE.schedule_to_close is not None
    assert activity_options.FACE.start_to_close >= seconds(delays.COMMAND_WAITS)


@pytest.mark.parametrize("name", OPTIONS)
def test_an_attempt_fits_into_all_attempts_and_a_heartbeat_into_an_attempt(name: str) -> None:
    options = OPTIONS[name]
    assert options.schedule_to_close is None or options.start_to_close <= options.schedule_to_close
    assert options.heartbeat is None or options.heartbeat <= options.start_to_close
    assert options.growth > 1
    assert seconds(delays.FIRST_RETRY) <= options.longest_pause


def test_only_a_dead_or_frozen_worker_misses_a_heartbeat() -> None:
    assert 3 * heartbeats.INTERVAL < heartbeats.TIMEOUT


def test_what_must_not_be_cut_short_waits_for_its_activity_to_end() -> None:
    wait = activity_options.CREATE.cancellation
    assert wait.name == "WAIT_CANCELLATION_COMPLETED"
    assert {OPTIONS[name].cancellation for name in ("PROMPT", "PERSISTENT", "UPLOAD", "DELETE")} == {wait}


def test_a_stopped_account_is_asked_rarely_and_a_trial_outlasts_every_call_that_may_be_refused() -> None:
    assert activity_options.PROBE.longest_pause <= seconds(delays.FIRST_PROBE) < seconds(delays.LONGEST_PROBE)
    assert delays.LONGEST_PROBE < delays.LONGEST_AFTER_TRIALS
    checks = CHECKED_AGAIN_FOR + seconds(delays.FIRST_RECHECK)
    assert checks + seconds(delays.ANSWER_WITHIN) < seconds(delays.TRIAL_LASTS)
    assert seconds(delays.LONGEST_PROBE) <= freshness.RELAPSE_WITHIN


def test_polls_wait_for_everything_else() -> None:
    assert priorities.POLL > priorities.DEFAULT


def test_orders_uploads_and_looks_leave_connections_to_the_codes_of_their_account() -> None:
    lister = 1
    assert MOST_ON_THE_WAY + UPLOADS_AT_ONCE + WATCHES_AT_ONCE + lister < MAX_CONNECTIONS


def test_a_person_is_answered_although_an_upload_waits_for_others() -> None:
    assert seconds(delays.CALL_PLACE_WITHIN) < activity_options.ANSWER_WITHIN


def test_a_try_within_a_workflow_task_ends_before_the_sdk_prolongs_the_task() -> None:
    task = timedelta(seconds=10)
    assert activity_options.LOCAL_TRY["schedule_to_close_timeout"] < 0.8 * task, "the SDK's part of the task's limit"
    assert seconds(delays.LOCAL_TRY) < seconds(default("telnyx_timeout"))


def test_a_fairness_key_fits_and_tells_long_customers_apart() -> None:
    assert priorities.fairness_key("acme") == "acme"
    assert priorities.fairness_key("acme", "c-1") == "acme/c-1"
    long = [priorities.fairness_key("acme", "\u00e9" * 40 + end) for end in ("1", "2")]
    assert len(set(long)) == 2
    assert all(len(key.encode()) <= 64 and key.startswith("acme/\u00e9") for key in long)


def test_a_lost_poll_is_repeated_sooner_than_the_first_regular_one() -> None:
    assert activity_options.WATCH.longest_pause < seconds(delays.FIRST_POLL) < seconds(default("poll_interval"))


def test_a_hint_never_comes_too_soon_for_the_request() -> None:
    assert delays.HINTS_EVERY < delays.HINT_PAUSE


def test_a_webhook_is_answered_before_telnyx_gives_up() -> None:
    assert delays.WEBHOOK_RESPONSE < 2, "docs/telnyx.md §6"


def test_a_claim_is_recent_for_as_long_as_an_attempt_to_order_may_still_send() -> None:
    attempt = activity_options.CREATE.start_to_close + seconds(delays.CLAIM_WITHIN)
    assert attempt + 2 * seconds(default("create_quarantine")) < freshness.CLAIM_IS_RECENT_FOR


def test_the_quarantine_is_longer_than_telnyx_may_take_to_answer() -> None:
    assert default("telnyx_timeout") < default("create_quarantine")


def test_an_outage_that_goes_on_is_reported_again_before_it_counts_as_over() -> None:
    assert 2 * seconds(delays.OUTAGE_REPORTED_EVERY) < freshness.OUTAGE_LASTS


def test_a_check_and_an_loa_outlast_what_they_are_needed_for() -> None:
    assert activity_options.CREATE.start_to_close < freshness.CHECK_GOOD_FOR
    days = [rule.days for rule in RULES.values() if rule.days is not None]
    assert timedelta(days=min(days)) >= freshness.LOA_GOOD_FOR


def test_our_longest_back_off_is_shorter_than_what_telnyx_may_ask_for() -> None:
    assert delays.FIRST_RETRY < delays.LONGEST_RETRY < delays.LONGEST_TELNYX_DELAY


def test_the_queues_of_a_worker_belong_together() -> None:
    assert names.telnyx_queue(names.LOCAL_QUEUE) == names.TELNYX_QUEUE
    assert names.looks_queue(names.LOCAL_QUEUE) == names.LOOKS_QUEUE
