"""Every command against a real server: what it prints, as JSON and for people, and how it ends."""

import asyncio
import base64
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.client import Client

from commands import imports, printer
from domain.imports import ImportProgress
from domain.messages import Event, Options, Progress
from services import server_state
from services.hosted_sms import HostedSms
from services.request_list import Row
from tests import limits
from tests.commands.conftest import Command, PdfFile
from tests.runtime import bucket_server
from tests.services.fixtures import a_number

CSV_HEADER = "reference,messaging_profile_id,phone_numbers,loa,bill"


def start(reference: str, number: str, profile: str = "p-1") -> list[str]:
    """The words that start a request."""
    return ["start", "--reference", reference, "--profile", profile, "--number", number]


@pytest.fixture
async def running(hosted_sms: Command, reference: str, number: str) -> str:
    ended = await hosted_sms(*start(reference, number))
    assert ended.code == 0, ended.err
    return reference


async def test_start_answers_in_the_contracts_shape(
    hosted_sms: Command, reference: str, number: str, pdf_file: PdfFile
) -> None:
    words = [*start(reference, number), "--loa", pdf_file(), "--customer", "c 1", "--json"]
    first, again = await hosted_sms(*words), await hosted_sms(*words)

    shape = {"reference": reference, "workflow_id": f"hosting-{reference}", "already": False, "warnings": []}
    assert (first.code, first.json) == (0, shape)
    assert (again.code, again.json) == (0, {**shape, "already": True})


async def test_start_takes_an_option_for_every_field(
    hosted_sms: Command, client: Client, reference: str, number: str, pdf_file: PdfFile
) -> None:
    ended = await hosted_sms(
        *start(reference, number, "hookless"), "--number", "(512) 555-0100",
        "--account", "acme", "--customer", "c1", "--loa", pdf_file(), "--bill", pdf_file("nothing", "bill.pdf"),
        "--all-or-nothing", "--verification-method", "call", "--internal-transfer",
        "--needed-by", "2026-12-24", "--campaign-id", "C1", "--by", "me",
    )  # fmt: skip

    assert ended.code == 0
    assert [line.startswith("Warning: ") for line in ended.err.splitlines()] == [True, True]
    assert f"hosted-sms show {reference}" in ended.out
    request = await server_state.asked_for(client, f"hosting-{reference}")
    assert (request.phone_numbers, request.by) == ([number, "+15125550100"], "me")
    assert (request.account, request.customer) == ("acme", "c1")
    assert request.options == Options(
        all_or_nothing=True,
        verification_method="call",
        internal_transfer=True,
        needed_by=datetime(2026, 12, 24, tzinfo=UTC),
        campaign_id="C1",
    )


async def test_other_content_under_a_reference_is_refused(hosted_sms: Command, running: str, number: str) -> None:
    ended = await hosted_sms(*start(running, number, "p-2"))

    assert (ended.code, ended.out) == (1, "")
    assert "p-2" in ended.err


async def test_an_unknown_profile_is_refused_unless_telnyx_is_not_asked(
    hosted_sms: Command, reference: str, number: str
) -> None:
    words = start(reference, number, "unknown")

    assert (await hosted_sms(*words)).code == 1
    assert (await hosted_sms(*words, "--no-preflight")).code == 0


async def test_show_prints_the_command_that_answers(hosted_sms: Command, running: str, number: str) -> None:
    ended = await hosted_sms("show", running)
    shown = (await hosted_sms("show", running, "--json")).json

    assert (ended.code, ended.out.startswith(f"{running}  running")) == (0, True)
    assert f"hosted-sms codes {running} {number}=CODE" in ended.out
    assert set(shown) == set(Progress.model_fields)


async def test_a_verified_code_is_done_and_a_wrong_one_is_not(hosted_sms: Command, running: str, number: str) -> None:
    good = await hosted_sms("codes", running, f"{number}=12345", "--json")
    wrong = await hosted_sms("codes", running, f"{number}=000", "--json")

    assert (good.code, good.json["numbers"]) == (0, [{"phone_number": number, "result": "verified"}])
    assert (wrong.code, wrong.json["numbers"]) == (1, [{"phone_number": number, "result": "rejected"}])
    assert json.loads(wrong.err) == {"error": f"Not taken: {number}"}


