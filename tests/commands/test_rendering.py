"""How a request looks on a terminal of 80 columns."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console, RenderableType

from commands import ask_commands, rendering
from domain.messages import AskView, Choice, Event, NumberProgress, Progress
from services.request_list import Row

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NUMBERS = [f"+1512555{i:04d}" for i in range(4)]


def _printed(content: RenderableType) -> str:
    out = io.StringIO()
    Console(file=out, width=80, highlight=False).print(content)
    return out.getvalue()


@pytest.fixture
def shown() -> Progress:
    return Progress(
        reference="order-2026-11-23.acme_long-reference",
        customer="acme",
        step="codes",
        round=1,
        order_ids=["0ccc7b54-4df3-4bca-a65a-3da1ecc777f0"],
        numbers=[
            NumberProgress(
                phone_number=NUMBERS[0], state="unverified", status="ownership_not_verified", because="Why. " * 30
            ),
            NumberProgress(phone_number=NUMBERS[1], state="left_out", status="not_eligible_toll_free", because="No."),
        ],
        asks=[
            AskView(id="ask-1", kind="codes", numbers=NUMBERS, guidance="Say it. " * 20, since=AT, deadline=AT),
            AskView(id="ask-2", kind="documents", since=AT),
        ],
        events=[Event(at=AT, what=f"Something happened, number {i}, " + "x" * 80, by="me") for i in range(20)],
        left_behind=["Order 0ccc7b54-4df3-4bca-a65a-3da1ecc777f0 was left at Telnyx: delete it in the portal by hand."],
    )


def test_a_whole_request_fits_into_80_columns(shown: Progress) -> None:
    text = _printed(rendering.progress(shown))

    assert max(len(line) for line in text.splitlines()) <= 80
    for word in ("order-2026-11-23.acme_long-reference", "running", "codes", *NUMBERS[:2], "left_out", "Left behind"):
        assert word in text


def test_what_is_awaited_stands_above_the_numbers_and_these_above_the_events(shown: Progress) -> None:
    text = _printed(rendering.progress(shown))

    assert text.index("Awaited: ownership codes") < text.index("Telnyx says") < text.index("Last events")
    assert text.count("Something happened") == 8
    assert "number 19" in text


def test_a_request_that_waits_for_nobody_says_so(shown: Progress) -> None:
    assert "Nothing is awaited from a person." in _printed(rendering.progress(shown.model_copy(update={"asks": []})))


def test_a_partial_answer_says_so(shown: Progress) -> None:
    assert "No worker answered" in _printed(rendering.progress(shown.model_copy(update={"partial": True})))


def test_words_that_look_like_markup_are_printed_as_they_are(shown: Progress) -> None:
    odd = shown.model_copy(update={"events": [Event(at=AT, what="he said [bold]no[/] [/closing]")]})

    assert "[bold]no[/] [/closing]" in _printed(rendering.progress(odd))


@pytest.mark.parametrize(
    ("ask", "commands"),
    [
        (AskView(id="a", kind="codes", numbers=NUMBERS[:1]), [f"hosted-sms codes r {NUMBERS[0]}=CODE"]),
        (AskView(id="a", kind="documents"), ["hosted-sms documents r --loa LOA.pdf --bill BILL.pdf"]),
        *(
            (
                AskView(id="a", kind=kind, numbers=NUMBERS[:1]),
                [f"hosted-sms retry r {NUMBERS[0]}", f"hosted-sms give-up r {NUMBERS[0]}"],
            )
            for kind in ("carrier", "support")
        ),
        (
            AskView(id="a", kind="choice", choices=[Choice(choice="adopt", sentence="Take it.", order_id="o-1")]),
            ["# Take it.", "hosted-sms answer r a adopt --order o-1"],
        ),
        (
            AskView(id="a", kind="something_new", choices=[Choice(choice="wait", sentence="")]),
            ["# wait", "hosted-sms answer r a wait"],
        ),
    ],
)
def test_each_kind_of_ask_names_the_command_that_answers_it(ask: AskView, commands: list[str]) -> None:
    assert ask_commands.commands("r", ask) == commands


def test_a_long_command_can_still_be_copied() -> None:
    ask = AskView(id="a", kind="codes", numbers=[f"+1512555{i:04d}" for i in range(50)])

    [command] = ask_commands.commands("r", ask)

    assert command.splitlines()[0] == "hosted-sms codes r \\"
    assert command.endswith("…")
    assert len(command.splitlines()) == 12


def test_a_list_is_compact_and_an_empty_one_a_sentence() -> None:
    row = Row(
        reference="r-1",
        account="default",
        customer="acme",
        outcome="running",
        step="codes",
        needs=["codes"],
        deadline=AT,
    )

    text = _printed(rendering.rows([row] * 3))

    assert len(text.splitlines()) == 4
    assert "23 Nov" in text
    assert _printed(rendering.rows([])) == "No request fits.\n"
