"""Checks of the sender's domain, against a real DNS server on loopback."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dns.resolver
import pytest
from pytest_django.fixtures import Settings

from campaigns.reports.diagnostics.diagnose import run
from campaigns.reports.diagnostics.finding import Finding, Level
from campaigns.reports.diagnostics.sender_dns import sender_dns
from newsletter.core.outbound.reach import Reach
from newsletter.models import Brand
from newsletter.transport.message.dkim import public_record
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from tests.campaigns.reports.diagnostics.findings import told_by
from tests.fakes import dns_server
from tests.fakes.dkim_key import Key

pytestmark = pytest.mark.django_db

SENDER = "lists.example.org"
SPF = '"v=spf1 a:mail.example.org ~all"'
GOOD = {
    (SENDER, "TXT"): ['"google-site-verification=abc"', SPF],
    (f"_dmarc.{SENDER}", "TXT"): ['"v=DMARC1; p=none"'],
    (SENDER, "MX"): ["20 b.example.org.", "10 a.example.org."],
}


@dataclass
class Zone:
    """What the DNS server knows, and the resolver that asks it."""

    records: dict[tuple[str, str], list[str]]
    resolver: dns.resolver.Resolver

    def found(self) -> list[Finding]:
        """List what isn't fine."""
        return [
            each
            for each in told_by("dns", sender_dns(Reach(resolver=self.resolver)))
            if each.level is not Level.FINE
        ]

    def words(self) -> str:
        """Return the one finding."""
        [finding] = self.found()
        assert finding.level is Level.LOOK
        return finding.message


@pytest.fixture
def zone(brand: Brand, settings: Settings) -> Iterator[Zone]:
    Brand.objects.update(sender_email=f"news@{SENDER}", neutral_sender_email="")
    use(settings, "smtps://user:password@mail.example.org")
    records = {key: list(each) for key, each in GOOD.items()}
    with dns_server.serve({dns_server.ROOT: []}, others=records) as resolver:
        yield Zone(records, resolver)


def use(settings: Settings, url: str) -> None:
    settings.MAILER_SETTINGS = dict.fromkeys(("transactional", "bulk"), parse_mailer_url(url))


def test_a_domain_with_all_records_is_well(zone: Zone) -> None:
    [finding] = told_by("dns", sender_dns(Reach(resolver=zone.resolver)))
    assert finding.level is Level.FINE
    assert finding.message == f"SPF, DKIM, DMARC and MX of {SENDER} are there."


def test_spf_that_is_missing_is_named_with_the_record_to_set(zone: Zone) -> None:
    zone.records[SENDER, "TXT"] = ['"v=spf10 is none"']
    assert zone.words() == (
        f'{SENDER} has no SPF record. Set in DNS: {SENDER}. TXT "v=spf1 a:mail.example.org ~all"'
    )


def test_two_spf_records_count_for_none(zone: Zone) -> None:
    zone.records[SENDER, "TXT"] = [SPF, '"v=spf1 mx -all"']
    assert "has 2 SPF records" in zone.words()


def test_spf_in_several_strings_is_read_as_one(zone: Zone) -> None:
    zone.records[SENDER, "TXT"] = ['"v=spf1 a:mail.exam" "ple.org ~all"']
    assert zone.found() == []


@pytest.mark.parametrize("all_of_them", ["+all", "all", "+ALL"])
def test_spf_that_lets_anybody_send_is_named(zone: Zone, all_of_them: str) -> None:
    zone.records[SENDER, "TXT"] = [f'"v=spf1 mx {all_of_them}"']
    assert zone.words().endswith('TXT "v=spf1 mx ~all"')


def test_spf_must_name_a_provider_that_sends_with_our_domain(
    zone: Zone, settings: Settings
) -> None:
    use(settings, f"mailgun://:key-of-mailgun@{SENDER}")
    assert zone.words().endswith(
        f'does not name include:mailgun.org. Set in DNS: {SENDER}. TXT "v=spf1 a:mail.example.org '
        f'include:mailgun.org ~all"'
    )
    zone.records[SENDER, "TXT"] = ['"v=spf1 include:mailgun.org -all"']
    assert zone.found() == []


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("v=spf1 mx -all", 'TXT "v=spf1 mx include:mailgun.org -all"'),
        ("v=spf1 mx", 'TXT "v=spf1 mx include:mailgun.org"'),
        (
            "v=spf1 redirect=_spf.google.com",
            "does not name include:mailgun.org. It refers to another record by redirect=: add it "
            "there.",
        ),
    ],
)
def test_the_record_that_is_advised_keeps_what_the_domain_said(
    zone: Zone, settings: Settings, record: str, said: str
) -> None:
    use(settings, f"mailgun://:key-of-mailgun@{SENDER}")
    zone.records[SENDER, "TXT"] = [f'"{record}"']
    assert zone.words().endswith(said)


