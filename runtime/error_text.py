"""One short line of the text of a library's error, for a sentence of ours."""


def first_line(error: Exception, limit: int = 200) -> str:
    """The first line of an error's text, at most `limit` characters, without characters that cannot be printed."""
    line = str(error).partition("\n")[0][:limit].rstrip(".")
    return "".join(character if character.isprintable() else "?" for character in line)
