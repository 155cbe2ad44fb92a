"""Code has the field's words, one meaning a word, and docstrings that are sentences."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from config.env import BASE_DIR
from tests.architecture.definitions import definitions, dotted, product, public_classes
from tests.architecture.sources import files, text_of

OLD_MODULES = (
    "campaigns.demo.history",
    "campaigns.demo.letters",
    "campaigns.events.clocks",
    "campaigns.events.reader_time",
    "campaigns.reports.condition",
    "campaigns.sending.facts",
    "campaigns.sending.letters",
    "campaigns.studio.doors",
    "campaigns.studio.guesses",
    "campaigns.studio.letter",
    "campaigns.studio.readers",
    "campaigns.studio.way_in",
    "newsletter.concurrently",
    "newsletter.database_clock",
    "newsletter.database_plans",
    "newsletter.events",
    "newsletter.lifecycle",
    "newsletter.links",
    "newsletter.lookups",
    "newsletter.outbox.facts",
    "newsletter.outbox.outbox",
    "newsletter.rendering.faults",
    "newsletter.rendering.letter",
    "newsletter.rendering.policy",
    "newsletter.storable",
    "newsletter.surely",
    "newsletter.transactional",
    "newsletter.transport.allowance",
    "newsletter.transport.api_way",
    "newsletter.transport.batch",
    "newsletter.transport.crew",
    "newsletter.transport.domain_ceilings",
    "newsletter.transport.hand_over",
    "newsletter.transport.health",
    "newsletter.transport.merged_call",
    "newsletter.transport.one_by_one",
    "newsletter.transport.outcomes",
    "newsletter.transport.ready_message",
    "newsletter.transport.smtp_lane",
    "newsletter.transport.smtp_link",
    "newsletter.transport.smtp_way",
    "newsletter.transport.turns",
    "newsletter.transport.verdicts",
    "newsletter.transport.ways",
    "newsletter.transport.wire",
    "newsletter.webhooks.bounces.informal",
    "newsletter.webhooks.bounces.text",
    "newsletter.webhooks.dialects",
    "newsletter.webhooks.hints",
    "subscribers.consent.ledger",
    "subscribers.consent.offer",
    "subscribers.consent.words",
    "subscribers.imports.reading.text",
    "subscribers.imports.reading.words",
    "subscribers.imports.rows.suspicions",
    "subscribers.imports.verdict",
    "subscribers.suppression.react",
    "subscribers.views.door",
)
OLD_DEFINITIONS = frozenset(
    {
        "Allowance",
        "Statement",
        "Together",
        "TurnFarOff",
        "Turns",
        "UnderWay",
        "Verdict",
        "WayOut",
        "Wire",
        "ReadyMessage",
        "SmtpWay",
        "Link",
        "carry",
        "condition",
        "fold",
        "hand_over",
        "lookups",
        "mail_statements",
        "move",
        "send_merged",
        "shift",
        "statements",
        "take_step",
        "wait_for_turn",
        "way_in",
        "way_out",
        "wire_of",
    }
)
"""Names at the top of modules."""
OLD_WORDS = frozenset(
    {
        "allowance",
        "ceiling",
        "ceilings",
        "crew",
        "dialect",
        "dialects",
        "door",
        "doors",
        "handover",
        "lane",
        "lanes",
        "letter",
        "letters",
        "storable",
        "surely",
        "verb",
        "verbs",
        "verdict",
        "verdicts",
    }
)
"""Words that are part of no module's, class's, function's or test's name."""
SAME_CLASS = {
    "Command": "Django finds a command by it.",
}
"""Public classes of which there are several, with the reason."""
SAME_MODULE = {
    "block": "Each type of block has a folder of its own.",
    "settle": "Deliveries and single messages are both settled, in different apps.",
    "sender": "Each kind of sender has a folder of its own.",
    "journal": "A claim has a journal, and so have opt-outs; the glossary has an entry for each.",
}
"""Words of the glossary that are the names of several modules, with the reason."""
OTHER_FLOORS = frozenset({"admin", "commands", "management", "models", "studio", "views"})
"""Folders whose modules are named after the noun whose page, command or table they hold."""
BAD_BEGINNINGS = ("What", "Who", "Whether", "How", "Where", "When", "If")


def words_of(name: str) -> list[str]:
    """Split a name at capitals, underscores, blanks and dots, and write its words small."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)]


def has_old_word(name: str) -> bool:
    words = words_of(name)
    return bool(OLD_WORDS.intersection(words)) or "hand_over" in "_".join(words)


