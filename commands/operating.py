"""The commands for whoever runs an installation: setup, doctor, explanations."""

import dataclasses
from typing import Annotated

from cyclopts import Parameter

from commands import connection, exit_codes, printer
from commands.options import TEXT, Output
from services.doctor import Finding
from services.hosted_sms import HostedSms

_MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


async def set_up(*, output: Output = TEXT) -> int:
    """Make the Temporal namespace ready: search attributes and schedules; doing it again changes nothing."""
    hosted_sms = await connection.connect()
    done = await hosted_sms.setup()
    if output.json:
        printer.dump(done)
    elif done.added:
        printer.tell(f"Registered {', '.join(done.added)}.")
    elif done.present:
        printer.tell(f"All {len(done.present)} search attributes are registered already.")
    if done.schedules and not output.json:
        printer.tell("Scheduled: every night the papers of requests long over are deleted.")
    if not done.commands:
        return exit_codes.DONE
    if not output.json:
        printer.tell("\n".join(done.commands))
    printer.fail(
        "This server does not let a client register search attributes: run the commands above once, with an "
        "operator's rights.",
        as_json=output.json,
    )
    return exit_codes.REFUSED


async def doctor(
    *,
    profile: Annotated[str, Parameter(help="Messaging profile whose webhook is looked at.")] = "",
    account: Annotated[str, Parameter(help="Telnyx account whose key is tried.")] = "default",
    orphans: Annotated[bool, Parameter(help="Also list the open orders that no request looks after.")] = False,
    output: Output = TEXT,
) -> int:
    """Examine this installation: one line for each check, with the remedy."""
    findings: list[Finding] = []
    async for finding in HostedSms.doctor(account=account, profile=profile, orphans=orphans):
        findings.append(finding)
        if not output.json:
            _tell(finding)
    if output.json:
        printer.dump(findings)
    if any(finding.silent for finding in findings):
        return exit_codes.SILENT
    return exit_codes.REFUSED if any(finding.level == "fail" for finding in findings) else exit_codes.DONE


def explain(word: str, /, *, output: Output = TEXT) -> int:
    """Explain a word of Telnyx: what it means, whose move it is, what to do."""
    found = HostedSms.explain(word)
    if not found:
        printer.fail(
            f"No table knows {word!r}: check its spelling in the Telnyx portal, or ask Telnyx support what it means.",
            as_json=output.json,
        )
        return exit_codes.REFUSED
    if output.json:
        printer.dump_plain([dataclasses.asdict(one) for one in found])
        return exit_codes.DONE
    for one in found:
        printer.tell(f"{one.word} ({one.table}): {one.meaning}\n  Whose move: {one.whose_move}\n  {one.guidance}")
    return exit_codes.DONE


def _tell(finding: Finding) -> None:
    remedy = f"\n       Remedy: {finding.remedy}" if finding.remedy else ""
    printer.tell(f"{_MARKS[finding.level]}  {finding.check}: {finding.sentence}{remedy}")
