"""Check of the sender's domain: SPF, DKIM, DMARC and MX, with the records to set.

Mailbox providers want all of them of whoever writes to many. Only what surely is missing is a
finding: where DNS doesn't answer, nothing is known of the domain.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.conf import settings

from campaigns.reports.diagnostics.finding import Found, Level, Said
from newsletter.brand.current import current_brand
from newsletter.core.addresses import domain_of
from newsletter.core.loopback import is_address, is_loopback
from newsletter.core.outbound.reach import PUBLIC, Reach
from newsletter.core.outbound.records import DnsSilent, Records
from newsletter.core.owner_domain import owner_domain
from newsletter.models import Brand
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.message.dkim import public_record
from newsletter.transport.providers.registry import PROVIDERS

_SPF = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
_ALL = re.compile(r"\s+[-~?+]?all\b.*$", re.IGNORECASE)
_BEFORE_ALL = re.compile(r"(?=\s[-~?+]?all\b)", re.IGNORECASE)
_LETS_ALL = re.compile(r"\s\+?all\b", re.IGNORECASE)
_DMARC = re.compile(r"v=DMARC1\s*;", re.IGNORECASE)
_KEY = re.compile(r"(?:^|;)\s*p\s*=\s*([A-Za-z0-9+/=\s]*)")


def sender_dns(reach: Reach = PUBLIC) -> Found:
    """Look up what mailbox providers look up of the sender's domain.

    Args:
        reach: with the resolver that is asked.
    """
    mailers = [each for each in settings.MAILER_SETTINGS.values() if each.provider != "inbox"]
    brand = current_brand()
    if not (mailers and brand.sender_email):
        return
    records = Records(resolver=reach.resolver)
    try:
        found = [
            *_spf(_senders(brand, mailers), records),
            *_dkim(_keys(brand, mailers), records),
            *(each for domain in _domains(brand) for each in _of_domain(domain, records)),
        ]
    except DnsSilent as silent:
        yield Said(
            Level.FINE,
            f"DNS doesn't answer here, so SPF, DKIM, DMARC and MX could not be looked up "
            f"({silent}).",
            is_known=False,
        )
        return
    yield from found
    if not found:
        yield Level.FINE, f"SPF, DKIM, DMARC and MX of {domain_of(brand.sender_email)} are there."


def _domains(brand: Brand) -> list[str]:
    senders = (brand.sender_email, brand.neutral_sender_email)
    return list(dict.fromkeys(domain_of(each).lower() for each in senders if each))


def _senders(brand: Brand, mailers: list[MailerSettings]) -> Mapping[str, list[str]]:
    """Return what SPF must have, by the domain of the envelope (RFC 7208 section 2.4)."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for mailer in mailers:
        options = mailer.options
        if mailer.provider == "smtp":
            where = str(options.get("return_path", brand.sender_email))
            mechanism = _of_host(str(options["host"]))
        else:
            where = str(options.get("sender_domain", brand.sender_email))
            mechanism = PROVIDERS[mailer.provider].sender_records.spf
        domain = domain_of(where).lower()
        if mechanism and mechanism not in wanted[domain]:
            wanted[domain].append(mechanism)
    return {domain: mechanisms for domain, mechanisms in wanted.items() if mechanisms}


def _of_host(host: str) -> str:
    if is_loopback(host):
        return "mx"
    if is_address(host):
        return f"{'ip6' if ':' in host else 'ip4'}:{host.strip('[]')}"
    return f"a:{host}"


def _spf(senders: Mapping[str, list[str]], records: Records) -> Iterator[Said]:
    for domain, mechanisms in senders.items():
        found = [each for each in records.txt(domain) if _SPF.match(each)]
        about = f"SPF of {domain}"
        if not found and (relays := _of_others(domain, mechanisms)):
            # A relay that takes our mail may send it from other hosts.
            whose = " and ".join(relays)
            words = f"{domain} has no SPF record. Set the one that whoever runs {whose} asks for."
            yield Said(Level.LOOK, words, about)
        elif not found:
            right = f"v=spf1 {' '.join(mechanisms)} ~all"
            yield _missing(about, f"{domain} has no SPF record", domain, right)
        elif len(found) > 1:
            yield Said(
                Level.LOOK,
                f"{domain} has {len(found)} SPF records, so receivers take none of them. Join them "
                f"into one TXT record.",
                about,
            )
        elif _LETS_ALL.search(found[0]):
            right = _ALL.sub(" ~all", found[0])
            yield _missing(about, f"SPF of {domain} lets anybody send in its name", domain, right)
        else:
            # Others than includes may be named in more ways than one.
            lacks = [
                each
                for each in mechanisms
                if each.startswith("include:") and each not in found[0].split()
            ]
            if lacks:
                yield _lacking(domain, found[0], lacks, about)


