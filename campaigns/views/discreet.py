"""The page of the link in discreet mail: it shows what there is to read once its button is pressed.

Before that it says nothing, to people who look over a shoulder as to programs that open all links.
"""

import re
from dataclasses import dataclass
from html import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from campaigns.content.archived_email import hides_email, retracted_html, retraction_html
from campaigns.content.discreet import discreet_html, with_neutral_links
from campaigns.models import CampaignContent
from newsletter.brand.current import current_brand
from newsletter.brand.neutral_texts import neutral_texts
from newsletter.core.requests.link_language import answer_in
from newsletter.core.requests.neutral_request import mark_neutral
from newsletter.core.tokens import Purpose, read_token
from newsletter.models import TransactionalMessage
from newsletter.public_pages.page_for_one import page_for_one
from newsletter.rendering.email_csp import EMAIL_POLICY
from subscribers.people.mail import erased_html
from subscribers.views.neutral_button import neutral_button
from subscribers.views.public_page import public_page

SHOWN_POLICY: dict[str, list[str]] = {
    **{name: sources for name, sources in EMAIL_POLICY.items() if name != "sandbox"},
    "img-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
"""Of the page that shows an email. No picture is loaded, because the server that has it would be
asked for it by name; the one script is that of “Exit this page”.
"""
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a link leads to.

    Args:
        language: of the text, as a tag.
        source: None where it is no longer kept.
    """

    language: str
    source: CampaignContent | TransactionalMessage | None


@public_page
def read_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button; on POST, what there is to read. Nothing is changed or counted."""
    mark_neutral(request)  # whichever host was asked
    found = _find(token)
    answer_in(request, found.language)
    if found.source is None:
        return page_for_one(request, "campaigns/read_gone.html", status=404)
    if request.method != "POST":
        return neutral_button(request, found.language)
    return _show(request, found)


def _show(request: HttpRequest, found: _Found) -> HttpResponse:
    return discreet_page(
        request, _html_of(found.source), found.language, notice=_notice(found.source)
    )


@csp_override(SHOWN_POLICY)
def discreet_page(
    request: HttpRequest, html: str, language: str, *, notice: str = ""
) -> HttpResponse:
    """Show an email at the neutral domain, with the button to leave above it.

    Args:
        html: of the email.
        language: of the page's title, which is the subject of discreet mail.
        notice: HTML that stands between the button and the email.
    """
    title = neutral_texts(current_brand(), language)["subject"]
    html = _TITLE.sub(lambda _: f"<title>{escape(title)}</title>", html, count=1)
    head, opening, rest = html.partition("<body")
    attributes, closing, content = rest.partition(">")
    bar = render_to_string("emails/_layouts/read_bar.html", {"exit_url": settings.EXIT_URL})
    head = head.replace("</head>", '<meta name="robots" content="noindex"></head>', 1)
    response = HttpResponse(f"{head}{opening}{attributes}{closing}{bar}{notice}{content}")
    response["Referrer-Policy"] = "no-referrer"
    return response


def _notice(source: CampaignContent | TransactionalMessage | None) -> str:
    return retraction_html(source.campaign) if isinstance(source, CampaignContent) else ""


def _find(token: str) -> _Found:
    """Find what a token stands for. A forged one is answered as one whose message is gone."""
    if link := read_token(token, Purpose.READ_CAMPAIGN):
        launched = CampaignContent.objects.filter(campaign__launched_at__isnull=False)
        contents = launched.select_related(
            "campaign__topic", "campaign__event", "campaign__retraction"
        )
        content = contents.filter(pk=link.subject).first()
        return _Found(content.language if content else "", content)
    if link := read_token(token, Purpose.READ_MESSAGE):
        message = TransactionalMessage.objects.filter(pk=link.subject, is_discreet=True).first()
        if message is not None:
            is_kept = message.forgotten_at is None or message.kind == "erased"
            return _Found(message.language, message if is_kept else None)
    return _Found("", None)


def _html_of(source: CampaignContent | TransactionalMessage | None) -> str:
    if isinstance(source, CampaignContent):
        return retracted_html() if hides_email(source.campaign) else discreet_html(source)
    if source is None:
        return ""
    # The news of an erasure names nobody, and loses its text with its address as soon as it left.
    html = source.html or erased_html(source.language)
    return with_neutral_links(html, brand=current_brand())
