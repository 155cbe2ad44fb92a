"""Sign-up pages: our own, and the one for a frame on other sites."""

from collections.abc import Hashable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsletter.core.languages import preferred_language
from newsletter.core.requests.page_language import page_language
from newsletter.public_pages.kept_pages import PageCache
from newsletter.public_pages.page_cache import cached_page, plain_address
from subscribers.consent.admission import Answer, admit
from subscribers.consent.challenge_ahead import challenge_ahead
from subscribers.consent.offered_topics import topics_to_ask_for
from subscribers.consent.submissions import store_sign_up
from subscribers.states import ConsentMethod
from subscribers.views.embedding import framable
from subscribers.views.form_choice import FormChoice, names_known_topics, read_choice
from subscribers.views.forms import SIGN_UP, STAMP_PLACE, SignUpForm, stamp_values
from subscribers.views.held_back import FRAMED, WHOLE, HeldBackPages, answer_early, answer_held_back
from subscribers.views.public_page import UNPROCESSABLE, network_of_request, public_page


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a sign-up form: our page, or a frame."""

    template: str
    done: str
    method: ConsentMethod
    held_back: HeldBackPages


PAGE = Place("subscribers/subscribe.html", "subscribe_done", ConsentMethod.FORM, WHOLE)
EMBED = Place(
    "subscribers/subscribe_embed.html", "subscribe_embed_done", ConsentMethod.EMBED, FRAMED
)

CARRIED = frozenset(SignUpForm.base_fields) - {"website"}
"""Fields that the page in between brings back. What only machines see is left behind: the proof
that is brought there stands in its place.
"""

FORMS = PageCache(most_bytes=4_000_000)
"""Pages with an empty form: one for each choice of topics that an address can make."""


def _accepted_language(request: HttpRequest) -> str:
    """Return the language of emails that the menu begins with: the page's, where it was chosen."""
    page = page_language(request)
    if page.is_chosen:
        return page.tag
    return preferred_language(
        request.headers.get("Accept-Language", ""), settings.CONTENT_LANGUAGES
    )


def _empty_form(request: HttpRequest) -> Hashable | None:
    """Return the key of the page with an empty form, of which its address may choose topics."""
    address = plain_address(request)
    if address is None and names_known_topics(request.META["QUERY_STRING"], topics_to_ask_for()):
        address = request.META["QUERY_STRING"]
    return None if address is None else (address, _accepted_language(request))


@public_page
@cached_page(key=_empty_form, values=stamp_values, among=FORMS)
def subscribe_page(request: HttpRequest) -> HttpResponse:
    """Show the sign-up page, which also takes plain forms of other sites and scripts."""
    return _sign_up(request, PAGE)


@public_page
@framable
@cached_page(key=_empty_form, values=stamp_values, among=FORMS)
def embed_page(request: HttpRequest) -> HttpResponse:
    """Show the sign-up form for a frame."""
    return _sign_up(request, EMBED)


@require_safe
@cached_page()
def subscribe_done(request: HttpRequest) -> HttpResponse:
    """Show the answer to everybody, whatever is known of the address."""
    return render(request, "subscribers/subscribe_done.html")


@framable
@require_safe
@cached_page()
def subscribe_embed_done(request: HttpRequest) -> HttpResponse:
    """Show the same answer, for a frame."""
    return render(request, "subscribers/subscribe_embed_done.html")


@require_safe
@never_cache
def challenge_ahead_view(request: HttpRequest) -> HttpResponse:
    """Give a browser a challenge to compute while the form is filled in, if there is a rush."""
    challenge = challenge_ahead(form=SIGN_UP)
    return HttpResponse(status=204) if challenge is None else JsonResponse(challenge)


def _sign_up(request: HttpRequest, place: Place) -> HttpResponse:
    choice = read_choice(request.GET)
    if request.method != "POST":
        return _show(request, place, choice)
    early = answer_early(request, form=SIGN_UP, fields=CARRIED, pages=place.held_back)
    if early is not None:
        return early
    form = SignUpForm(request.POST, about=choice.topics)
    if not form.is_valid():
        context = {"form": form, "choice": choice}
        return render(request, place.template, context, status=UNPROCESSABLE)
    network = network_of_request(request)
    admission = admit(
        form.asked(network=network),
        proof=form.proof,
        waiting=form.waiting_pass,
        is_trapped=form.is_trapped,
    )
    if admission.answer in (Answer.PROVE, Answer.CLOSED):
        return answer_held_back(request, admission, fields=CARRIED, pages=place.held_back)
    store_sign_up(form.sign_up(method=place.method, network=network, trust=admission.trust))
    return redirect(place.done)


def _show(request: HttpRequest, place: Place, choice: FormChoice) -> HttpResponse:
    """Show the empty form.

    The topic that a link names is chosen, and the language that it names or the browser asks for.
    """
    language = choice.language or _accepted_language(request)
    initial = {"topics": request.GET.getlist("topic"), "language": language}
    form = SignUpForm(initial=initial, about=choice.topics)
    context = {"form": form, "choice": choice, "stamp": STAMP_PLACE}
    return render(request, place.template, context)
