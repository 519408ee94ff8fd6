"""Codes from a CSV: each goes to the running request that has its number, and no cell is repeated in an error."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from temporalio.client import Client

from runtime.fingerprints import Fingerprints
from services import codes_file, number_owners, submit_codes_file
from services.errors import BadFile
from tests.commands.conftest import Command
from tests.services.fixtures import Begin, a_number

Running = Callable[..., Awaitable[str]]
CODE = "86420"


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["phone_number,code", *rows]))
    return path


@pytest.fixture
def running(begin: Begin, client: Client, reference: str) -> Running:
    """Starts a request with these numbers, named by a letter."""

    async def start(letter: str, *numbers: str, **fields: str) -> str:
        name = f"{reference}-{letter}"
        await begin(client, reference=name, phone_numbers=list(numbers), **fields)
        return name

    return start


async def updates_in(client: Client, reference: str) -> list[str]:
    history = client.get_workflow_handle(f"hosting-{reference}").fetch_history_events()
    accepted = [
        event async for event in history if event.HasField("workflow_execution_update_accepted_event_attributes")
    ]
    return [event.workflow_execution_update_accepted_event_attributes.protocol_instance_id for event in accepted]


async def test_each_row_has_an_answer_of_its_own(hosted_sms: Command, running: Running, tmp_path: Path) -> None:
    one, two, three, shared, nowhere = (a_number() for _ in range(5))
    first, second = await running("a", one, two, shared), await running("b", three, shared)
    file = write(
        tmp_path / "codes.csv",
        f"{one},{CODE}", f"{two[2:]},000", f"{three},{CODE}", f"{shared},{CODE}", f"{nowhere},{CODE}",
        f"{CODE},{one}", f"{one},{CODE}", f"{a_number()},{CODE}x",
    )  # fmt: skip

    data = await hosted_sms("codes", "--file", file, "--json")
    assert (data.code, [(row["row"], row["reference"], row["result"]) for row in data.json]) == (
        1,
        [
            (2, first, "verified"),
            (3, first, "rejected"),
            (4, second, "verified"),
            (5, "", "several_requests"),
            (6, "", "no_request"),
            (7, "", "malformed"),
            (8, "", "malformed"),
            (9, "", "malformed"),
        ],
    )
    assert (data.json[0]["phone_number"], data.json[4]["phone_number"]) == (one, f"…{nowhere[-4:]}")
    text = await hosted_sms("codes", "--file", file)
    assert all(len(line) <= 80 for line in text.out.splitlines())
    for written in (data.out, data.err, text.out, text.err):
        assert CODE not in written
    assert "error" in json.loads(data.err)


async def test_the_same_file_again_is_the_same_updates_unless_it_has_another_id(
    hosted_sms: Command, running: Running, client: Client, fingerprints: Fingerprints, tmp_path: Path
) -> None:
    one, two = a_number(), a_number()
    reference = await running("a", one, two)
    file = write(tmp_path / "codes.csv", f"{one},{CODE}", f"{two},{CODE}")
    again = write(tmp_path / "again.csv", f"{two},{CODE}", f"{one},{CODE}")
    for words in (["--file", file], ["--file", again], ["--file", file, "--id", "x"], ["--file", file, "--id", "x"]):
        assert (await hosted_sms("codes", *words)).code == 0

    rows = codes_file.read(file.read_bytes(), "codes.csv").rows
    ids = [submit_codes_file.update_id(fingerprints, reference, rows, intention) for intention in ("", "x")]
    assert await updates_in(client, reference) == ids
    assert ids[0] != submit_codes_file.update_id(Fingerprints(b"g" * 32), reference, rows, "")


async def test_without_an_answer_the_same_command_is_to_be_repeated(
    without_worker: Command, begin: Begin, silent: Client, tmp_path: Path
) -> None:
    numbers = [a_number(), a_number()]
    await begin(silent, phone_numbers=numbers)
    file = write(tmp_path / "codes.csv", *(f"{number},{CODE}" for number in numbers))
    ended = await without_worker("codes", "--file", file, "--within", "1", "--json")

    assert (ended.code, [row["result"] for row in ended.json]) == (3, ["no_answer", "no_answer"])
    assert ended.json[0]["sentence"].endswith("repeat the same command.")
    assert "--id" not in ended.json[0]["sentence"]
    text = await without_worker("codes", "--file", file, "--within", "1")
    assert text.err.startswith("rows 2, 3, "), "once for both"
    assert text.err.count("repeat the same command") == 1


async def test_a_file_of_codes_stands_alone(hosted_sms: Command, tmp_path: Path) -> None:
    file = write(tmp_path / "codes.csv", f"{a_number()},{CODE}")
    assert (await hosted_sms("codes", "r-1", "--file", file)).code == 1
    assert (await hosted_sms("codes", "--file", file, "--from-file", file)).code == 1
    assert (await hosted_sms("codes")).code == 2
    assert (await hosted_sms("codes", "--file", tmp_path / "missing.csv")).code == 1


@pytest.mark.parametrize(
    "text", [f"+15122000000,{CODE}\n", f"phone_number,{CODE}\n", f'phone_number,code\n+15122000000,"{CODE}\n', ""]
)
def test_no_sentence_repeats_a_code(text: str) -> None:
    with pytest.raises(BadFile) as refused:
        codes_file.read(text.encode(), "codes.csv")
    assert CODE not in str(refused.value)
    rows = codes_file.read(f"phone_number,code\n+15122000000,{CODE}".encode(), "codes.csv").rows
    assert CODE not in repr(rows)


async def test_owners_are_found_in_batches_and_confirmed(
    running: Running, client: Client, fingerprints: Fingerprints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(number_owners, "_NUMBERS_AT_ONCE", 2)
    numbers = [a_number() for _ in range(5)]
    references = [await running("a", *numbers[:3]), await running("b", *numbers[3:])]

    found = await number_owners.find(client, fingerprints, [*numbers, a_number()])
    assert {number: [owner.reference for owner in owners] for number, owners in found.of.items()} == {
        number: [references[place > 2]] for place, number in enumerate(numbers)
    }
