"""The commands for whoever runs an installation: setup, doctor, explain."""

import dataclasses
from typing import Annotated

from cyclopts import Parameter

from domain import words
from support import doctoring, setup
from support.doctoring import Finding
from terminal import failing, opening, telling
from terminal.options import TEXT, Output

_MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


async def set_up(*, output: Output = TEXT) -> int:
    """Make the Temporal namespace ready: search attributes and schedules; doing it again changes nothing."""
    desk = await opening.desk()
    done = await setup.set_up(desk.client)
    if output.json:
        telling.dump(done)
    elif done.added:
        telling.tell(f"Registered {', '.join(done.added)}.")
    elif done.present:
        telling.tell(f"All {len(done.present)} search attributes are registered already.")
    if done.schedules and not output.json:
        telling.tell("Scheduled: every night the papers of requests long over are deleted.")
    if not done.commands:
        return failing.DONE
    if not output.json:
        telling.tell("\n".join(done.commands))
    telling.fail(
        "This server does not let a client register search attributes: run the commands above once, with an "
        "operator's rights.",
        as_json=output.json,
    )
    return failing.REFUSED


async def doctor(
    *,
    profile: Annotated[str, Parameter(help="Messaging profile whose webhook is looked at.")] = "",
    account: Annotated[str, Parameter(help="Telnyx account whose key is tried.")] = "default",
    orphans: Annotated[bool, Parameter(help="Also list the open orders that no request looks after.")] = False,
    output: Output = TEXT,
) -> int:
    """Examine this installation: one line for each check, with the remedy."""
    findings: list[Finding] = []
    async for finding in doctoring.examine(account=account, profile=profile, orphans=orphans):
        findings.append(finding)
        if not output.json:
            _tell(finding)
    if output.json:
        telling.dump(findings)
    if any(finding.silent for finding in findings):
        return failing.SILENT
    return failing.REFUSED if any(finding.level == "fail" for finding in findings) else failing.DONE


def explain(word: str, /, *, output: Output = TEXT) -> int:
    """Explain a word of Telnyx: what it means, whose move it is, what to do."""
    found = words.explain(word)
    if not found:
        telling.fail(
            f"No table knows {word!r}: check its spelling in the Telnyx portal, or ask Telnyx support what it means.",
            as_json=output.json,
        )
        return failing.REFUSED
    if output.json:
        telling.dump_plain([dataclasses.asdict(one) for one in found])
        return failing.DONE
    for one in found:
        telling.tell(f"{one.word} ({one.table}): {one.meaning}\n  Whose move: {one.whose_move}\n  {one.guidance}")
    return failing.DONE


def _tell(finding: Finding) -> None:
    remedy = f"\n       Remedy: {finding.remedy}" if finding.remedy else ""
    telling.tell(f"{_MARKS[finding.level]}  {finding.check}: {finding.sentence}{remedy}")
