"""Sign-up pages: our own, and the one for a frame on other sites."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from newsletter.core.languages import preferred_language
from subscribers.consent.form_limits import within_limits
from subscribers.consent.submissions import store_sign_up
from subscribers.states import ConsentMethod
from subscribers.views.embedding import framable
from subscribers.views.forms import SignUpForm
from subscribers.views.public_page import UNPROCESSABLE, network_of_request, public_page


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a sign-up form: our page, or a frame."""

    template: str
    done: str
    method: ConsentMethod


PAGE = Place("subscribers/subscribe.html", "subscribe_done", ConsentMethod.FORM)
EMBED = Place("subscribers/subscribe_embed.html", "subscribe_embed_done", ConsentMethod.EMBED)


@public_page
def subscribe_page(request: HttpRequest) -> HttpResponse:
    """Show the sign-up page, which also takes plain forms of other sites and scripts."""
    return _sign_up(request, PAGE)


@public_page
@framable
def embed_page(request: HttpRequest) -> HttpResponse:
    """Show the sign-up form for a frame."""
    return _sign_up(request, EMBED)


@require_safe
def subscribe_done(request: HttpRequest) -> HttpResponse:
    """Show the answer to everybody, whatever is known of the address."""
    return render(request, "subscribers/subscribe_done.html")


@framable
@require_safe
def subscribe_embed_done(request: HttpRequest) -> HttpResponse:
    """Show the same answer, for a frame."""
    return render(request, "subscribers/subscribe_embed_done.html")


def _sign_up(request: HttpRequest, place: Place) -> HttpResponse:
    if request.method != "POST":
        return _show(request, place)
    form = SignUpForm(request.POST)
    if not form.is_valid():
        return render(request, place.template, {"form": form}, status=UNPROCESSABLE)
    _take(form, method=place.method, network=network_of_request(request))
    return redirect(place.done)


def _show(request: HttpRequest, place: Place) -> HttpResponse:
    """Show the empty form.

    The topic that a link names is chosen, and the language that the browser asks for.
    """
    language = preferred_language(
        request.headers.get("Accept-Language", ""), settings.CONTENT_LANGUAGES
    )
    form = SignUpForm(initial={"topics": request.GET.getlist("topic"), "language": language})
    page = render(request, place.template, {"form": form})
    patch_vary_headers(page, ["Accept-Language"])
    return page


def _take(form: SignUpForm, *, method: ConsentMethod, network: str) -> None:
    """Store what may be stored.

    The rest is dropped without a word: an answer would tell a machine what to try next.
    """
    if form.is_trapped:
        return
    if within_limits(
        network=network, address=form.cleaned_data["email"], in_doubt=form.is_in_doubt
    ):
        store_sign_up(form.sign_up(method=method, network=network))
