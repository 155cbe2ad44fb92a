"""Sites that may frame the form: each is taken exactly, or refused with a better one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.environment.embed_origins import EmbedOriginError, parse_embed_origins

TAKEN = {
    "https://www.example.org": "https://www.example.org",
    "https://www.example.org/": "https://www.example.org",
    "HTTPS://WWW.Example.ORG": "https://www.example.org",
    "https://www.example.org:443": "https://www.example.org",
    "https://www.example.org:8443": "https://www.example.org:8443",
    "http://www.example.org:80": "http://www.example.org",
    "http://localhost:8080": "http://localhost:8080",
    "https://192.0.2.7": "https://192.0.2.7",
    "https://*.example.org": "https://*.example.org",
    "https://*.example.org:8443": "https://*.example.org:8443",
    "https://*.googleusercontent.com": "https://*.googleusercontent.com",
    "https://*.parliament.uk": "https://*.parliament.uk",
    "https://*.europarl.europa.eu": "https://*.europarl.europa.eu",
    "https://xn--bcher-kva.example": "https://xn--bcher-kva.example",
}
REFUSED = {
    "*": "would let every website frame the form",
    "https:": "is not an origin",
    "https://": "is not an origin",
    "//www.example.org": "is not an origin",
    "www.example.org": "is not an origin",
    "*.example.org": "is not an origin",
    "ftp://www.example.org": "is not an origin",
    "data:text/html": "is not an origin",
    "https://www.example.org/page": "is not an origin",
    "https://www.example.org?a=b": "is not an origin",
    "https://www.example.org#top": "is not an origin",
    "https://me@www.example.org": "has no user name or password",
    "https://me:secret@www.example.org": "has no user name or password",
    "https://www.example.org;script-src": "is not an origin",
    "'self'": "is not an origin",
    "https://'self'": "is not the name of a host",
    "https://[::1]": "is not the name of a host",
    "https://example..org": "is not the name of a host",
    "https://-example.org": "is not the name of a host",
    "https://under_score.example.org": "is not the name of a host",
    "https://example.org.": "is not the name of a host",
    f"https://{'a' * 64}.example.org": "is not the name of a host",
    f"https://{'a.' * 130}org": "is not the name of a host",
    "https://bücher.example": "write the host as browsers do, 'xn--bcher-kva.example'",
    "https://*.bücher.example": "'xn--bcher-kva.example'",
    f"https://ü{'a' * 80}.example": "with xn--",
    "https://*": "a wildcard stands for the first part",
    "https://www.*.example.org": "a wildcard stands for the first part",
    "https://www*.example.org": "a wildcard stands for the first part",
    "https://*.*.example.org": "a wildcard stands for the first part",
    "https://*.com": "takes in websites of strangers",
    "https://*.localhost": "takes in websites of strangers",
    "https://*.co.uk": "takes in websites of strangers",
    "https://*.gov.au": "takes in websites of strangers",
    "https://*.0.2.7": "is an address with a wildcard",
    "http://*.example.org": "needs https",
    "https://www.example.org:": "the port must be a number",
    "https://www.example.org:*": "the port must be a number",
    "https://www.example.org:0": "the port must be a number",
    "https://www.example.org:65536": "the port must be a number",
    "https://www.example.org:٤٤٣": "the port must be a number",
}


@pytest.mark.parametrize(("written", "read"), TAKEN.items())
def test_an_origin_is_taken_as_a_browser_reads_it(written: str, read: str) -> None:
    assert parse_embed_origins(written) == [read]


@pytest.mark.parametrize(("written", "why"), REFUSED.items())
def test_anything_else_is_refused_with_the_reason(written: str, why: str) -> None:
    with pytest.raises(EmbedOriginError) as refused:
        parse_embed_origins(written)
    assert why in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("between", [",", " ", ", ", " , ", "\n", ",,"])
def test_commas_and_spaces_stand_between_them_and_each_counts_once(between: str) -> None:
    written = between.join(["https://a.example", "https://*.b.example", "https://A.example:443"])
    assert parse_embed_origins(written) == ["https://a.example", "https://*.b.example"]


def test_without_any_nobody_is_named() -> None:
    assert parse_embed_origins(" , ") == []


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_nothing_gets_through_that_would_be_more_than_one_source_of_a_policy(typed: str) -> None:
    for written in (typed, f"https://{typed}", f"https://*.{typed}.example.org"):
        try:
            read = parse_embed_origins(written)
        except EmbedOriginError:
            continue
        for origin in read:
            assert origin.isascii()
            assert not set(origin) & set(" ;,'\"\\\t\r\n\x00")
            assert parse_embed_origins(origin) == [origin]
