"""The tests of what changed, which `make fast` runs.

A module's tests are its mirror (`tests/` and the module's own path), the tests that import it
directly, and the tests that name it where nothing is imported: a command, a template, a sample.
A module without any has the tests beside which its own would be.
Tests that reach it only through other modules, or through the conftest.py that all tests share, are
left to `make test`: they are most of the suite.
"""

import subprocess
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import grimp

PACKAGES = (
    "config",
    "campaigns",
    "subscribers",
    "staff",
    "newsletter",
    "scripts",
    "benchmarks",
    "tests",
)
RULES = Path("tests/architecture")
"""Rules that any file can break."""
RULES_OF_PAGES = (
    "test_forged_fields.py",
    "test_pages.py",
    "test_reading_changes_nothing.py",
    "test_roles.py",
)
"""Those of them that open every page, which takes most of their time."""
PAGES = {"views", "admin", "studio", "templates", "urls.py", "urls"}
"""Parts of the paths of files that pages are made of."""
_MAIN = ("main", "origin/main")
_READABLE = (".py", ".html", ".mjml", ".txt")


def changed_files(root: Path) -> list[Path]:
    """Return the files that differ from main, committed or not, relative to `root`.

    Args:
        root: a checkout. Where it has no branch `main`, only what is not committed counts.
    """
    base = next((found for name in _MAIN if (found := _git(root, "merge-base", name, "HEAD"))), [])
    differing = _git(root, "diff", "--name-only", "--no-renames", "-z", *(base or ["HEAD"]))
    untracked = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return sorted(map(Path, {*differing, *untracked}))


def _git(root: Path, *arguments: str) -> list[str]:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    return [line for line in done.stdout.replace("\0", "\n").splitlines() if line]


class ChangedTests:
    """The tests of any file in a checkout."""

    def __init__(self, root: Path, graph: grimp.ImportGraph | None = None) -> None:
        """Read which module imports which.

        Args:
            root: the checkout.
            graph: the graph of imports; by default, that of PACKAGES.
        """
        self._root = root
        self._graph = graph or grimp.build_graph(*PACKAGES, cache_dir=None)

    def of(self, changed: Iterable[Path]) -> list[Path]:
        """Return the files and folders that pytest should be given, relative to the checkout.

        Args:
            changed: files relative to the checkout; those that are gone may be among them.
        """
        waiting = list(changed)
        chosen, seen = set(self._rules_for(waiting)), set[Path]()
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            if _is_test(path) or (self._root / path).is_dir():
                chosen.add(path)
            else:
                waiting += self._one_step(path)
        there = {path for path in chosen if (self._root / path).exists()}
        return sorted(path for path in there if there.isdisjoint(path.parents))

    def _rules_for(self, changed: Iterable[Path]) -> Iterator[Path]:
        if any(PAGES.intersection(path.parts) for path in changed):
            yield RULES
            return
        for rule in (self._root / RULES).glob("test_*.py"):
            if rule.name not in RULES_OF_PAGES:
                yield rule.relative_to(self._root)

    def _one_step(self, path: Path) -> Iterator[Path]:
        """Give the tests of `path`, and the files whose tests are tests of it, too."""
        if path.name == "conftest.py":
            if path.parent != Path("tests"):
                yield path.parent
            return
        found = set(self._naming(path))
        if path.suffix == ".py":
            found |= {test for test in _mirrors(path) if (self._root / test).exists()}
            found |= set(self._importing(path))
            if not found and path.parts[0] in PACKAGES:
                found |= set(self._beside(path))
        yield from found

    def _beside(self, path: Path) -> Iterator[Path]:
        folder = Path("tests") / path.parent
        while not (self._root / folder).exists():
            folder = folder.parent
        if folder != Path("tests"):
            for test in (self._root / folder).glob("test_*.py"):
                yield test.relative_to(self._root)

    def _importing(self, path: Path) -> Iterator[Path]:
        module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        if module not in self._graph.modules:
            return
        for importer in self._graph.find_modules_that_directly_import(module):
            file = Path(*importer.split(".")).with_suffix(".py")
            # A helper of tests stands for the helpers that it uses; a product module does not.
            if _is_test(file) or (file.parts[0] == path.parts[0] == "tests"):
                yield file

    def _naming(self, path: Path) -> Iterator[Path]:
        names = _names_of(path)
        for file, text in self._texts.items():
            if file != path and any(name in text for name in names):
                yield file

    @cached_property
    def _texts(self) -> dict[Path, str]:
        return {
            path.relative_to(self._root): path.read_text(encoding="utf-8", errors="replace")
            for folder in (*PACKAGES, "templates")
            for path in (self._root / folder).rglob("*")
            if path.suffix in _READABLE and "payloads" not in path.parts
        }


def _is_test(path: Path) -> bool:
    return path.parts[0] == "tests" and path.name.startswith("test_") and path.suffix == ".py"


def _mirrors(path: Path) -> list[Path]:
    """Return where a module's own tests would be: by its name, or by that of its folder."""
    if path.parts[0] == "tests":
        return []
    folder = Path("tests") / path.parent
    if path.name == "__init__.py":
        return [folder, folder.parent / f"test_{folder.name}.py"]
    return [
        folder / f"test_{path.name}",
        folder / path.stem,
        folder.parent / f"test_{folder.name}.py",
    ]


def _names_of(path: Path) -> list[str]:
    """Return the texts by which code speaks of a file that it doesn't import."""
    if path.parts[0] in ("templates", "static"):
        inside = path.relative_to(path.parts[0])
        # An email is named by its folder: its files have the same names in each.
        by_folder = [f'"{path.parent.name}"'] if inside.parts[0] == "emails" else []
        return [f'"{inside}"', *by_folder]
    if "payloads" in path.parts:
        return [f'"{path.name}"', f'"{path.stem}"']
    if path.parent.name == "commands":
        return [f'"{path.stem}"']
    return []
