"""Links lead over our site where they are counted, and say where they lead."""

import pytest

from newsletter.models import Brand
from newsletter.rendering.counted_links import with_counted_links
from newsletter.rendering.email import Email, render_email
from newsletter.rendering.merge import sentinel


def counted(url: str) -> str:
    return f"https://site.example/go/{len(url)}/?a=1&b=2"


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://un.org/en">https://un.org/en</a>',
        '<a href="https://un.org/en">See www.un.org</a>',
        '<a href="https://un.org/en"><b>un</b>.org</a>',
        '<a href="mailto:a@b.example">Write</a>',
        '<a href="tel:+40">Call</a>',
        f'<a href="{sentinel("rsvp_url")}?answer=yes">Yes</a>',
        '<a name="here">Here</a>',
        '<img src="https://un.org/a.png" alt="">',
        '<abbr title="x" href="https://un.org">No link</abbr>',
    ],
)
def test_other_links_stay_as_they_are(html: str) -> None:
    assert with_counted_links(html, counted) == html


@pytest.mark.parametrize(
    "start",
    ['<a href="', '<a class="b" href="', '<a title="5 > 3" target="_blank" href="', '<a\nhref="'],
)
def test_a_link_leads_over_the_address_that_is_counted(start: str) -> None:
    html = f'<p>{start}https://un.org/?a=1&amp;b=2" style="color:red"><b>Read</b> on</a>.</p>'
    wanted = counted("https://un.org/?a=1&b=2").replace("&", "&amp;")
    assert with_counted_links(html, counted) == html.replace("https://un.org/?a=1&amp;b=2", wanted)


def test_two_links_in_a_line_are_two() -> None:
    html = '<a href="https://a.example/">One</a><a href="https://bb.example/">Two</a>'
    changed = with_counted_links(html, counted)
    assert changed.count("/go/") == 2
    assert ">One</a><a" in changed


def test_an_email_has_counted_links_in_its_html_alone(brand: Brand) -> None:
    email = Email(
        subject="News",
        blocks=[
            {"type": "button", "label": "Read on", "url": "https://un.org/report?a=1&b=2"},
            {"type": "rich_text", "html": '<p><a href="https://un.org/more">More</a></p>'},
        ],
    )
    plain = render_email(email, brand=brand)
    rendered = render_email(
        Email(subject="News", blocks=email.blocks, counts_links=True, counted=counted), brand=brand
    )

    assert "https://un.org/report?a=1&amp;b=2" in plain.html
    assert "/go/" not in plain.html
    assert "how often they are opened" not in plain.html
    assert "https://un.org" not in rendered.html
    assert rendered.html.count("https://site.example/go/") == 2
    assert sentinel("unsubscribe_url") in rendered.html
    assert "https://un.org/report?a=1&b=2" in rendered.text
    assert "/go/" not in rendered.text
    said = "how often they are opened, but not by whom"
    assert said in rendered.html
    assert said not in " ".join(rendered.text.split())