async def test_codes_may_come_from_a_file(hosted_sms: Command, running: str, number: str, tmp_path: Path) -> None:
    (tmp_path / "codes").write_text(f"# as read out\n\n{number}=12345\n")

    ended = await hosted_sms("codes", running, "--from-file", tmp_path / "codes")

    assert ended.code == 0
    assert ended.out.endswith(f"  {number}  verified\n")


async def test_a_code_for_another_number_is_refused_by_the_request(hosted_sms: Command, running: str) -> None:
    ended = await hosted_sms("codes", running, "+15125559999=54321", "--json")

    assert ended.code == 1
    assert "+15125559999" in json.loads(ended.err)["error"]
    assert "54321" not in ended.err


async def test_resend_is_a_second_one_unless_it_has_the_same_id(hosted_sms: Command, running: str) -> None:
    first = await hosted_sms("resend", running, "--method", "call", "--by", "me")
    assert "Asked 1 times by me, last by call" in first.out
    for _ in range(2):
        assert "Asked 2 times" in (await hosted_sms("resend", running, "--id", "mine")).out


async def test_a_refused_answer_is_said_once(hosted_sms: Command, running: str) -> None:
    text, data = [await hosted_sms("resend", running, "--by", "refuse me", *more) for more in ([], ["--json"])]

    assert (text.code, text.out, text.err) == (1, "", "No number waits for a code.\n")
    assert (data.code, data.json["accepted"]) == (1, False)


async def test_documents_are_stored_and_named_to_the_request(
    hosted_sms: Command, running: str, pdf_file: PdfFile, tmp_path: Path
) -> None:
    """What the bill does not show stands in the request's answer, so the command does not say it as well."""
    files = ["--loa", pdf_file("new", "new loa.pdf"), "--bill", pdf_file("no number", "bill.pdf")]
    ended = await hosted_sms("documents", running, *files)

    assert (ended.code, ended.out, ended.err) == (0, "Taken: new_loa.pdf.\n", "")
    assert len(list((tmp_path / "documents" / running).iterdir())) == 2


