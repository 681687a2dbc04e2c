"""Each rule looks at one file and names what is wrong in it, as "line: what"."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("bots", "console", "storage", "channels", "flows", "nlu", "handoff", "dialog", "booking", "config")
BESIDE = ("tests", "benchmarks", "docs", "requirements", ".ci")
TEXT = {".py", ".html", ".js", ".css", ".yaml", ".yml", ".json", ".toml", ".md", ".txt", ".po", ".sh", ".service", ""}


@dataclass(frozen=True)
class SourceFile:
    """A text file of the repository; `path` is relative to its root."""

    path: PurePosixPath
    text: str

    @property
    def in_product(self) -> bool:
        """Whether the file is shipped."""
        return self.path.parts[0] in PRODUCT

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, str(self.path))


Rule = Callable[[SourceFile], Iterator[str]]

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_VAGUE_NAMES = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "types.py", "models.py", "misc.py"}
_SQLITE = {"sqlite3", "pysqlite3", "apsw"}
# The simulated disk needs SQLite's file layer in Python; the product's library never opens the same file there.
_MAY_NAME_SQLITE = {PurePosixPath("storage/sqlite_library.py"), PurePosixPath("benchmarks/unsynced_disk.py")}
_RAW_MARKUP = re.compile(
    r"\|\s*safe\b|\bMarkup\(|\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|autoescape\s+false"
)
# Written in pieces, so that this file does not name what it forbids.
_HOSTS = re.compile(
    "|".join(["pypi" + r"\.org", "python" + r"hosted\.", "npm" + r"js\.(?:org|com)", "debian" + r"\.org"])
)
_MACHINE_PATHS = re.compile(
    r"(?<![\w.])/(?:" + "|".join(["opt/zv", "opt/" + "brief", "work" + "/", "root" + "/"]) + ")"
)
_LEFTOVERS = re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "HA" + "CK"]) + r")\b")


@cache
def source_files() -> list[SourceFile]:
    """Every text file of the repository that a person wrote."""
    tops = [path for path in ROOT.iterdir() if path.is_file() and path.name not in {".coverage", ".run.lock", ".git"}]
    inside = [path for name in (*PRODUCT, *BESIDE) for path in (ROOT / name).rglob("*") if path.is_file()]
    chosen = [path for path in (*tops, *inside) if path.suffix in TEXT and "__pycache__" not in path.parts]
    return [SourceFile(PurePosixPath(path.relative_to(ROOT)), path.read_text("utf-8")) for path in sorted(chosen)]


def cyrillic_in_code(file: SourceFile) -> Iterator[str]:
    """Words for people live in data files; a docstring is a string, too."""
    if file.in_product and file.path.suffix == ".py":
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CYRILLIC.search(node.value):
                yield f"{node.lineno}: Cyrillic in a string: {node.value[:40]!r}"


def vague_file_name(file: SourceFile) -> Iterator[str]:
    """One noun a file."""
    if file.path.name in _VAGUE_NAMES:
        yield f"1: the name {file.path.name} says nothing: one noun a file"


def second_sqlite(file: SourceFile) -> Iterator[str]:
    """Two SQLite libraries in one process lose committed rows."""
    if file.path.suffix == ".py" and file.path not in _MAY_NAME_SQLITE:
        for line, name in _imports(file):
            if name.split(".")[0] in _SQLITE:
                yield f"{line}: import {name}: take it from storage.sqlite_library"


def mocked(file: SourceFile) -> Iterator[str]:
    """Fakes are shipped, mocks are refused."""
    if file.path.suffix == ".py":
        for line, name in _imports(file):
            if name.startswith("unittest.mock") or name in {"mock", "pytest_mock"}:
                yield f"{line}: import {name}: ship a fake"


def raw_markup(file: SourceFile) -> Iterator[str]:
    """A stranger's text must not become a page's markup."""
    if file.in_product and file.path.suffix in {".py", ".html", ".js"}:
        yield from _matches(_RAW_MARKUP, file, "goes round the escaping")


def registry_host(file: SourceFile) -> Iterator[str]:
    """Where packages come from is the machine's business."""
    if file.path.suffix != ".md":
        yield from _matches(_HOSTS, file, "names a package registry")


def machine_path(file: SourceFile) -> Iterator[str]:
    """The repository knows no machine."""
    yield from _matches(_MACHINE_PATHS, file, "is a path of one machine")


def leftover(file: SourceFile) -> Iterator[str]:
    """What is not done is an issue, not a comment."""
    yield from _matches(_LEFTOVERS, file, "is work left over")


RULES: tuple[Rule, ...] = (
    cyrillic_in_code,
    vague_file_name,
    second_sqlite,
    mocked,
    raw_markup,
    registry_host,
    machine_path,
    leftover,
)


def _matches(pattern: re.Pattern[str], file: SourceFile, why: str) -> Iterator[str]:
    for number, line in enumerate(file.text.splitlines(), 1):
        for found in pattern.finditer(line):
            yield f"{number}: {found.group()!r} {why}"


def _imports(file: SourceFile) -> Iterator[tuple[int, str]]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
