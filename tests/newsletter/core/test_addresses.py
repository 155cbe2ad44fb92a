"""Addresses: what is kept, what is refused, and the quick reader that agrees with the validator."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.core.addresses import (
    BadAddress,
    address_digest,
    address_reader,
    masked_address,
    normal_form,
    parse_address,
)

LOCAL = st.text("abcXYZ019!#$%&'*+/=?^_`{|}~.-é\"@ ", min_size=0, max_size=20) | st.sampled_from(
    ["Postmaster", "INFO", "x" * 70, "a..b"]
)
DOMAIN = st.sampled_from(
    ["example.org", "Example.ORG", "mail.example.org", "example", "example.org.",
     "-bad.example.org", "exämple.org", "xn--exmple-cua.org", "xn--bad!.org", "ex_ample.org",
     "a" * 64 + ".org", ".".join(["a" * 60] * 4) + ".org",
     "1.2.3.4", "[1.2.3.4]", "localhost", ""]
)  # fmt: skip


@given(st.lists(st.tuples(LOCAL, DOMAIN), max_size=8))
@example([("ada", "example.org"), ("Postmaster", "example.org"), ("postmaster", "example.org")])
@example(
    [("a", ".".join(["a" * 60] * 4) + ".org"), ("aaaaaaaaaa", ".".join(["a" * 60] * 4) + ".org")]
)
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


LOOK_ALIKES = [
    "\u017f", "s", "\u00df", "ss", "\u1e9e", "\ufb01", "fi", "\ufb05", "st", "\u0130", "i\u0307",
    "\u0131", "i", "I", "\u03c2", "\u03c3", "\u03a3", "\u0149", "\u02bcn", "\u01f0", "j\u030c",
    "J\u030c", "\u0390", "\uff41", "a", "\u00aa", "\u0430", "\u00b5", "\u03bc", "\u0345",
    "\u212b", "\u00e5", "A\u030a", "\u13a0", "\uab70", "\u0301", "e", "\u00e9", ".",
]  # fmt: skip
"""Letters that fold, decompose or merely look like others, and those others."""
ANY_LOCAL = st.lists(st.sampled_from(LOOK_ALIKES), min_size=1, max_size=4).map("".join) | st.text(
    min_size=1, max_size=4
)


def in_small_letters(address: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", address).lower())


@given(ANY_LOCAL, ANY_LOCAL)
@example("\u017fam", "sam")
@example("stra\u00dfe", "strasse")
@example("J\u030c", "\u01f0")
def test_two_addresses_are_one_person_only_if_they_are_the_same_in_small_letters(
    one: str, other: str
) -> None:
    one, other = f"{one}@example.org", f"{other}@example.org"
    same = in_small_letters(one) == in_small_letters(other)
    assert (address_digest(one) == address_digest(other)) is same
    assert (normal_form(one) == normal_form(other)) is same


def test_no_letter_beyond_ascii_passes_for_one_of_ascii() -> None:
    # Of the three that Unicode holds to be nothing but another code for an ASCII character, U+212A
    # is a letter; what is parsed, kept and written to is that character.
    equivalent = {"\u037e": ";", "\u1fef": "`", "\u212a": "K"}
    for number in range(0x80, 0x110000):
        letter = chr(number)
        if not 0xD800 <= number < 0xE000 and normal_form(letter).isascii():
            assert letter in equivalent, f"U+{number:04X} passes for {normal_form(letter)!r}"
    assert parse_address("\u212aate@example.org") == "Kate@example.org"
    assert address_digest("\u212aate@example.org") == address_digest("kate@example.org")


@given(st.text(max_size=30))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


@pytest.mark.parametrize(
    ("look_alike", "real"),
    [
        ("\u017fam", "sam"),
        ("stra\u00dfe", "strasse"),
        ("\ufb01n", "fin"),
        ("\u0130pek", "ipek"),
        ("\u0131pek", "ipek"),
        ("\u03c3\u03b1\u03c2", "\u03c3\u03b1\u03c3"),
    ],
)
def test_a_look_alike_is_another_mailbox_and_another_person(look_alike: str, real: str) -> None:
    look_alike, real = (
        parse_address(f"{look_alike}@example.org"),
        parse_address(f"{real}@example.org"),
    )
    assert address_digest(look_alike) != address_digest(real)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "ada",
        "ada@",
        "a@b@example.org",
        "ada@example.org\nBcc: b@b.org",
        "a" * 255 + "@b.org",
    ],
)
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
    with pytest.raises(BadAddress, match="broken character"):
        parse_address("ad\ufffd@example.org")


@pytest.mark.parametrize("local", ["x" * 65, "\u00e9" * 33])
def test_a_mailbox_longer_than_any_server_takes_is_refused_with_that_reason(local: str) -> None:
    read = address_reader()
    read("someone@example.org")
    for parse in (parse_address, read):
        with pytest.raises(BadAddress, match="before the @ can have at most 64"):
            parse(f"{local}@example.org")
        assert parse(f"{'x' * 64}@example.org")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ada@example.nz", "a…@e…"),
        ("a@b.nz", "a…@b…"),
        ("ada.lovelace.of.london@parliament.example.co.nz", "a…@p…"),
        ("用户@xn--fsqu00a.example", "…@…"),
        ("ольга@example.org", "…@e…"),
    ],
)
def test_a_masked_address_tells_no_length_no_country_and_no_letter_that_is_a_name(
    address: str, shown: str
) -> None:
    assert masked_address(address) == shown
