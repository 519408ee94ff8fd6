"""The commands of an account that may lose numbers, and how they end."""

import io
import json

import pytest

from tests.commands.conftest import Command

TOKEN = "tok-secret"


@pytest.mark.parametrize("decision", ["approve", "reject"])
async def test_the_answer_is_given_with_the_account_and_told(hosted_sms: Command, decision: str) -> None:
    ended = await hosted_sms("transfer", decision, "o-1", "--token", TOKEN, "--account", "acme")
    assert (ended.code, ended.out) == (0, f"acme said {decision} with a token of 10 letters.\n"), ended.err
    as_json = await hosted_sms("transfer", decision, "o-1", "--token", TOKEN, "--json")
    sentence = f"default said {decision} with a token of 10 letters."
    assert (as_json.code, as_json.json) == (0, {"outcome": "done", "sentence": sentence})


@pytest.mark.parametrize(("order_id", "code"), [("refused", 1), ("not_now", 3), ("unknown", 3)])
async def test_how_it_ended_is_the_exit_code(hosted_sms: Command, order_id: str, code: int) -> None:
    ended = await hosted_sms("transfer", "reject", order_id, "--token", TOKEN, "--json")
    assert (ended.code, ended.out) == (code, "")
    assert "said reject" in json.loads(ended.err)["error"]
    assert TOKEN not in ended.err


async def test_the_token_may_come_from_stdin_so_that_no_process_list_shows_it(
    hosted_sms: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{TOKEN}\n"))
    ended = await hosted_sms("transfer", "approve", "o-1", "--token", "-")
    assert (ended.code, ended.out) == (0, "default said approve with a token of 10 letters.\n"), ended.err


async def test_without_a_token_it_is_wrong_usage(hosted_sms: Command) -> None:
    assert (await hosted_sms("transfer", "approve", "o-1")).code == 2
