"""What a person chooses about the bad rows of an import: only to be told, to have them in a file, or to go on without.

`hosted-sms import` has an option for each.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from commands import printer
from domain.printable import line
from domain.text import count
from runtime import private_files
from services.endings import Ending
from services.errors import BadFile, Refused
from services.table_mistakes import bad_rows, by_row, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.bulk_import import CheckedLine
    from services.import_check import CheckedFile, DryRun
    from services.table_mistakes import Mistake


@dataclass(frozen=True)
class Choice:
    """The options of an import that are about bad rows."""

    dry_run: bool
    good_rows: bool
    errors: Path | None

    def __post_init__(self) -> None:
        """Refuses a file that exists before any work begins."""
        if self.errors is not None and self.errors.exists():
            raise _exists(self.errors)

    @property
    def divides(self) -> bool:
        """Whether the good rows are wanted beside the bad ones."""
        return self.dry_run or self.good_rows or self.errors is not None

    def write_bad_rows(self, content: bytes, mistakes: "Sequence[Mistake]") -> None:
        """Writes the bad rows of a file with this content to the file that was named, if there are any.

        Raises:
            Refused: the file exists, or cannot be written.
        """
        if self.errors is None or not mistakes:
            return
        from services.csv_table import Table

        errors = by_row(mistakes)
        text = bad_rows(Table(content, ""), errors)
        try:
            private_files.create_private(self.errors, text.encode("utf-8-sig"))  # Excel takes it for UTF-8 by its mark
        except FileExistsError:
            raise _exists(self.errors) from None
        except OSError as error:
            raise Refused(f"{_shown(self.errors)} cannot be written ({error.strerror}): name another file.") from None
        printer.note(f"{_rows(len(errors))} written to {_shown(self.errors)}.")

    def lines_to_start(self, checked: "CheckedFile") -> "Sequence[CheckedLine]":
        """The requests to start.

        Raises:
            BadFile: there are bad rows, and nobody asked for the good ones alone.
        """
        if checked.mistakes and not self.good_rows:
            raise BadFile(shortened(checked.mistakes))
        for mistake in shortened(checked.mistakes):
            printer.note(mistake)
        return checked.lines


def show(checked: "CheckedFile", *, as_json: bool) -> Ending:
    """Prints what an import would do. It counts as refused when there are bad rows."""
    from services import import_check

    report = import_check.dry_run(checked)
    if as_json:
        printer.dump(report)
    else:
        _write(report)
        printer.warn_of_some(report.warnings)
        for mistake in shortened(checked.mistakes):
            printer.fail(mistake, as_json=False)
    return Ending.REFUSED if checked.mistakes else Ending.DONE


def _write(report: "DryRun") -> None:
    new = report.requests - report.already
    printer.write_wrapped(
        f"Nothing was started. An import would start {count(new, 'request')}; {report.already} exist already. "
        f"{_rows(len(report.bad_rows))} bad."
    )
    if report.held:
        numbers = count(report.held, "number")
        printer.write_wrapped(f"Left out: {numbers}, since running requests with the same documents hold them.")
    if report.shares:
        from commands import import_table

        printer.render(import_table.shares(report.shares))


def _rows(number: int) -> str:
    return f"{count(number, 'row')} {'is' if number == 1 else 'are'}"


def _exists(path: Path) -> Refused:
    return Refused(f"{_shown(path)} exists already: name a new file for the bad rows.")


def _shown(path: Path) -> str:
    return line(str(path), 200)