async def test_a_store_that_cannot_be_used_ends_with_3(
    hosted_sms: Command, running: str, pdf_file: PdfFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    loa = pdf_file("new", "loa.pdf")
    async with bucket_server.refusing(404, "NoSuchBucket") as address:
        bucket_server.use(address, monkeypatch, loa.parent)
        for url in ("s3://bucket/prefix", (loa / "documents").as_uri()):
            monkeypatch.setenv("HOSTED_SMS_DOCUMENT_STORE", url)
            ended = await hosted_sms("documents", running, "--loa", loa)
            assert (ended.code, ended.err.count("\n"), url in ended.err) == (3, 1, True), ended.err


async def test_list_finds_by_number(hosted_sms: Command, running: str, number: str) -> None:
    [row] = (await hosted_sms("list", "--number", number, "--json")).json

    assert (row["reference"], set(row)) == (running, set(Row.model_fields))
    assert running in (await hosted_sms("list", "--number", number)).out


async def test_list_finds_no_number_only_with_the_key_of_the_requests(
    hosted_sms: Command, running: str, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = await hosted_sms("list", "--number", "+15125550198")
    assert (absent.code, absent.out) == (0, "No request fits.\n")
    async with asyncio.timeout(limits.WAIT):  # the server's index lags a moment behind
        while running not in (await hosted_sms("list", "--number", number)).out:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.05)

    monkeypatch.setenv("HOSTED_SMS_FINGERPRINT_KEY", base64.b64encode(b"w" * 32).decode())
    for options in ([], ["--json"]):
        unknown = await hosted_sms("list", "--number", number, *options)
        assert (unknown.code, unknown.out) == (1, "")
        assert "HOSTED_SMS_FINGERPRINT_KEY" in unknown.err


@pytest.mark.parametrize("words", [["list"], ["events", "list"], ["events", "replay"], ["list", "--needs-me"]])
async def test_before_setup_nothing_is_called_empty(
    hosted_sms: Command, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "bare")

    ended = await hosted_sms(*words)

    assert (ended.code, ended.out) == (1, "")
    assert "hosted-sms setup" in ended.err


async def test_cancel_ends_it_and_then_it_takes_nothing_more(hosted_sms: Command, running: str, number: str) -> None:
    cancelled = await hosted_sms("cancel", running, "--why", "changed our mind")
    assert (cancelled.code, "changed our mind" in cancelled.out) == (0, True)

    watched = await hosted_sms("show", running, "--watch", "--json")
    assert json.loads(watched.out.splitlines()[-1])["outcome"] == "cancelled"
    assert f"{running}  cancelled" in (await hosted_sms("show", running, "--watch")).out
    late = await hosted_sms("resend", running)
    assert (late.code, "cancelled" in late.err) == (1, True)
    again = await hosted_sms(*start(running, number), "--json")
    assert (again.code, again.json["already"]) == (0, True)
    assert ["ended (cancelled)" in warning for warning in again.json["warnings"]] == [True]


async def test_check_orders_nothing_and_answers_for_each_number(hosted_sms: Command) -> None:
    ended = await hosted_sms("check", "512 555 0100", "+15125550101", "--json")

    answers = {number["phone_number"]: number["eligible"] for number in ended.json["numbers"]}
    assert (ended.code, answers) == (0, {"+15125550100": True, "+15125550101": False})


async def test_check_gives_no_row_to_a_number_of_which_nothing_is_known(hosted_sms: Command) -> None:
    text, data = (
        await hosted_sms("check", "512 555 0100", "+15125550109"),
        await hosted_sms("check", "+15125550109", "--json"),
    )

    assert (text.code, "+15125550109" in text.out, "+15125550109  not known" in text.err) == (1, False, True)
    assert (data.code, data.json["numbers"]) == (1, [])


@pytest.mark.parametrize("options", [[], ["--json"]])
async def test_a_check_that_telnyx_refuses_answers_nothing(hosted_sms: Command, options: list[str]) -> None:
    ended = await hosted_sms("check", "+15125550100", "--account", "closed", *options)

    assert (ended.code, ended.out) == (1, "")
    assert "not known" in ended.err
    assert "The key was refused." in ended.err


async def test_import_starts_a_file_with_the_documents_beside_it_and_may_run_twice(
    hosted_sms: Command, client: Client, reference: str, number: str, pdf_file: PdfFile
) -> None:
    file = pdf_file().with_name("orders.csv")
    file.write_text(f"{CSV_HEADER}\n{reference},p-1,{number},loa.pdf,\n")

    assert (await hosted_sms("import", file)).out.startswith("1 started, 0 existed")
    again = await hosted_sms("import", file, "--json")
    assert (again.code, [row["already"] for row in again.json]) == (0, [True])
    assert (await server_state.asked_for(client, f"hosting-{reference}")).loa is not None


async def test_an_import_is_shown_and_takes_no_message_after_its_end(
    hosted_sms: Command, reference: str, number: str, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(f"{CSV_HEADER}\n{reference},p-1,{number},,\n")
    id_ = (await hosted_sms("import", file)).err.split()[1]

    shown = await hosted_sms("import", "show", id_)
    assert shown.out.startswith(f"Import {id_} is done")
    assert "1 of 1 (1 started" in shown.out
    listed = {one["import_id"]: one for one in (await hosted_sms("import", "list", "--json")).json}
    assert listed[id_] == (await hosted_sms("import", "show", id_, "--json")).json
    assert id_ in (await hosted_sms("import", "list")).out
    for verb in ("pause", "resume", "stop"):
        ended = await hosted_sms("import", verb, id_, "--by", "me")
        assert (ended.code, id_ in ended.err) == (1, True)
    assert (await hosted_sms("show", f"import-{id_}")).code == 1


async def test_import_takes_documents_from_elsewhere_only_when_that_is_allowed(
    hosted_sms: Command, client: Client, reference: str, number: str, pdf_file: PdfFile
) -> None:
    document = pdf_file()
    file = document.with_name("from a customer") / "orders.csv"
    file.parent.mkdir()
    file.write_text(f"{CSV_HEADER}\n{reference},p-1,{number},{document},\n")

    refused = await hosted_sms("import", file)
    assert (refused.code, "row 2, column loa" in refused.err, "--allow-outside" in refused.err) == (1, True, True)
    assert (await hosted_sms("show", reference)).code == 1
    assert (await hosted_sms("import", file, "--allow-outside")).out.startswith("1 started")
    assert (await server_state.asked_for(client, f"hosting-{reference}")).loa is not None


async def test_import_warns_once_of_what_concerns_many(hosted_sms: Command, reference: str, tmp_path: Path) -> None:
    rows = "".join(f"{reference}-{i},hookless,512555{i:04d},,\n" for i in range(7))
    (tmp_path / "orders.csv").write_text(f"{CSV_HEADER}\n{rows}")

    ended = await hosted_sms("import", tmp_path / "orders.csv")

    assert (ended.code, ended.err.count("Warning:")) == (0, 1)
    assert f"{reference}-4 and 2 more: " in ended.err


async def test_import_prints_ten_warnings_and_counts_the_rest(
    hosted_sms: Command, reference: str, tmp_path: Path, pdf_file: PdfFile
) -> None:
    """Each row of this file has a number that its bill does not show."""
    pdf_file("Nothing", "bill.pdf")
    rows = "".join(f"{reference}-{i},p-1,{a_number()},,bill.pdf\n" for i in range(12))
    (tmp_path / "orders.csv").write_text(f"{CSV_HEADER}\n{rows}")

    dry, ended = [await hosted_sms("import", tmp_path / "orders.csv", *more) for more in (["--dry-run"], [])]

    assert [(one.code, one.err.count("Warning:"), "2 more warnings" in one.err) for one in (dry, ended)] == [
        (0, 10, True),
        (0, 10, True),
    ]
    dumped = await hosted_sms("import", tmp_path / "orders.csv", "--dry-run", "--json")
    assert dumped.json["already"] == 12


async def test_the_count_of_an_import_ends_with_its_last_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def ended(*_: object) -> ImportProgress:
        return ImportProgress(import_id="0" * 12, status="done", requests=4, started=4)

    monkeypatch.setattr(HostedSms, "follow_import", ended)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    await imports.follow(object.__new__(HostedSms), "0" * 12, 4, quiet=False)
    assert capsys.readouterr().err == "\r4 of 4\n"


@pytest.mark.parametrize(("seconds", "left"), [(20, "1 minute"), (7140, "119 minutes"), (36000, "10 hours")])
def test_an_import_is_shown_with_the_time_that_is_left_and_who_did_what(seconds: int, left: str) -> None:
    paused = Event(at=datetime.now(UTC), what="The import is paused.", by="Ann Lee")
    shown = ImportProgress(import_id="0" * 12, status="running", per_minute=5, seconds_left=seconds, events=[paused])
    lines = imports._lines(shown)
    assert f"about {left} left." in lines[2]
    assert lines[-1].endswith("(Ann Lee)")


async def test_a_list_of_imports_fits_into_a_terminal_of_80_columns(
    environment: dict[str, str],  # noqa: ARG001 - its terminal has 80 columns
    capsys: pytest.CaptureFixture[str],
) -> None:
    long = ImportProgress(
        import_id="0" * 12, status="terminated", by="n" * 30, requests=50_000, started=50_000, begun=datetime.now(UTC)
    )
    printer.render(imports._table([long]))
    head, row, *_ = capsys.readouterr().out.splitlines()
    assert max(len(head), len(row.rstrip())) <= 80
    assert "50000 of 50000" in row
    assert "UTC nnnn" in row


async def test_import_names_every_mistake_and_starts_nothing(hosted_sms: Command, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(f"{CSV_HEADER}\na b,p,12,,\n")

    ended = await hosted_sms("import", tmp_path / "orders.csv")

    places = [line.split(":")[0] for line in ended.err.splitlines()]
    assert (ended.code, places) == (1, ["row 2, column reference", "row 2, column phone_numbers"])


async def test_setup_again_changes_nothing_and_needs_no_keys(
    hosted_sms: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOSTED_SMS_KEYS")
    assert (await hosted_sms("setup", "--json")).json["added"] == []
    assert "8 search attributes" in (await hosted_sms("setup")).out


async def test_doctor_prints_one_line_for_each_check(hosted_sms: Command) -> None:
    ended = await hosted_sms("doctor")

    assert ended.out.count("ok  ") >= 5
    assert "FAIL  worker: " in ended.out  # the stand-in serves no calls to Telnyx
    assert "\n      Remedy: " in ended.out
    assert ended.code == 3


async def test_without_a_worker_a_start_waits_a_show_is_partial_and_all_else_ends_with_3(
    without_worker: Command, reference: str, number: str
) -> None:
    started = await without_worker(*start(reference, number), "--json")
    assert (started.code, len(started.json["warnings"])) == (0, 1)

    shown = await without_worker("show", reference, "--json")
    assert (shown.code, shown.json["partial"]) == (0, True)

    ended = await without_worker("cancel", reference, "--id", "mine", "--within", "1", "--json")
    assert (ended.code, ended.out) == (3, "")
    assert "--id mine" in json.loads(ended.err)["error"]

    assert (await without_worker("check", "+15125550100")).code == 3
