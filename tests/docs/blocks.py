"""The blocks of code in a page, exactly as they stand there."""

import re

from tests.docs.pages import ROOT


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language, such as `bash`, from top to bottom."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
