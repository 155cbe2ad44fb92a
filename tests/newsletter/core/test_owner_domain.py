"""The domain that one organisation holds."""

import socket

import pytest

from newsletter.core.mailboxes import LARGE_PROVIDERS
from newsletter.core.owner_domain import owner_domain

OWNERS = {
    "catch-all.example": "catch-all.example",
    "s1.catch-all.example": "catch-all.example",
    "a.b.c.d.catch-all.example": "catch-all.example",
    "mail.parliament.uk": "parliament.uk",
    "mail.house.gov": "house.gov",
    # Organisations that share a public suffix are none.
    "beis.gov.uk": "beis.gov.uk",
    "mail.hospital.nhs.uk": "hospital.nhs.uk",
    "rada.gov.ua": "rada.gov.ua",
    "x.interieur.gouv.fr": "interieur.gouv.fr",
    "senado.gob.mx": "senado.gob.mx",
    "al.sp.leg.br": "al.sp.leg.br",
    "one.github.io": "one.github.io",
    "two.duckdns.org": "two.duckdns.org",
    # Nor are institutions below a domain that the list doesn't name.
    "europarl.europa.eu": "europarl.europa.eu",
    "mail.europarl.europa.eu": "europarl.europa.eu",
    "ec.europa.eu": "ec.europa.eu",
    "mai.gov.ro": "mai.gov.ro",
    "a.b.just.gov.md": "just.gov.md",
    "eda.admin.ch": "eda.admin.ch",
    # A public suffix is its own.
    "gov.uk": "gov.uk",
    "gov.ro": "gov.ro",
    "europa.eu": "europa.eu",
    "com": "com",
    # IDN, and what no list knows.
    "a.xn--e1afmkfd.xn--p1ai": "xn--e1afmkfd.xn--p1ai",
    "xn--fiqs8s": "xn--fiqs8s",
    "x.y.z.unknown-top": "z.unknown-top",
    "notgov.ro": "notgov.ro",
    "x.notgov.ro": "notgov.ro",
    "localhost": "localhost",
    "": "",
}


@pytest.mark.parametrize("domain", OWNERS)
def test_a_domain_belongs_to_whoever_registered_it(domain: str) -> None:
    assert owner_domain(domain) == OWNERS[domain]


def test_large_providers_are_their_own() -> None:
    """Or the limit of one would be counted under another name than it is looked up by."""
    assert {domain for domain in LARGE_PROVIDERS if owner_domain(domain) != domain} == set()


def test_however_deep_or_odd_a_name_is_there_is_an_answer() -> None:
    for domain in ("a." * 100 + "example.org", ".", "..", "a..b", "x" * 5000, "." * 1000):
        assert isinstance(owner_domain(domain), str)
    assert owner_domain("a." * 100 + "example.org") == "example.org"


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    assert owner_domain("a.b.example.net") == "example.net"
