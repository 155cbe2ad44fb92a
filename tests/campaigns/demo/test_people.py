"""The invented people: nobody real can be written to, and they are as mixed as real lists are."""

import unicodedata
from collections import Counter
from zoneinfo import ZoneInfo

from django_countries import countries

from campaigns.demo.people import DOMAINS, Standing, people
from newsletter.core.addresses import address_digest, parse_address

RESERVED = (".example", ".example.org", ".example.net", ".example.com")
"""RFC 2606 sections 2 and 3."""


def test_exactly_200_have_confirmed() -> None:
    assert Counter(person.standing for person in people())[Standing.CONFIRMED] == 200


def test_nobody_real_can_be_written_to() -> None:
    assert all(f".{domain}".endswith(RESERVED) for domain in DOMAINS)
    assert all(person.email.rpartition("@")[2] in DOMAINS for person in people())


def test_every_address_is_one_and_nobody_stands_twice() -> None:
    assert all(parse_address(person.email) == person.email for person in people())
    assert len({address_digest(person.email) for person in people()}) == len(people())
    assert len({person.full_name for person in people()}) == len(people())


def test_every_country_and_zone_is_known() -> None:
    for person in people():
        assert person.country in countries, person
        ZoneInfo(person.time_zone)


def test_the_countries_that_the_taskforce_names_are_represented() -> None:
    assert {"NZ", "SL", "GB", "US", "BE", "RO", "HU", "GT"} <= {
        person.country for person in people()
    }
    assert len({person.country for person in people()}) > 100


def test_many_scripts_are_read() -> None:
    scripts = {unicodedata.name(person.full_name[0]).split()[0] for person in people()}
    assert {
        "LATIN",
        "CYRILLIC",
        "GREEK",
        "ARABIC",
        "HEBREW",
        "DEVANAGARI",
        "CJK",
        "HANGUL",
        "GEORGIAN",
        "ETHIOPIC",
        "THAI",
        "ARMENIAN",
    } <= scripts


def test_names_are_kept_in_their_composed_form() -> None:
    for person in people():
        assert unicodedata.is_normalized("NFC", person.full_name), person
        assert person.full_name == person.full_name.strip()
        assert person.given_name in person.full_name


def test_some_are_addressed_without_a_name() -> None:
    """Where the given name is unknown, the email shows the merge field's fallback."""
    assert sum(not person.given_name for person in people()) >= 8
