"""What the tests of the documents share: the project's own files, and the pages for people."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def files(*endings: str) -> list[Path]:
    """The project's files with one of these endings; nothing in a hidden folder, such as `.venv`."""
    found = (path for ending in endings for path in ROOT.rglob(f"*.{ending}"))
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(ROOT).parts))


def pages() -> list[Path]:
    """Every page for people: those of `docs/`, and those beside the code."""
    beside = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", ROOT / "deploy" / "README.md"]
    return [*sorted(DOCS.rglob("*.md")), *beside]
