"""The documentation as a website: what is wrong in it is a failure."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import BASE_DIR
from scripts.docs_site.contents import with_tables_of_contents
from scripts.docs_site.remote import remote_addresses

FIRST_PAGE = """\
# A manual

## Learn

- [Begin](one.md)

## Look up

- [Words](two.md): all of them
"""
BUILD = "from pathlib import Path; import sys; from scripts.docs_site.__main__ import build; \
sys.exit(build(Path(sys.argv[1]), Path(sys.argv[2]), jobs=1))"


def built(folder: Path, *, one: str, two: str = "# Two\n\n## A part of it\n") -> tuple[int, str]:
    """Build a small manual, and return the exit code with what was said."""
    docs = folder / "source" / "docs"
    docs.mkdir(parents=True)
    (docs / "index.md").write_text(FIRST_PAGE, encoding="utf-8")
    (docs / "one.md").write_text(one, encoding="utf-8")
    (docs / "two.md").write_text(two, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder / "source"), str(folder / "site")],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_manual_whose_links_lead_somewhere_is_built(tmp_path: Path) -> None:
    code, said = built(tmp_path, one="# One\n\n[a part](two.md#a-part-of-it)\n")
    assert (code, said) == (0, "")
    page = (tmp_path / "site" / "docs" / "one.html").read_text(encoding="utf-8")
    assert 'href="two.html#a-part-of-it"' in page
    assert [caption for caption in ("Learn", "Look up") if f">{caption}<" not in page] == []
    first = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "url=docs/index.html" in first


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize(
    "link", ["[a page](three.md)", "[a part](two.md#another-part)", "[here](#nowhere)"]
)
def test_a_link_that_leads_nowhere_is_a_failure(tmp_path: Path, link: str) -> None:
    code, said = built(tmp_path, one=f"# One\n\n{link}\n")
    assert code != 0
    assert "one.md:3" in said


def test_a_document_that_the_first_page_does_not_list_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "source" / "docs" / "how-to").mkdir(parents=True)
    forgotten = tmp_path / "source" / "docs" / "how-to" / "forgotten.md"
    forgotten.write_text("# Forgotten\n", encoding="utf-8")
    docs = tmp_path / "source" / "docs"
    for name, text in (("index", FIRST_PAGE), ("one", "# One\n"), ("two", "# Two\n")):
        (docs / f"{name}.md").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path / "source"), str(tmp_path / "site")],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "forgotten.md" in done.stderr


def test_lists_of_the_first_page_become_tables_of_contents() -> None:
    text = with_tables_of_contents(FIRST_PAGE)
    assert re.findall(r":caption: (.+)\n\n(.+)\n```", text) == [
        ("Learn", "Begin <one>"),
        ("Look up", "Words <two>"),
    ]
    assert with_tables_of_contents("# Alone\n\nText.\n") == "# Alone\n\nText.\n"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.html", '<script src="https://cdn.example/x.js"></script>', "https://cdn.example/x.js"),
        ("a.html", '<link rel=stylesheet href="//fonts.example/x">', "//fonts.example/x"),
        ("a.css", "@import url('https://fonts.example/x.css');", "https://fonts.example/x.css"),
        ("a.css", "a { background: url(https://a.example/x.png) }", "https://a.example/x.png"),
        ("a.html", '<a href="https://a.example/">away</a><img src="b.png">', ""),
        ("a.css", "a { background: url(data:image/png;base64,AA==) }", ""),
    ],
)
def test_what_a_page_would_load_from_elsewhere_is_found(
    tmp_path: Path, name: str, text: str, found: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(remote_addresses(tmp_path)) == ([f"{name}: {found}"] if found else [])
