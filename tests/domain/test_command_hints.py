"""The commands that people are shown: ready to be typed."""

import shlex

import pytest

from domain import command_hints
from domain.vocabulary import AskKind


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (1, "+1=CODE"),
        (3, "+1=CODE +2=CODE +3=CODE"),
        (4, "+1=CODE +2=CODE +3=CODE …"),
        (9, "+1=CODE +2=CODE +3=CODE …"),
    ],
)
def test_a_command_names_three_numbers_and_says_that_there_are_more(count: int, shown: str) -> None:
    numbers = [f"+{place}" for place in range(1, count + 1)]
    assert command_hints.answering("acme-1", "codes-1", AskKind.CODES, numbers) == [f"hosted-sms codes acme-1 {shown}"]


@pytest.mark.parametrize(
    ("kind", "choices", "command"),
    [
        (AskKind.CODES, False, "hosted-sms codes acme-1 NUMBER=CODE"),
        (AskKind.DOCUMENTS, False, "hosted-sms documents acme-1 --loa LOA.pdf --bill BILL.pdf"),
        (AskKind.CARRIER, False, "hosted-sms retry acme-1 NUMBER"),
        (AskKind.SUPPORT, False, "hosted-sms retry acme-1 NUMBER"),
        # Every ask that offers choices is answered by one of them.
        (AskKind.SUPPORT, True, "hosted-sms answer acme-1 ask-2 CHOICE"),
        (AskKind.CHOICE, True, "hosted-sms answer acme-1 ask-2 CHOICE"),
    ],
)
def test_each_kind_of_ask_has_the_command_that_answers_it(kind: AskKind, choices: bool, command: str) -> None:  # noqa: FBT001 - a column of the table
    assert command_hints.answering("acme-1", "ask-2", kind, choices=choices)[0] == command


@pytest.mark.parametrize("kind", [AskKind.CHOICE, AskKind.TRANSFER, "of_a_later_version"])
def test_a_question_without_a_command_of_its_own_is_answered_by_a_choice(kind: str) -> None:
    assert command_hints.answering("acme-1", "ask-1", kind) == ["hosted-sms answer acme-1 ask-1 CHOICE"]


HOSTILE = "a b; $(rm -rf ~) 'c' `d`\n\x1b[2J"


def test_a_command_has_the_same_words_for_a_shell_whatever_stands_in_it() -> None:
    shown = " ".join(HOSTILE.replace("\x1b", "\N{REPLACEMENT CHARACTER}").split())
    assert shlex.split(command_hints.show(HOSTILE)) == ["hosted-sms", "show", shown]
    assert shlex.split(command_hints.resume(HOSTILE)) == ["hosted-sms", "account", "resume", shown]
    chosen = command_hints.choose(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    assert shlex.split(chosen) == ["hosted-sms", "answer", shown, shown, shown, "--order", shown]
    for kind in AskKind:
        for command in command_hints.answering(HOSTILE, HOSTILE, kind, account=HOSTILE, choices=kind is AskKind.CHOICE):
            assert shown in shlex.split(command)
            assert not set(shlex.split(command)) & {"rm", ";", "-rf"}


def test_a_reference_that_looks_like_an_option_stands_behind_the_end_of_options() -> None:
    assert command_hints.show("-x") == "hosted-sms show -- -x"
    assert command_hints.choose("-x", "a-1", "again", "o-1") == "hosted-sms answer --order o-1 -- -x a-1 again"
    documents = "hosted-sms documents --loa LOA.pdf --bill BILL.pdf -- -x"
    assert command_hints.answering("-x", "a-1", AskKind.DOCUMENTS) == [documents]


def test_an_account_and_a_request_have_their_commands() -> None:
    assert command_hints.resume("acme") == "hosted-sms account resume acme"
    assert command_hints.show("acme-1") == "hosted-sms show acme-1"
