"""A person chooses what becomes of the bad rows of an import: a dry run, a file to correct, or the good rows alone."""

import csv
import stat
from pathlib import Path

import pytest
from temporalio.client import Client

from services import server_state
from tests.commands.conftest import Command, PdfFile
from tests.services.fixtures import a_number

BY_NUMBER = "phone_number,messaging_profile_id,customer"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "numbers.csv"


def write(path: Path, text: str) -> None:
    path.write_text(text)


def read(path: Path) -> str:
    return path.read_text()


def rows_in(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


async def count_numbers(hosted_sms: Command, number: str) -> int:
    return len((await hosted_sms("list", "--number", number, "--json")).json)


async def test_a_dry_run_says_what_would_happen_and_starts_nothing(hosted_sms: Command, file: Path) -> None:
    numbers = [a_number() for _ in range(3)]
    rest = [f"{number},p-1,c-{place // 2}" for place, number in enumerate(numbers)]
    write(file, "\n".join([BY_NUMBER, *rest]))

    text, data = await hosted_sms("import", file, "--dry-run"), await hosted_sms("import", file, "--dry-run", "--json")

    assert (text.code, data.code, text.err) == (0, 0, "")
    assert {name: data.json[name] for name in ("requests", "numbers", "already", "held", "bad_rows")} == {
        "requests": 2, "numbers": 3, "already": 0, "held": 0, "bad_rows": [],
    }  # fmt: skip
    shares = [
        (share["account"], share["customer"], share["requests"], share["numbers"]) for share in data.json["shares"]
    ]
    assert shares == [("default", "c-0", 1, 2), ("default", "c-1", 1, 1)]
    assert all(len(line) <= 80 for line in text.out.splitlines()[1:])
    assert await count_numbers(hosted_sms, numbers[0]) == 0


async def test_bad_rows_start_nothing_unless_the_good_ones_are_asked_for(hosted_sms: Command, file: Path) -> None:
    good = a_number()
    write(file, f"{BY_NUMBER}\n{good},p-1,c\noffice,p-1,c\n{a_number()},unknown,c\n")

    dry = await hosted_sms("import", file, "--dry-run", "--json")
    whole = await hosted_sms("import", file)
    assert (dry.code, [row["row"] for row in dry.json["bad_rows"]]) == (1, [3, 4])
    assert (whole.code, await count_numbers(hosted_sms, good)) == (1, 0)

    some = await hosted_sms("import", file, "--good-rows")
    assert (some.code, some.out) == (1, "1 started, 0 existed already, 0 failed.\n")
    places = [line.split(":")[0] for line in some.err.splitlines() if line.startswith("row ")]
    assert places == ["row 3, column phone_number", "row 4, column messaging_profile_id"]
    assert await count_numbers(hosted_sms, good) == 1


async def test_a_corrected_file_of_bad_rows_starts_what_was_missing(
    hosted_sms: Command, file: Path, tmp_path: Path
) -> None:
    """Importing the whole corrected file then finds all of it, whatever the requests of its numbers are."""
    good, bad = a_number(), a_number()
    write(file, f"{BY_NUMBER}\n{good},p-1,c\n{bad[:-1]},p-1,c\n")
    errors = tmp_path / "errors.csv"
    assert (await hosted_sms("import", file, "--good-rows", "--errors", errors)).code == 1

    [row] = rows_in(errors)
    assert (row["phone_number"], row["customer"], "phone_number: " in row["error"]) == (bad[:-1], "c", True)
    assert stat.S_IMODE(errors.stat().st_mode) == 0o600
    write(errors, read(errors).replace(f"{bad[:-1]},p-1", f"{bad},p-1"))
    assert (await hosted_sms("import", errors)).code == 0
    assert await count_numbers(hosted_sms, bad) == 1

    write(file, f"{BY_NUMBER}\n{good},p-1,c\n{bad},p-1,c\n")
    whole = await hosted_sms("import", file, "--dry-run", "--json")
    assert (whole.code, whole.json["requests"], whole.json["held"]) == (0, 0, 2)
    assert (await hosted_sms("import", file)).code == 0
    assert (await count_numbers(hosted_sms, good), await count_numbers(hosted_sms, bad)) == (1, 1)


async def test_a_number_of_a_running_request_on_other_terms_is_a_bad_row(
    hosted_sms: Command, file: Path, client: Client, reference: str, number: str
) -> None:
    assert (await hosted_sms("start", "--reference", reference, "--profile", "p-1", "--number", number)).code == 0
    write(file, f"{BY_NUMBER}\n{number},p-2,\n{(other := a_number())},p-2,\n")

    dry = await hosted_sms("import", file, "--dry-run", "--json")
    [bad] = dry.json["bad_rows"]
    assert (dry.code, bad["row"], reference in bad["error"], "p-1 there, p-2 here" in bad["error"]) == (
        1,
        2,
        True,
        True,
    )
    assert dry.json["numbers"] == 1
    started = await hosted_sms("import", file, "--good-rows", "--json")
    [row] = started.json
    assert (row["row"], row["error"]) == (3, None)
    assert (await server_state.asked_for(client, row["workflow_id"])).phone_numbers == [other]


async def test_a_file_of_bad_rows_replaces_nothing_and_needs_a_bad_row(
    hosted_sms: Command, file: Path, tmp_path: Path
) -> None:
    errors = tmp_path / "errors.csv"
    write(file, f"{BY_NUMBER}\n{a_number()},p-1,c\n")
    assert (await hosted_sms("import", file, "--dry-run", "--errors", errors)).code == 0
    assert not errors.exists()

    write(file, f"{BY_NUMBER}\noffice,p-1,c\n")
    refused = await hosted_sms("import", file, "--dry-run", "--errors", file)
    assert (refused.code, "exists already" in refused.err) == (1, True)
    missing = await hosted_sms("import", file, "--dry-run", "--errors", tmp_path / "no" / "errors.csv")
    assert (missing.code, "cannot be written" in missing.err) == (1, True)
    assert len(rows_in(file)) == 1


async def test_both_forms_have_their_bad_rows_written(hosted_sms: Command, file: Path, pdf_file: PdfFile) -> None:
    """The rows are as they were, in columns as they were, but that no spreadsheet executes a cell."""
    pdf_file()
    errors = file.with_name("errors.csv")
    write(
        file,
        "Reference,messaging_profile_id,phone_numbers,loa,bill,customer,error\n"
        f'a b,p,+15122000000; +15122000001,loa.pdf,,=1+cmd|x,old\nr-1,p,{a_number()},,,,\nr,p,"=""1""",,,,,,x\n',
    )

    assert (await hosted_sms("import", file, "--dry-run", "--errors", errors)).code == 1
    first, second = rows_in(errors)
    assert list(first) == ["Reference", "messaging_profile_id", "phone_numbers", "loa", "bill", "customer", "error"]
    assert (first["phone_numbers"], first["customer"]) == ("+15122000000; +15122000001", "'=1+cmd|x")
    assert ("reference: " in first["error"], "old" in first["error"]) == (True, False)
    assert (second["phone_numbers"], "9 cells" in second["error"]) == ('="1"', True)
    again = await hosted_sms("import", errors, "--dry-run", "--json")
    assert [row["row"] for row in again.json["bad_rows"]] == [2, 3]
