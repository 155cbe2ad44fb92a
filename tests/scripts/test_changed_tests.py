"""`make fast` runs the tests of what changed, and not the whole suite."""

import subprocess
from pathlib import Path

import grimp
import pytest

from scripts.changed_tests import RULES, RULES_OF_PAGES, ChangedTests, changed_files

FILES = {
    "shop/prices.py": "",
    "shop/baskets/add.py": "",
    "shop/baskets/show.py": 'PAGE = "baskets/show.html"',
    "shop/management/commands/restock.py": "",
    "shop/baskets/empty.py": "",
    "shop/till/open.py": "",
    "templates/baskets/show.html": '{% include "baskets/line.html" %}',
    "templates/baskets/line.html": "",
    "tests/conftest.py": "",
    "tests/architecture/test_rules.py": "",
    f"tests/architecture/{RULES_OF_PAGES[0]}": "",
    "tests/fakes/till.py": "",
    "tests/fakes/coins.py": "",
    "tests/payloads/receipt.json": "",
    "tests/shop/test_prices.py": "",
    "tests/shop/test_commands.py": 'call_command("restock")',
    "tests/shop/test_receipts.py": 'sample("receipt.json")',
    "tests/shop/baskets/conftest.py": "",
    "tests/shop/baskets/test_add.py": "",
    "tests/shop/baskets/test_show.py": "",
}
SHOP = [name for name in FILES if name.startswith("tests/shop/test_")]
BASKETS = [name for name in FILES if name.startswith("tests/shop/baskets/test_")]
IMPORTS = [
    ("shop.baskets.add", "shop.prices"),
    ("tests.conftest", "shop.prices"),
    ("tests.shop.test_prices", "shop.prices"),
    ("tests.shop.test_receipts", "shop.prices"),
    ("tests.shop.baskets.test_add", "shop.baskets.add"),
    ("tests.shop.test_receipts", "tests.fakes.till"),
    ("tests.fakes.till", "tests.fakes.coins"),
    ("tests.fakes.coins", "tests.fakes.till"),
]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ChangedTests:
    """A small shop and its tests."""
    monkeypatch.setattr("scripts.changed_tests.PACKAGES", ("shop", "tests"))
    graph = grimp.ImportGraph()
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if path.suffix == ".py":
            graph.add_module(".".join(Path(name).with_suffix("").parts))
    for importer, imported in IMPORTS:
        graph.add_import(importer=importer, imported=imported)
    return ChangedTests(tmp_path, graph)


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("shop/prices.py", ["tests/shop/test_prices.py", "tests/shop/test_receipts.py"]),
        ("shop/baskets/empty.py", BASKETS),
        ("shop/till/open.py", SHOP),
        ("shop/baskets/add.py", ["tests/shop/baskets/test_add.py"]),
        ("shop/management/commands/restock.py", ["tests/shop/test_commands.py"]),
        ("templates/baskets/line.html", ["tests/shop/baskets/test_show.py"]),
        ("tests/payloads/receipt.json", ["tests/shop/test_receipts.py"]),
        ("tests/fakes/coins.py", ["tests/shop/test_receipts.py"]),
        ("tests/shop/test_prices.py", ["tests/shop/test_prices.py"]),
        ("tests/shop/test_that_is_gone.py", []),
        (
            "tests/shop/baskets/conftest.py",
            ["tests/shop/baskets"],
        ),
        ("tests/conftest.py", []),
        ("README.md", []),
    ],
)
def test_a_file_s_tests_are_its_mirror_and_those_that_import_or_name_it(
    tree: ChangedTests, changed: str, tests: list[str]
) -> None:
    chosen = tree.of([Path(changed)])
    assert [path for path in chosen if not path.is_relative_to(RULES)] == sorted(map(Path, tests))


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ("shop/prices.py", RULES / "test_rules.py"),
        ("tests/architecture/test_rules.py", RULES / "test_rules.py"),
        ("templates/baskets/line.html", RULES),
        ("shop/views/show.py", RULES),
    ],
)
def test_rules_are_always_run_and_those_of_pages_where_a_page_changed(
    tree: ChangedTests, changed: str, rules: Path
) -> None:
    assert [path for path in tree.of([Path(changed)]) if path.is_relative_to(RULES)] == [rules]


def test_what_differs_from_main_has_changed_committed_or_not(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=Sam", "-c", "user.email=sam@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def write(name: str) -> None:
        (tmp_path / name).write_text(name, encoding="utf-8")

    git("init", "--initial-branch=main")
    for name in ("untouched.py", "removed.py", "edited.py"):
        write(name)
    git("add", ".")
    git("commit", "-m", "Begin")
    assert changed_files(tmp_path) == []
    git("switch", "-c", "work")
    git("rm", "removed.py")
    write("committed.py")
    git("add", "committed.py")
    git("commit", "-m", "Go on")
    (tmp_path / "edited.py").write_text("otherwise", encoding="utf-8")
    write("new file.py")
    assert list(map(str, changed_files(tmp_path))) == [
        "committed.py",
        "edited.py",
        "new file.py",
        "removed.py",
    ]