def _of_others(domain: str, mechanisms: list[str]) -> list[str]:
    """Return the mail servers that belong to others than the domain."""
    hosts = [each.removeprefix("a:") for each in mechanisms if each.startswith("a:")]
    return [host for host in hosts if owner_domain(host) != owner_domain(domain)]


def _lacking(domain: str, record: str, lacks: list[str], about: str) -> Said:
    """Tell of mechanisms that a record lacks, and the record with them, where it can be known."""
    what = f"SPF of {domain} does not name {' and '.join(lacks)}"
    if "redirect=" in record.lower():
        # Where `all` stands, `redirect=` counts no more (RFC 7208 section 6.1).
        words = f"{what}. It refers to another record by redirect=: add it there."
        return Said(Level.LOOK, words, about)
    added = f" {' '.join(lacks)}"
    # Before `all`, which ends the record, and with its own qualifier.
    right = _BEFORE_ALL.sub(added, record, count=1)
    return _missing(about, what, domain, right if right != record else record + added)


def _missing(about: str, what: str, name: str, right: str) -> Said:
    return Said(Level.LOOK, f'{what}. Set in DNS: {name}. TXT "{right}"', about)


def _keys(brand: Brand, mailers: list[MailerSettings]) -> Mapping[tuple[str, ...], str]:
    """Return the names of which one must have a DKIM key, and the record where it is known."""
    wanted: dict[tuple[str, ...], str] = {}
    sender = domain_of(brand.sender_email).lower()
    for mailer in mailers:
        for start in ("", "neutral_"):
            options = mailer.options
            if key := options.get(f"{start}dkim_key"):
                selector, domain = options[f"{start}dkim_selector"], options[f"{start}dkim_domain"]
                wanted[(f"{selector}._domainkey.{domain}",)] = public_record(str(key))
        selectors = PROVIDERS[mailer.provider].sender_records.selectors
        if selectors:
            wanted.setdefault(tuple(f"{each}._domainkey.{sender}" for each in selectors), "")
    return wanted


def _dkim(keys: Mapping[tuple[str, ...], str], records: Records) -> Iterator[Said]:
    for names, right in keys.items():
        published = [_public_key(each) for name in names for each in records.txt(name)]
        about = f"DKIM at {names[0]}"
        if right and _public_key(right) not in published:
            what = "is another" if any(published) else "is missing"
            yield _missing(about, f"The DKIM key at {names[0]} {what}", names[0], right)
        elif not right and not any(published):
            yield Said(
                Level.LOOK,
                f"There is no DKIM key at {' or '.join(names)}. Set the records that your email "
                f"provider shows for this domain.",
                about,
            )


def _public_key(text: str) -> str:
    found = _KEY.search(text)
    return re.sub(r"\s", "", found[1]) if found else ""


def _of_domain(domain: str, records: Records) -> Iterator[Said]:
    above = owner_domain(domain)
    # RFC 7489 section 6.6.3: that of the whole organisation holds, too.
    for each in dict.fromkeys((domain, above)):
        policies = [text for text in records.txt(f"_dmarc.{each}") if _DMARC.match(text)]
        if policies:
            break
    name = f"_dmarc.{domain}"
    if not policies:
        yield _missing(
            f"DMARC of {domain}", f"{domain} has no DMARC record", name, "v=DMARC1; p=none"
        )
    elif len(policies) > 1:
        yield Said(
            Level.LOOK,
            f"_dmarc.{each} has {len(policies)} DMARC records, so receivers take none of them. "
            f"Leave one.",
            f"DMARC of {domain}",
        )
    servers = records.mail_servers(domain)
    if servers == ["."] or not (servers or records.has_address(domain)):
        yield Said(
            Level.LOOK,
            f"{domain} takes no email, so replies come back, and some receivers refuse what comes "
            f"from there. Set in DNS: {domain}. MX 10 and the name of your mail server.",
            f"MX of {domain}",
        )
