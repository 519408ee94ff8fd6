"""How a request looks on a terminal of 80 columns."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console, RenderableType

from commands import answers, ask_commands, printer, rendering
from domain.messages import Answer, AskView, Choice, Event, NumberProgress, Progress
from runtime import terminals
from services.request_list import Row

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NUMBERS = [f"+1512555{i:04d}" for i in range(50)]


def _printed(content: RenderableType) -> str:
    out = io.StringIO()
    Console(file=out, width=80, highlight=False).print(content)
    return out.getvalue()


@pytest.fixture
def shown() -> Progress:
    order_id = "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0"
    status = "ownership_not_verified"
    return Progress(
        reference="order-2026-11-23.acme_long-reference",
        customer="acme",
        step="codes",
        round=1,
        order_ids=["9f1c0c9e-0b1e-4f6b-8a51-0d5a6a1b2c3d", order_id],
        numbers=[
            NumberProgress(phone_number=NUMBERS[0], state="unverified", status=status, because="Why. " * 30),
            NumberProgress(phone_number=NUMBERS[1], state="left_out", status="not_eligible_toll_free", because="No."),
        ],
        asks=[
            AskView(id="ask-1", kind="codes", numbers=NUMBERS[:4], guidance="Say it. " * 20, since=AT, deadline=AT),
            AskView(id="ask-2", kind="documents", since=AT),
        ],
        events=[Event(at=AT, what=f"Something happened, number {i}, " + "x" * 80, by="me") for i in range(20)],
        left_behind=[f"Order {order_id} was left at Telnyx: delete it in the portal by hand."],
    )


def test_a_whole_request_fits_into_80_columns_and_its_times_name_their_zone(shown: Progress) -> None:
    text = _printed(rendering.progress(shown))

    assert max(len(line) for line in text.splitlines()) <= 80
    for word in (shown.reference, "running", "“codes”", *NUMBERS[:2], "left_out", *shown.order_ids):
        assert word in text
    assert "since 2026-11-23 12:00 UTC until 2026-11-23 12:00 UTC" in text


@pytest.mark.parametrize("width", [80, 72, 60])
def test_no_line_breaks_a_number_an_id_or_a_command(shown: Progress, width: int) -> None:
    order_id, command = shown.order_ids[0], "`hosted-sms account resume acme`"
    sentence = f"Another request holds {NUMBERS[2]}, in the order {order_id}. Then type {command} and wait."
    status = "number_can_not_hosted_with_a_telnyx_subscriber"
    numbers = [
        NumberProgress(phone_number=number, state="in_review", status=status, because=f"{number} fails.")
        for number in NUMBERS[:3]
    ]
    ask = AskView(id="a", kind="choice", guidance=sentence)
    events = [Event(at=AT, what="x" * shift + " " + sentence) for shift in range(8)]
    odd = shown.model_copy(update={"numbers": numbers, "asks": [ask], "events": events, "left_behind": [sentence]})
    out = io.StringIO()
    Console(file=out, width=width).print(rendering.progress(odd))

    text = out.getvalue()
    assert max(map(len, text.splitlines())) <= width
    times = 8 + 2  # the events, the ask, what is left behind
    assert [text.count(whole) for whole in (NUMBERS[2], command)] == [times + 2, times]
    assert text.count(order_id) == times + 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "cp1252", "utf-8"])
def test_every_terminal_shows_a_request_as_far_as_it_can(shown: Progress, encoding: str) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    terminals.accept_any_text(out)
    Console(file=out, width=80, highlight=False, force_terminal=True).print(rendering.progress(shown))
    Console(file=out, width=80).print("Müller’s “LOA” — 1 … 2 → 漢 \udcff")
    out.flush()

    text = out.buffer.getvalue().decode(encoding)
    assert shown.reference in text
    assert "ller" in text
    assert (encoding == "utf-8") == ("漢" in text)
    if encoding == "ascii":
        assert 'Muller\'s "LOA" - 1 ... 2 -> ? ?' in text


def test_a_status_stands_once_in_the_row_of_a_number(shown: Progress) -> None:
    status = "number_can_not_be_wireless"
    number = NumberProgress(phone_number=NUMBERS[0], state="left_out", status=status, because=f"It is ({status}). No.")
    text = _printed(rendering.progress(shown.model_copy(update={"numbers": [number]})))

    assert text.count(status) == 1
    assert "It is. No." in text


def test_asks_stand_above_the_numbers_and_these_above_the_last_events(shown: Progress) -> None:
    text = _printed(rendering.progress(shown))

    assert text.index("hosted-sms codes") < text.index("Telnyx says") < text.index("Something happened")
    assert text.count("Something happened") == 8
    assert "number 19" in text


def test_a_request_without_asks_and_a_partial_answer_say_so(shown: Progress) -> None:
    idle = shown.model_copy(update={"asks": []})

    assert "nothing from a person" in _printed(rendering.progress(idle))
    assert "No worker answered" in _printed(rendering.progress(shown.model_copy(update={"partial": True})))


def test_text_that_looks_like_markup_is_printed_as_it_is(shown: Progress) -> None:
    odd = shown.model_copy(update={"events": [Event(at=AT, what="he said [bold]no[/] [/closing]")]})

    assert "[bold]no[/] [/closing]" in _printed(rendering.progress(odd))


def _choosing(kind: str, **choice: str) -> AskView:
    return AskView(id="a", kind=kind, choices=[Choice.model_validate({"sentence": "", **choice})])


@pytest.mark.parametrize(
    ("ask", "commands"),
    [
        (AskView(id="a", kind="codes", numbers=NUMBERS[:1]), [f"hosted-sms codes r {NUMBERS[0]}=CODE"]),
        (AskView(id="a", kind="documents"), ["hosted-sms documents r --loa LOA.pdf --bill BILL.pdf"]),
        (AskView(id="a", kind="account"), ["hosted-sms account resume acme"]),
        (AskView(id="a", kind="transfer"), []),
        *(
            (
                AskView(id="a", kind=kind, numbers=NUMBERS[:1]),
                [f"hosted-sms retry r {NUMBERS[0]}", f"hosted-sms give-up r {NUMBERS[0]}"],
            )
            for kind in ("carrier", "support")
        ),
        (
            _choosing("choice", choice="adopt", sentence="Take it.", order_id="o-1"),
            ["# Take it.", "hosted-sms answer r a adopt --order o-1"],
        ),
        (_choosing("something_new", choice="wait"), ["# wait", "hosted-sms answer r a wait"]),
    ],
)
def test_each_kind_of_ask_names_the_commands_that_answer_it(ask: AskView, commands: list[str]) -> None:
    assert ask_commands.commands("r", "acme", ask) == commands


def test_a_long_command_can_still_be_copied() -> None:
    [command] = ask_commands.commands("r", "acme", AskView(id="a", kind="codes", numbers=NUMBERS))

    assert command.splitlines()[0] == "hosted-sms codes r \\"
    assert command.endswith("…")
    assert len(command.splitlines()) == 12


def test_a_list_has_one_line_for_each_request_and_an_empty_one_is_a_sentence() -> None:
    row = Row(
        reference="r-1", account="default", customer="c", outcome="running", step="codes", needs=["codes"], deadline=AT
    )

    text = _printed(rendering.rows([row] * 3))

    assert len(text.splitlines()) == 4
    assert "Until (UTC)" in text
    assert "2026-11-23" in text
    assert _printed(rendering.rows([])) == "No request fits.\n"


def test_a_paragraph_is_wrapped_but_a_command_in_it_is_not() -> None:
    lines = printer.wrapped("Fix it, then run `hosted-sms show r-1` and wait for it.", 1, 2, 25).splitlines()

    assert lines == [" Fix it, then run", "   `hosted-sms show r-1`", "   and wait for it."]


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_sentence_in_a_terminal_breaks_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out, err = Terminal(), Terminal()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    for shift in range(60, 80):
        sentence = f"{'x' * shift} {NUMBERS[0]} is refused."
        printer.fail(f"{sentence}\n{sentence}", as_json=False)
        printer.warn([sentence])
        answers.show(Answer(accepted=True, sentence=sentence), as_json=False)

    for text, times in ((out.getvalue(), 20), (err.getvalue(), 60)):
        assert text.count(NUMBERS[0]) == times
        assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("typed", "ends"), [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_only_a_person_at_a_terminal_is_asked_and_has_to_say_yes(
    typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, ends: bool
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert printer.confirm("Stop it?")
    assert capsys.readouterr().err == ""

    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert printer.confirm("Stop it?") is ends
    assert "Stop it?" in capsys.readouterr().err
