"""Runs the tests of one module against a planted fault, in a child process that imports the fault instead of the file.

No fault is ever written to disk, so there is nothing to restore, even after an interrupted run.
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
"""Of CPU time. A fault that makes the tests run longer counts as noticed."""
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
"""Imported once before the first child, so that every child has them already. None is of this project."""
SURVIVED, NOTICED, UNSEEN = 0, 1, 9
"""How a child ends: no test failed, some failed, or none of them imported the faulty module."""


# Slow tests are fine, nothing is random, and failing examples need not be minimized.
settings.register_profile(
    "trial",
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
        """Find the faulty module, when it is imported."""
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


def import_libraries() -> None:
    """Import what every child needs, so that a child starts in half a second instead of three."""
    for library in _LIBRARIES:
        importlib.import_module(library)
    gc.freeze()


def start_trial(module: str, code: CodeType, tests: Sequence[Path]) -> int:
    """Start a child that runs the tests against the code. Its exit code is the verdict.

    Returns:
        The process id of the child.
    """
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
    settings.load_profile("trial")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-x", "-q", "--import-mode=importlib", "--noconftest", "--strict-markers", "-p", "pytest_asyncio.plugin"]
    ended = pytest.main([*options, "-o", "addopts=", "-p", "no:cacheprovider", *map(str, tests)])
    return NOTICED if ended else SURVIVED if planted.seen else UNSEEN


def find_tests(module: str, tests: Sequence[Path]) -> list[Path]:
    """Find the test files that import a module, directly or not: first those named after it, then the smaller ones."""
    imports = {test: _imports(test, {}) for test in tests}
    found = [test for test in tests if module in imports[test]]
    return sorted(found, key=lambda test: (module.partition(".")[2] not in test.stem, len(imports[test])))


def _imports(file: Path, seen: dict[Path, set[str]]) -> set[str]:
    """Find the modules of this project that a file imports, directly or not."""
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
