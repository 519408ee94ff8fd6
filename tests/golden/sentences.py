"""Writes down every sentence of the product that a person may read: `python -m tests.golden.sentences --write`.

`sentences.md` holds them file by file, so that a reviewer reads them as one page. No test asserts a sentence, so a
better one changes this page and nothing else. `{…}` stands for what is filled in.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.golden.sources import ROOT, Source, sources

PAGE = Path(__file__).with_name("sentences.md")
_ROOMS_FOR_DEVELOPERS = {"simulator", "telnyx_api"}
_SENTENCE = re.compile(r"(?!WorkflowType).*[^\W\d_]{2,}\S* \S*[^\W\d_]{2,}.*", re.DOTALL)
"""Two words at least. One word is a name or a key, and a query of the server is no sentence."""
_HEAD = """# Every sentence that people read

`python -m tests.golden.sentences --write` makes this page from the source. Read its changes in a review as you would
read a letter to a customer. `{…}` stands for what is filled in.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD]
    for source in sources():
        found = list(dict.fromkeys(sentences(source)))
        if found:
            parts.append(f"\n## {source.path.relative_to(ROOT)}\n\n" + "".join(f"- {text}\n" for text in found))
    return "".join(parts)


def sentences(source: Source) -> Iterator[str]:
    """The sentences of one file, in their order."""
    room = source.path.relative_to(ROOT).parts[0]
    if room in _ROOMS_FOR_DEVELOPERS:
        return
    left_out = set(_parts_and_docstrings(source.tree, with_help=room == "commands"))
    texts = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.JoinedStr | ast.Constant) and node not in left_out
    ]
    for node in sorted(texts, key=lambda node: (node.lineno, node.col_offset)):
        text = " ".join(_text(node).split())
        if _SENTENCE.fullmatch(text):
            yield text


def _parts_and_docstrings(tree: ast.Module, *, with_help: bool) -> Iterator[ast.AST]:
    """Parts of f-strings, and docstrings but for those that are help pages of the command."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from (part for part in ast.walk(node) if part is not node)
        is_help = with_help and isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_")
        for statement in getattr(node, "body", []) if not isinstance(node, ast.Lambda | ast.IfExp) else []:
            if isinstance(statement, ast.Expr) and not is_help:
                yield statement.value


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "{…}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="rewrite sentences.md")
    if parser.parse_args().write:
        PAGE.write_text(page())
    else:
        sys.stdout.write(page())