def test_the_record_of_somebody_else_s_relay_is_theirs_to_tell(
    zone: Zone, settings: Settings
) -> None:
    use(settings, "smtp://u:p@smtp.relay.example")
    zone.records[SENDER, "TXT"] = []
    assert zone.words() == (
        f"{SENDER} has no SPF record. Set the one that whoever runs smtp.relay.example asks for."
    )


def test_spf_is_looked_up_where_bounces_go(zone: Zone, settings: Settings) -> None:
    use(settings, "smtps://u:p@192.0.2.7?return_path=bounces@back.example.org")
    assert zone.words() == (
        "back.example.org has no SPF record. Set in DNS: back.example.org. TXT "
        '"v=spf1 ip4:192.0.2.7 ~all"'
    )


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_our_own_dkim_key_must_be_the_one_in_dns(
    zone: Zone, settings: Settings, tmp_path: Path, kind: str
) -> None:
    path = Key(tmp_path, kind).path
    use(
        settings,
        f"smtps://u:p@mail.example.org?dkim_domain={SENDER}&dkim_selector=c&dkim_key={path}",
    )
    name, right = f"c._domainkey.{SENDER}", public_record(str(path))
    assert right.startswith(f"v=DKIM1; k={kind}; p=")
    assert zone.words() == (f'The DKIM key at {name} is missing. Set in DNS: {name}. TXT "{right}"')
    zone.records[name, "TXT"] = ['"v=DKIM1; p=AAAA"']
    assert "is another" in zone.words()
    zone.records[name, "TXT"] = [
        f'"{right[:200]}" "{right[200:]}"' if right[200:] else f'"{right}"'
    ]
    assert zone.found() == []


def test_a_provider_s_dkim_key_must_be_there_under_one_of_its_selectors(
    zone: Zone, settings: Settings
) -> None:
    use(settings, "brevo://:key-of-brevo@")
    name = f"mail._domainkey.{SENDER}"
    assert zone.words().startswith(
        f"There is no DKIM key at brevo1._domainkey.{SENDER} or {name}. Set the records"
    )
    zone.records[name, "TXT"] = ['"k=rsa;p=MIGf"']
    assert zone.found() == []
    zone.records[name, "TXT"] = ['"k=rsa;p="']
    assert "no DKIM key" in zone.words(), "It was revoked (RFC 6376 section 3.6.1)."


def test_dmarc_may_stand_at_the_domain_above_and_nowhere_is_a_finding(zone: Zone) -> None:
    del zone.records[f"_dmarc.{SENDER}", "TXT"]
    assert zone.words() == (
        f'{SENDER} has no DMARC record. Set in DNS: _dmarc.{SENDER}. TXT "v=DMARC1; p=none"'
    )
    zone.records["_dmarc.example.org", "TXT"] = ['"v=DMARC1; p=reject"']
    assert zone.found() == []
    zone.records["_dmarc.example.org", "TXT"].append('"v=DMARC1; p=none"')
    assert "has 2 DMARC records" in zone.words()


@pytest.mark.parametrize("servers", [[], ["0 ."]])
def test_a_domain_that_takes_no_email_is_named(zone: Zone, servers: list[str]) -> None:
    zone.records[SENDER, "MX"] = servers
    assert f"{SENDER} takes no email" in zone.words()


def test_a_domain_with_an_address_takes_email_without_mx(zone: Zone) -> None:
    del zone.records[SENDER, "MX"]
    zone.records[SENDER, "AAAA"] = ["2001:db8::1"]
    assert zone.found() == []


def test_the_neutral_sender_s_domain_is_looked_up_too(zone: Zone) -> None:
    Brand.objects.update(neutral_sender_email="hello@notes.example.net")
    zone.records["_dmarc.notes.example.net", "TXT"] = ['"v=DMARC1; p=none"']
    assert "notes.example.net takes no email" in zone.words()


@pytest.mark.thorough
def test_where_dns_doesn_t_answer_nothing_is_known_and_nothing_is_a_fault(
    zone: Zone, settings: Settings
) -> None:
    """Some resolvers without an internet say "no such name" to everything."""
    with dns_server.serve({}) as cut_off, socket.socket(type=socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        deaf = dns.resolver.Resolver(configure=False)
        deaf.nameservers, deaf.port = ["127.0.0.1"], silent.getsockname()[1]
        for resolver in (cut_off, deaf):
            [finding] = told_by("dns", sender_dns(Reach(resolver=resolver)))
            assert finding.level is Level.FINE
            assert "could not be looked up" in finding.message
            # Nothing that was found earlier counts as mended.
            assert "dns" not in run(["dns"], reach=Reach(resolver=resolver)).checks
    assert "dns" in run(["dns"], reach=Reach(resolver=zone.resolver)).checks


def test_while_no_mail_leaves_nothing_is_asked(zone: Zone, settings: Settings) -> None:
    use(settings, "inbox://")
    zone.records.clear()
    assert told_by("dns", sender_dns(Reach(resolver=zone.resolver))) == []
