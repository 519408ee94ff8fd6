"""`hosted-sms setup` and `hosted-sms doctor`: prepare an installation and examine it."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from commands import connection, printer
from commands.options import EMPTY, PASTED, TEXT, Account, Output
from services.endings import Ending

if TYPE_CHECKING:
    from services.doctor import Finding
    from services.setup import SetupResult

_MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


async def set_up(*, output: Output = TEXT) -> Ending:
    """Prepare the Temporal namespace.

    Registers the search attributes and creates the schedules. Running it again changes nothing.
    """
    hosted_sms = await connection.connect(without_keys=True)
    done = await hosted_sms.setup()
    if output.json:
        printer.dump(done)
    else:
        _print(done)
    if not done.commands:
        return Ending.DONE
    printer.fail(
        "This server does not let a client register search attributes: have an operator run the commands above once.",
        as_json=output.json,
    )
    return Ending.REFUSED


def _print(done: "SetupResult") -> None:
    if done.added:
        printer.write_wrapped(f"Registered {', '.join(done.added)}.")
    elif done.present:
        printer.write(f"All {len(done.present)} search attributes are registered already.")
    if done.schedules:
        printer.write_wrapped("Scheduled: every night the documents of requests that ended long ago are deleted.")
    for command in done.commands:
        printer.write(command)


async def doctor(
    *,
    profile: Annotated[str, EMPTY, PASTED, Parameter(help="Also check the webhook of this messaging profile.")] = "",
    account: Account = "default",
    orphans: Annotated[
        bool, Parameter(help="Also list open orders that belong to no request.", show_default=False)
    ] = False,
    output: Output = TEXT,
) -> Ending:
    """Check this installation: one line a check, with the remedy."""
    from services.hosted_sms import HostedSms

    findings: list[Finding] = []
    async for finding in HostedSms.doctor(account=account, profile=profile, orphans=orphans):
        findings.append(finding)
        if not output.json:
            _print_finding(finding)
    if output.json:
        printer.dump(findings)
    if any(finding.silent for finding in findings):
        return Ending.NO_ANSWER
    return Ending.REFUSED if any(finding.level == "fail" for finding in findings) else Ending.DONE


def _print_finding(finding: "Finding") -> None:
    printer.write_wrapped(f"{_MARKS[finding.level]}  {finding.check}: {finding.sentence}", hanging=6)
    if finding.remedy:
        printer.write_wrapped(f"Remedy: {finding.remedy}.", indent=6)
