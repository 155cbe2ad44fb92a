"""Documents: links lead somewhere, commands and pages exist, and decisions stay short."""

import re
from pathlib import Path

import pytest
from celery import current_app
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from config.env import BASE_DIR
from newsletter.audit_actions import audited_actions
from newsletter.transport.config.mailer_options import MailerUrlError
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from newsletter.transport.providers.registry import schemes as all_schemes

DOCUMENTS = sorted(
    [
        *BASE_DIR.glob("*.md"),
        *(BASE_DIR / "docs").rglob("*.md"),
        *(BASE_DIR / "deploy").glob("*.md"),
    ]
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
LONGEST_DECISION = 15
"""Lines of text."""

WORDS = frozenset(
    {
        "subscriber",
        "topic",
        "subscription",
        "consent record",
        "suppression",
        "event",
        "campaign",
        "content",
        "block",
        "merge field",
        "preheader",
        "audience",
        "delivery",
        "claim",
        "lease",
        "settle",
        "envelope",
        "return path",
        "sender identity",
        "stream",
        "mailer",
        "proof",
        "bounce class",
        "complaint",
        "deferral",
        "preference centre",
    }
)


def read(name: str) -> str:
    return (BASE_DIR / name).read_text(encoding="utf-8")


def anchors(document: Path) -> set[str]:
    """List a document's anchors as GitHub makes them of headings.

    Letters become small, blanks become hyphens, and other marks go.
    """
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_links_lead_somewhere(document: Path) -> None:
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), target


@pytest.mark.parametrize(
    "url",
    [
        "smtp://a@mail.example",
        "mailgun://:key@example.org",
        "postmark://:token@",
        "ses://eu-west-1",
    ],
)
def test_every_option_of_a_mailer_is_in_the_table(url: str) -> None:
    with pytest.raises(MailerUrlError) as refused:
        parse_mailer_url(f"{url}?misspelt=1")
    options = re.findall(
        r"\w+", str(refused.value).partition("is not one of its options (")[2].partition(")")[0]
    )
    assert "connections" in options
    assert [name for name in options if f"`{name}=" not in read("docs/configuration.md")] == []


def test_every_mailer_url_of_a_how_to_page_is_one() -> None:
    schemes = "|".join(map(re.escape, all_schemes()))
    shown = [
        (path, url.replace("…", ""))
        for path in sorted((BASE_DIR / "docs" / "how-to").rglob("*.md"))
        for url in re.findall(
            rf"(?:[`= ])((?:{schemes})://[^\s`]+)", path.read_text(encoding="utf-8")
        )
    ]
    assert len(shown) > 20
    for path, url in shown:
        try:
            parse_mailer_url(url.removesuffix("?"))
        except MailerUrlError as problem:
            pytest.fail(f"{path}: {url}: {problem}")


def is_there(dotted: str) -> bool:
    """Return whether a dotted name is a folder, a module, or something that a module defines."""
    *parents, last = dotted.split(".")
    folder = BASE_DIR.joinpath(*parents)
    module = folder.with_suffix(".py")
    return (
        (folder / last).is_dir()
        or (folder / f"{last}.py").is_file()
        or (module.is_file() and bool(re.search(rf"\b{last}\b", module.read_text("utf-8"))))
    )


@pytest.mark.parametrize(
    ("dotted", "expected"),
    [
        ("newsletter.core", True),
        ("newsletter.core.wake", True),
        ("newsletter.core.wake.wake", True),
        ("newsletter.core.wake.gone", False),
        ("newsletter.gone.wake", False),
    ],
)
def test_a_module_that_is_gone_is_noticed(dotted: str, *, expected: bool) -> None:
    assert is_there(dotted) is expected


@pytest.mark.parametrize(
    "document",
    # Decisions name what was considered, too.
    [path for path in DOCUMENTS if path.name != "decisions.md"],
    ids=lambda path: str(path.relative_to(BASE_DIR)),
)
def test_every_module_and_folder_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    apps = "config|newsletter|subscribers|campaigns|templates|tests|scripts|benchmarks|deploy"
    tasks = {name for name in current_app.tasks if not name.startswith("celery.")}
    codes = {str(action.value) for action in audited_actions()}
    named = set(re.findall(rf"`((?:{apps})(?:\.\w+)+)(?:\(\))?`", text)) - tasks - codes
    # NAME and the like stand for any name.
    paths = {
        re.sub(r"[A-Z]{2,}", "*", path).rstrip("/")
        for path in re.findall(rf"`((?:{apps})/[\w/.*-]*)`", text)
    }
    assert [name for name in named if not is_there(name)] == []
    assert [path for path in paths if not list(BASE_DIR.glob(path))] == []


def test_every_command_that_a_document_names_exists() -> None:
    known = get_commands()
    for document in DOCUMENTS:
        for name in re.findall(r"manage\.py ([a-z_]+)", document.read_text(encoding="utf-8")):
            assert name in known, f"{document}: {name}"


def test_the_contract_lists_commands_that_exist() -> None:
    contract = (
        read("docs/architecture.md")
        .partition("**Commands**")[2]
        .partition("`create_campaign` reads")[0]
    )
    listed = set(re.findall(r"^\| `([a-z_]+)", contract, re.MULTILINE))
    assert listed <= set(get_commands())
    ours = {
        name
        for name, app in get_commands().items()
        if app in ("campaigns", "subscribers", "staff", "newsletter")
    }
    assert ours == listed


def test_the_contract_lists_pages_that_exist() -> None:
    contract = (
        read("docs/architecture.md")
        .partition("**Pages**")[2]
        .partition("Planned and not there yet")[0]
    )
    pages = re.findall(r"`(/[^`]*)`", contract)
    assert len(pages) > 15
    for page in pages:
        slug = "00000000-0000-4000-8000-000000000000" if page.startswith("/archive/") else "a-slug"
        try:
            resolve(
                page.replace("<token>", "a-token").replace("<slug>", slug).replace("<number>", "1")
            )
        except Resolver404:
            pytest.fail(f"{page} is in the contract and leads nowhere")


def test_what_make_offers_is_in_the_contract() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE)) - {"help"}
    assert targets == set(
        re.findall(
            r"`make ([a-z]+)`",
            read("docs/architecture.md").partition("**Make**")[2].partition("\n\n")[0],
        )
    )


def test_decisions_are_numbered_and_short() -> None:
    decisions = re.split(r"^## ", read("docs/decisions.md"), flags=re.MULTILINE)[1:]
    for decision in decisions:
        heading, _, text = decision.partition("\n")
        assert re.match(r"[1-9][0-9]*\. ", heading), heading
        assert len([line for line in text.splitlines() if line.strip()]) <= LONGEST_DECISION, (
            heading
        )
    numbers = [int(decision.partition(".")[0]) for decision in decisions]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_word_of_the_design_has_its_one_meaning() -> None:
    entries = re.findall(r"^\*\*([^*]+)\*\*:", read("docs/glossary.md"), re.MULTILINE)
    assert len(entries) == len(set(entries))
    assert set(entries) >= WORDS
    assert entries == sorted(entries, key=str.lower)
