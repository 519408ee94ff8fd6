"""One faulty module before its tests: they run in a child process that imports the fault instead of the file.

No fault is ever written to disk, so nothing has to be put back, and a run that is cut short leaves nothing behind.
"""

import ast
import gc
import importlib
import importlib.util
import os
import resource
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from hypothesis import HealthCheck, Phase, settings

ROOT = Path(__file__).parents[2]
SECONDS = 20
"""Of computing, after which a fault that makes the tests run on counts as noticed."""
_LIBRARIES = (
    "cryptography.hazmat.primitives.ciphers.aead",
    "hypothesis.internal.conjecture.engine",
    "pydantic_settings",
    "pytest_asyncio.plugin",
    "structlog",
    "temporalio.client",
    "temporalio.contrib.pydantic",
    "yaml",
)
"""Imported once, before the first child, which then begins with all of them; nothing of this project is among them."""
SURVIVED, NOTICED, UNSEEN = 0, 1, 9
"""How the child ends: no test failed, some did, or none of them imported the faulty module at all."""


# Slowness is no fault, nothing is left to chance, and a failing example need not be made small.
settings.register_profile(
    "judging",
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Planted(MetaPathFinder):
    """Imports one module with a fault in it; all others come from their files."""

    def __init__(self, module: str, code: CodeType) -> None:
        self._module, self._code = module, code
        self.seen = False

    def find_spec(self, fullname: str, _path: object = None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """The faulty module, when it is asked for."""
        if fullname != self._module:
            return None
        self.seen = True
        file = ROOT / f"{fullname.replace('.', '/')}.py"
        return importlib.util.spec_from_file_location(fullname, file, loader=_Faulty(fullname, file, self._code))


class _Faulty(SourceFileLoader):
    def __init__(self, name: str, file: Path, code: CodeType) -> None:
        super().__init__(name, str(file))
        self._faulty = code

    def get_code(self, _fullname: str) -> CodeType:
        """The planted code instead of the file's."""
        return self._faulty


def get_ready() -> None:
    """Import what every child needs, so that each needs half a second and not three."""
    for library in _LIBRARIES:
        importlib.import_module(library)
    gc.freeze()


def judge(module: str, code: CodeType, tests: Sequence[Path]) -> int:
    """Start a child that puts the code before the tests; the answer is its process id, its end is the verdict."""
    child = os.fork()
    if child:
        return child
    verdict = NOTICED
    try:
        verdict = _verdict(module, code, tests)
    finally:
        os._exit(verdict)


def _verdict(module: str, code: CodeType, tests: Sequence[Path]) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    planted = Planted(module, code)
    sys.meta_path.insert(0, planted)
    settings.load_profile("judging")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-x", "-q", "--import-mode=importlib", "--noconftest", "--strict-markers", "-p", "pytest_asyncio.plugin"]
    ended = pytest.main([*options, "-o", "addopts=", "-p", "no:cacheprovider", *map(str, tests)])
    return NOTICED if ended else SURVIVED if planted.seen else UNSEEN


def judges_of(module: str, tests: Sequence[Path]) -> list[Path]:
    """The test files that import a module by whatever way: those named for it first, then the lighter ones."""
    imports = {test: _imports(test, {}) for test in tests}
    of_it = [test for test in tests if module in imports[test]]
    return sorted(of_it, key=lambda test: (module.partition(".")[2] not in test.stem, len(imports[test])))


def _imports(file: Path, seen: dict[Path, set[str]]) -> set[str]:
    """The modules of this project that a file imports, and those that they import."""
    if file not in seen:
        seen[file] = set()
        nodes = list(ast.walk(ast.parse(file.read_text())))
        named = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
        named |= {
            f"{node.module}.{one.name}" for node in nodes if isinstance(node, ast.ImportFrom) for one in node.names
        }
        named |= {one.name for node in nodes if isinstance(node, ast.Import) for one in node.names}
        for name in named:
            inner = ROOT / f"{name.replace('.', '/')}.py"
            if inner.exists():
                seen[file] |= {name} | _imports(inner, seen)
    return seen[file]