def glossary() -> list[str]:
    """List the entries of the glossary."""
    text = (BASE_DIR / "docs/glossary.md").read_text(encoding="utf-8")
    return re.findall(r"^\*\*([^*]+)\*\*:", text, re.MULTILINE)


def several(names: list[tuple[str, Path]]) -> dict[str, list[str]]:
    """Find names that stand for more than one thing, and where."""
    found: dict[str, list[str]] = {}
    for name, path in names:
        found.setdefault(name, []).append(str(path))
    return {name: places for name, places in found.items() if len(places) > 1}


def found_in(pattern: re.Pattern[str], paths: Iterable[Path]) -> list[str]:
    """List the lines that `pattern` matches, as path:line."""
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]


def docstring_fault(docstring: str) -> str:
    """Describe the fault of a docstring's first line, or return nothing."""
    first = docstring.partition("\n")[0]
    if first.startswith(tuple(f"{word} " for word in BAD_BEGINNINGS)):
        return f"begins with {first.partition(' ')[0]}"
    return "" if first.endswith(".") else "the first line has no full stop"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("HandOver", ["hand", "over"]),
        ("hand_over", ["hand", "over"]),
        ("newsletter.core", ["newsletter", "core"]),
        ("SMTPLane", ["smtp", "lane"]),
    ],
)
def test_names_are_split_into_words(name: str, words: list[str]) -> None:
    assert words_of(name) == words
    assert has_old_word(name) is (name != "newsletter.core")


def test_no_module_has_a_name_that_was_given_up() -> None:
    names = [dotted(path) for path in product()]
    found = [name for name in names for old in OLD_MODULES if f"{name}.".startswith(f"{old}.")]
    assert not found
    assert not [name for name in names if has_old_word(name)]


def test_nothing_imports_or_names_a_module_that_was_given_up() -> None:
    old = re.compile(rf"\b({'|'.join(map(re.escape, OLD_MODULES))})\b(?!_)")
    texts = [path for path in files(".py", ".md", ".toml") if path.name != Path(__file__).name]
    assert not found_in(old, [path for path in texts if path.name != "CHANGELOG.md"])


def test_no_class_or_function_has_a_name_that_was_given_up() -> None:
    assert not [
        str(one)
        for one in definitions()
        if has_old_word(one.name) or (one.is_top_level and one.name in OLD_DEFINITIONS)
    ]


def test_no_public_class_has_the_name_of_another() -> None:
    found = several([(one.name, one.path) for one in public_classes()])
    assert {name: places for name, places in found.items() if name not in SAME_CLASS} == {}
    assert not [name for name in SAME_CLASS if name not in found]


def test_a_word_of_the_glossary_is_the_name_of_one_module() -> None:
    words = {entry.replace(" ", "_").replace("-", "_") for entry in glossary()}
    found = several(
        [
            (path.stem, path)
            for path in product()
            if path.stem in words and not OTHER_FLOORS.intersection(path.parts)
        ]
    )
    assert {name: places for name, places in found.items() if name not in SAME_MODULE} == {}
    assert not [name for name in SAME_MODULE if name not in found]


def test_the_glossary_has_no_word_that_was_given_up() -> None:
    assert not [entry for entry in glossary() if has_old_word(entry)]


def test_no_document_uses_a_word_that_was_given_up() -> None:
    nouns = r"(letter(?!-spacing)|door|verb|lane|allowance|ceiling)s?"  # that one is of CSS
    old = rf"hand(s|ed|ing)?[ -]over|ways? out|crews?|{nouns}"
    assert not found_in(re.compile(rf"(?i)\b({old}|dialects?|verdicts?)\b"), list(files(".md")))


def test_people_read_of_a_second_step_and_code_of_a_second_factor() -> None:
    """Docs for developers use the field's term; what people read has the glossary's other one."""
    shown = [*files(".html", ".mjml", ".txt", ".po"), BASE_DIR / "docs/accounts.md"]
    assert not found_in(re.compile(r"(?i)second[ -]factors?\b|two-factor|\b2FA\b"), shown)
    said = re.compile(r"""(?i)^\s*f?"[^"]*\bsecond factors?\b""")
    assert not found_in(said, product())


def test_docstrings_begin_with_a_sentence() -> None:
    """PEP 257: the first line is an imperative or names a thing, and ends with a full stop.

    That of a constructor may hold its arguments alone.
    """
    assert not [
        f"{one}: {fault}"
        for one in definitions()
        if one.is_public
        and one.name != "__init__"
        and one.docstring
        and (fault := docstring_fault(one.docstring))
    ]
