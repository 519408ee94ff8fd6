"""Plays support: sees which requests wait for a person, and answers each with the command that a person would type."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from demo.processes import DemoFailed, until
from demo.stack import Stack
from demo.telling import Telling

Ask = Mapping[str, Any]
_REJECTED = 1  # exit code of `codes` when a code was not taken
_HANDSET_WITHIN = 10.0


class Person:
    """Answers what requests ask, from handsets and from a drawer of papers; mistypes a code where the story says so."""

    def __init__(
        self, stack: Stack, telling: Telling, drawer: Mapping[str, Sequence[str]], mistypes: frozenset[str]
    ) -> None:
        """Takes a seat.

        Args:
            stack: the installation.
            telling: where everything is told.
            drawer: by reference, the options of `documents` with the papers to hand in when asked.
            mistypes: references whose first code is mistyped.
        """
        self._stack = stack
        self._telling = telling
        self._drawer = dict(drawer)
        self._mistypes = set(mistypes)
        self._told: dict[str, str] = {}
        self._answered: set[tuple[str, str]] = set()

    def work(self, references: Sequence[str], within: float) -> None:
        """Looks at the list and answers, until all the requests have ended.

        Raises:
            DemoFailed: they did not end within so many seconds, or one asks something that is not in the story.
        """
        until("The end of all requests", lambda: self._look(references) or None, within)

    def _look(self, references: Sequence[str]) -> bool:
        """One look at the list; True when all have ended."""
        self._stack.must_run()
        rows = {row["reference"]: row for row in self._stack.hosted_sms.json("list")}
        for reference in references:
            row = rows[reference]
            self._tell_step(reference, row)
            if row["needs"]:
                self._answer(reference)
        return all(rows[reference]["outcome"] != "running" for reference in references)

    def _tell_step(self, reference: str, row: Mapping[str, Any]) -> None:
        where = {"done": f"has ended: {row['outcome']}", "review": "is in review at Telnyx"}.get(row["step"], "")
        if where and self._told.get(reference) != where:
            self._told[reference] = where
            self._telling.happened(reference, where)

    def _answer(self, reference: str) -> None:
        """Answers the first ask of a request, as `show` tells it."""
        for ask in self._stack.hosted_sms.json("show", reference)["asks"][:1]:
            match ask["kind"]:
                case "codes":
                    self._read_out_codes(reference, ask)
                case "documents":
                    self._hand_in_papers(reference, ask)
                case kind:
                    raise DemoFailed(f"The request {reference} asks something unforeseen ({kind}): {ask['guidance']}")

    def _read_out_codes(self, reference: str, ask: Ask) -> None:
        numbers = ask["numbers"]
        self._telling.happened(reference, f"asks for the codes that Telnyx texted to {', '.join(numbers)}")
        codes = {number: self._code_on_handset(number) for number in numbers}
        if reference in self._mistypes:
            self._mistypes.remove(reference)
            codes[numbers[0]] = _mistyped(codes[numbers[0]])
            self._telling.answer("(the first one is mistyped on purpose)")
            self._type("codes", reference, codes, _REJECTED)
        else:
            self._type("codes", reference, codes)

    def _code_on_handset(self, number: str) -> str:
        return until(f"A text on {number}", lambda: self._stack.telnyx.newest_code(number), _HANDSET_WITHIN)

    def _type(self, verb: str, reference: str, codes: Mapping[str, str], code: int = 0) -> None:
        self._command([verb, reference, *(f"{number}={digits}" for number, digits in codes.items())], code)

    def _hand_in_papers(self, reference: str, ask: Ask) -> None:
        """Hands in what lies in the drawer; an ask that was answered already is only on its way out."""
        if (reference, ask["id"]) in self._answered:
            return
        self._answered.add((reference, ask["id"]))
        self._telling.happened(reference, f"asks for papers: {ask['guidance']}")
        papers = self._drawer.pop(reference, None)
        if papers is None:
            raise DemoFailed(f"The request {reference} asks for papers, and there are none left: {ask['guidance']}")
        self._command(["documents", reference, *papers])

    def _command(self, arguments: Sequence[str], code: int = 0) -> None:
        self._telling.command(shlex.join(["hosted-sms", *arguments]))
        done = self._stack.hosted_sms(*arguments, code=code)
        for line in (done.out or done.err).splitlines():
            self._telling.answer(line)


def _mistyped(code: str) -> str:
    """The code with another last digit."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)
