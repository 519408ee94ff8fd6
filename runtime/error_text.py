"""One short line of the text of a library's error, for a sentence of ours."""

from domain.printable import printable


def first_line(error: BaseException, limit: int = 200) -> str:
    """The first line of an error's text, at most `limit` characters, without characters that cannot be printed.

    A longer line ends with the last whole word and an ellipsis.
    """
    line = str(error).partition("\n")[0].rstrip(".")
    if len(line) > limit:
        line = (line[: limit - 2].rpartition(" ")[0] or line[: limit - 2]) + " …"
    return printable(line)
