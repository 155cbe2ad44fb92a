"""Mailboxes: the one that an address leads to, and the providers that have very many.

This is for limits alone. Nobody is known by it, because elsewhere ada+news@ may be another person
than ada@, and what one of them said doesn't hold for the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.core.addresses import address_digest, normal_form


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How one provider reads the part before the @, by its own help pages.

    Args:
        domain: the domain for all of its domains, where one name is one mailbox on each of them.
        tag: what a tag begins with, besides "+".
        ignored: characters that make no difference.
    """

    domain: str = ""
    tag: str = ""
    ignored: str = ""


_GOOGLE = _Spelling("gmail.com", ignored=".")
_APPLE = _Spelling("icloud.com")
_PROTON = _Spelling("proton.me", ignored=".-_")
_YAHOO = _Spelling(tag="-")
_YANDEX = _Spelling("yandex.ru", ignored=".-")

_SPELLINGS: Mapping[str, _Spelling] = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), _GOOGLE),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), _APPLE),
    **dict.fromkeys(("proton.me", "protonmail.com", "pm.me"), _PROTON),
    **dict.fromkeys(
        ("yahoo.com", "ymail.com", "rocketmail.com", "yahoo.fr", "yahoo.es", "yahoo.de",
         "yahoo.it", "yahoo.ro", "yahoo.co.uk", "yahoo.ca", "yahoo.co.in", "yahoo.com.br",
         "yahoo.com.ar", "yahoo.com.mx", "yahoo.com.au"),
        _YAHOO,
    ),
    **dict.fromkeys(
        ("yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru"), _YANDEX
    ),
}  # fmt: skip

_NO_SPELLING = _Spelling()

LARGE_PROVIDERS = frozenset(_SPELLINGS) | frozenset(
    [
        "outlook.com", "outlook.fr", "outlook.es", "outlook.de", "hotmail.com", "hotmail.fr",
        "hotmail.es", "hotmail.it", "hotmail.de", "hotmail.co.uk", "live.com", "live.fr",
        "live.co.uk", "msn.com", "aol.com", "gmx.com", "gmx.net", "gmx.de", "gmx.at", "gmx.ch",
        "gmx.fr", "web.de", "t-online.de", "freenet.de", "mail.com", "fastmail.com", "fastmail.fm",
        "zoho.com", "tutanota.com", "tuta.com", "tuta.io", "posteo.de", "mailbox.org", "hey.com",
        "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "neuf.fr", "bbox.fr",
        "libero.it", "virgilio.it", "tiscali.it", "alice.it", "telefonica.net", "terra.com.br",
        "uol.com.br", "bol.com.br", "ukr.net", "i.ua", "meta.ua", "bigmir.net", "mail.ru", "bk.ru",
        "inbox.ru", "list.ru", "wp.pl", "o2.pl", "onet.pl", "interia.pl", "seznam.cz", "centrum.cz",
        "abv.bg", "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net",
        "cox.net", "charter.net", "shaw.ca", "rogers.com", "sympatico.ca", "btinternet.com",
        "sky.com", "virginmedia.com", "talktalk.net", "ntlworld.com", "bigpond.com",
        "optusnet.com.au", "xtra.co.nz", "bluewin.ch", "telenet.be", "skynet.be", "ziggo.nl",
        "kpnmail.nl", "qq.com", "163.com", "126.com", "sina.com", "naver.com", "daum.net",
        "hanmail.net", "docomo.ne.jp", "rediffmail.com",
    ]
)  # fmt: skip
"""Domains of providers where anybody has a mailbox: so many people sign up with one of them that
they say nothing of an attack on one organisation.
"""


def mailbox_of(address: str) -> str:
    """Guess the mailbox that an address leads to: without its tag, and without what is ignored.

    A tag begins with "+", at Yahoo with "-" too. A wrong guess costs a stranger's second question
    a day, and nothing else.

    Args:
        address: as `parse_address` returned it.
    """
    local, _, domain = normal_form(address).rpartition("@")
    spelling = _SPELLINGS.get(domain, _NO_SPELLING)
    for mark in ("+", spelling.tag):
        local = (local.partition(mark)[0] or local) if mark else local
    plain = local.translate({ord(character): None for character in spelling.ignored})
    return f"{plain or local}@{spelling.domain or domain}"


def mailbox_digest(address: str) -> str:
    """Return the keyed digest of the mailbox that an address leads to, for limits.

    Args:
        address: as `parse_address` returned it.
    """
    return address_digest(mailbox_of(address))
