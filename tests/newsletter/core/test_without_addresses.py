"""Addresses are taken out of the words of mail servers: each shape, no other word, and soon."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.core.addresses import BadAddress, parse_address
from newsletter.core.without_addresses import without_addresses

SHAPES = {
    "550 5.1.1 <ada@example.nz>: no such user": "550 5.1.1 <address>: no such user",
    "550 5.1.1 <ada@example.nz>... User unknown": "550 5.1.1 <address>... User unknown",
    "550 ada@example.nz... User unknown": "550 <address>... User unknown",
    "No mailbox ada@example.nz.": "No mailbox <address>.",
    "No mailbox 'ada@example.nz', sorry": "No mailbox <address>, sorry",
    "Is it (ada@example.nz)?": "Is it (<address>)?",
    "[ada@example.nz]: full": "[<address>]: full",
    "to:ada@example.nz;ben@example.nz": "to:<address>;<address>",
    "rfc822;ada@example.nz": "rfc822;<address>",
    '"ada b"@example.nz is gone': "<address> is gone",
    r'<"ada \"b\" c"@example.nz> is gone': "<address> is gone",
    'He said "no" to "a b"@c.example': 'He said "no" to <address>',
    "o'neil+x@example.nz is gone": "<address> is gone",
    "ada@[192.0.2.1] is gone": "<address>[192.0.2.1] is gone",
    "ada%40example.nz is gone": "<address> is gone",
    "see https://example.org/?to=ada%40example.nz&x=1": "see https:<address>",
    "ada=40example.nz is gone": "<address> is gone",
    "rfc822;ada+40example.nz": "rfc822;<address>",
    "bounce+ada=example.nz@lists.example.org refused": "<address> refused",
    "bounce+ada=example.nz refused": "<address> refused",
    "SRS0=HHH=TT=example.nz=ada@forwarder.example refused": "<address> refused",
    "SRS0=HHH=TT=example.nz=ada refused": "<address> refused",
    "prvs=1234567890=ada@example.nz refused": "<address> refused",
    "smtp.mailfrom=bounce+ada=example.nz": "<address>",
    "smtp.rcptto=ada@example.nz": "<address>",
    "<@relay.example,@b.example:ada@example.nz>": "<address>,<address>:<address>",
    "ada@bücher.example, ada@xn--bcher-kva.example.": "<address>, <address>.",
    "bounce+ada=bücher.example gibt es nicht": "<address> gibt es nicht",
    "用户@例子.公司 不存在": "<address> 不存在",
    "ada\uff20example.nz": "<address>",
    "ada@localhost": "<address>",
    "cut off: <ada@exam": "cut off: <address>",
    "ada@": "<address>",
}

HARMLESS = [
    "",
    "[LastError=450 4.4.312 DNS query failed; LastAttemptedServerName=nowhere.example.net]",
    "4.4.3 Host not found. Name service error for name=example.net type=MX: Host not found",
    "250 2.0.0 Ok: queued as 4F2A01",
    "550 5.7.26 SPF [lists.example.org] with ip: [192.0.2.1] = did not pass",
    "554 5.7.1 spf=fail smtp.mailfrom=lists.example.org; dkim=none header.d=example.org",
    "421 4.7.0 relay=mx.example.nz. stat=Deferred, dsn=4.7.0, size=19311, limit=40960, t=0.40s",
    "450 4.2.0 Greylisted, see https://postgrey.schweikert.ch/help/lists.example.org.html",
    "550 blocked: https://www.spamhaus.org/query/ip/192.0.2.1?x=1.5&y=40",
    "550-5.7.1 https://support.google.com/mail/?p=UnsolicitedMessageError a1-20si7jvb.12 - gsmtp",
    '550 said "no", and "no" again; 40% full; +40 21 00 00',
    "<address> and <<recipient>>",
]


@pytest.mark.parametrize(("words", "kept"), SHAPES.items())
def test_addresses_of_every_shape_are_taken_out(words: str, kept: str) -> None:
    assert without_addresses(words) == kept


@pytest.mark.parametrize("words", HARMLESS)
def test_other_words_stay(words: str) -> None:
    assert without_addresses(words) == words


@given(st.emails(), st.sampled_from(["550 {} unknown", "<{}>", "rfc822;{}: no", "{}.", "({})"]))
def test_no_address_that_can_be_kept_stays(typed: str, words: str) -> None:
    try:
        address = parse_address(typed)
    except BadAddress:
        return
    kept = without_addresses(words.format(address))
    assert "@" not in kept
    assert kept.replace("address", "") == words.format("<>").replace("<<>>", "<>")


@pytest.mark.thorough(sample=23)
@pytest.mark.parametrize(
    "piece",
    ["a", "a.", "a@", "@", "a=", "=a.", "=a.b", "+40", "+40a.", "%4", "<", "<a", '"', '"a', "\\",
     '"\\', '\\"', '"a"', "..", "a@.", "d=a.", "=?=", "é", "a b@", "<@,", "\ud800"],
)  # fmt: skip
@pytest.mark.parametrize("end", ["", "@", "=", " ", "."])
def test_hostile_text_takes_no_time(piece: str, end: str) -> None:
    text = piece * (100_000 // len(piece)) + end
    began = time.thread_time()  # of this thread alone, however busy the machine is
    without_addresses(text)
    assert time.thread_time() - began < 1
