"""Addresses: what is kept, what is refused, and the quick reader that must agree with the validator."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.addresses import BadAddress, address_digest, address_reader, mailbox_of, parse_address

LOCAL = st.text("abcXYZ019!#$%&'*+/=?^_`{|}~.-é\"@ ", min_size=0, max_size=20) | st.sampled_from(["Postmaster", "INFO", "x" * 70, "a..b"])
DOMAIN = st.sampled_from(
    ["example.org", "Example.ORG", "mail.example.org", "example", "example.org.", "-bad.example.org", "exämple.org", "xn--exmple-cua.org",
     "xn--bad!.org", "ex_ample.org", "a" * 64 + ".org", ".".join(["a" * 60] * 4) + ".org", "1.2.3.4", "[1.2.3.4]", "localhost", ""]
)  # fmt: skip


@given(st.lists(st.tuples(LOCAL, DOMAIN), max_size=8))
@example([("ada", "example.org"), ("Postmaster", "example.org"), ("postmaster", "example.org")])
@example([("a", ".".join(["a" * 60] * 4) + ".org"), ("aaaaaaaaaa", ".".join(["a" * 60] * 4) + ".org")])
def test_the_quick_reader_says_what_the_validator_says(addresses: list[tuple[str, str]]) -> None:
    read = address_reader()
    # Twice, so that each domain is read once new and once remembered.
    for local, domain in [*addresses, *addresses]:
        text = f" {local}@{domain} "
        assert _answer(read, text) == _answer(parse_address, text)


@given(st.text(max_size=300))
def test_no_text_breaks_the_quick_reader(text: str) -> None:
    assert _answer(address_reader(), text) == _answer(parse_address, text)


def test_the_domain_is_kept_in_ascii_and_small_letters() -> None:
    assert parse_address(" Ada@EXÄMPLE.org ") == "Ada@xn--exmple-cua.org"


def test_addresses_that_differ_in_case_alone_are_one_person() -> None:
    assert address_digest("Ada@example.org") == address_digest("ada@example.org")


@pytest.mark.parametrize("text", ["", "@", "ada", "ada@", "a@b@example.org", "ada@example.org\nBcc: b@b.org", "a" * 255 + "@b.org"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        parse_address(text)


def _answer(read: object, text: str) -> str:
    assert callable(read)
    try:
        return str(read(text))
    except BadAddress as error:
        return f"refused: {error}"


def test_what_was_lost_in_decoding_is_no_address() -> None:
    with pytest.raises(BadAddress, match="lost on its way"):
        parse_address("ad\ufffd@example.org")


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Ada@example.org", "ada@example.org"),
        ("ada+news@example.org", "ada@example.org"),
        ("a.d.a+x+y@googlemail.com", "ada@gmail.com"),
        ("a.da@example.org", "a.da@example.org"),
        ("+news@example.org", "+news@example.org"),
    ],
)
def test_spellings_that_lead_into_one_mailbox_are_counted_as_one(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox
