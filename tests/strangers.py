"""Texts as strangers may write them: the worst of each kind, and names in the scripts of the world."""

import re
from collections.abc import Iterator
from itertools import pairwise

from markdown_it import MarkdownIt

_LIVE = {"link_open", "image", "html_inline", "html_block", "table_open", "s_open", "em_open", "hr"}

HOSTILE = (
    "\x00\x07\x08\x1b\x7f\x85\x90\x9b\x9d\n\r\t\v\f\x1c"  # controls, C1 included
    "\u2028\u2029\u00a0\u3000\u2800"  # line ends and spaces
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"  # direction marks
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u115f\u3164\U000e0041\U000e007f"  # what no one sees
    "\u0300\u0489\u20dd\ufe0f"  # marks
    "\ud800\udfff\ue000\ufffe\U000f0000\u1fef"  # halves, private, unassigned; a backtick once it is composed
    "[]()<>!*_`~#|&@$:/={}-"  # Markdown, HTML, mentions
)
"""An alphabet of what must not be shown as it is, or must mean nothing where it is shown."""

INJECTION = (
    "\x1b]0;owned\x07\x1b[2J\x9b31m\x1b]8;id=1;http://evil.example/t\x1b\\link\u202e\u2066"
    " \r\nOutcome: active\u2028Outcome: active\n\n# Outcome: active\n"
    " [evil](http://evil.example/a) ![i](http://evil.example/i.png) <img src=http://evil.example/j onerror=alert(1)>"
    " <http://evil.example/s|here> <!channel> @everyone <@U1> http://evil.example/u **b** `c` ~~s~~ $x$ {#id} a|b"
    " &#104;i $(id) `id` && rm -rf ~ 'q' Z\u0301\u0301\u0301\u0301\u0301\u0301\u0301"
)
"""One text with an attack on every place where it may be shown."""

LETTERS = {
    "Latin": ["Ångström Größe", "Nguyễn Thị Ánh", "İstanbul ığ"],
    "Greek and Cyrillic": ["Ελληνικά", "Україна Ёлка"],
    "from right to left": ["شركة الاتصالات", "חברת הטלפון", "می‌خواهم", "اُرْدُو"],
    "India": ["क्षत्रिय हिन्दी", "தமிழ்நாடு", "ক্‍ষ বাংলা", "മലയാളം"],
    "Southeast Asia": ["กรุงเทพมหานคร น้ำ", "ភាសាខ្មែរ", "မြန်မာဘာသာ", "རྒྱུ བཀྲ་ཤིས"],
    "East Asia": ["株式会社 電話", "中华电信", "한국통신", "ｶﾀｶﾅ"],
    "Africa and America": ["አማርኛ", "ᏣᎳᎩ", "ⵜⴰⵎⴰⵣⵉⵖⵜ"],
    "emoji": ["☎️ 👩‍👩‍👧‍👦", "👍🏽", "🇩🇪", "❤️‍🔥", "👩🏾‍💻"],
}
"""Names that must stay as they are."""


def is_harmless(text: str) -> bool:
    """Whether a text on one line holds nothing but signs that are seen, and joiners between two of them."""
    seen = text.replace("\u200d", "").replace("\u200c", "")
    return seen.isprintable() and not {"\u034f", "\u115f", "\u3164", "\u2800"} & set(seen)


def is_harmless_page(text: str) -> bool:
    """The same for a text of several lines."""
    return all(is_harmless(line) for line in text.split("\n"))


def live_markdown(page: str) -> list[str]:
    """What of Markdown would be more than text: links, images, HTML, tables, formulas, and addresses outside of code.

    The Temporal UI also makes links of plain addresses, formulas of dollars, and ids of braces in headings.
    """
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page)
    inline = [child for token in tokens for child in token.children or []]
    found = [token.type for token in [*tokens, *inline] if token.type in _LIVE]
    outside_code = re.sub(r"(?<!\\)`[^`]*`", "", page)
    return [*found, *re.findall(r"(?<!\\)(?:://|\$|[{}]|&(?!#12[35];))", outside_code)]


def bold(page: str) -> list[str]:
    """The texts in bold."""
    tokens = MarkdownIt("commonmark").parse(page)
    inline = [child for token in tokens for child in token.children or []]
    return [after.content for token, after in pairwise(inline) if token.type == "strong_open"]


def headings(page: str) -> list[str]:
    """The headings of Markdown."""
    tokens = MarkdownIt("commonmark").parse(page)
    return [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]


def texts_in(value: object) -> Iterator[str]:
    """Every text in plain JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.items() for part in item for text in texts_in(part))
    elif isinstance(value, list):
        yield from (text for item in value for text in texts_in(item))
