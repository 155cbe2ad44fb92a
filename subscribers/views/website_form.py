"""The staff page that gives out the code with which another website shows the sign-up form."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from newsletter.core.languages import own_name
from staff.views.frame import render_page, staff_page
from subscribers.consent.offered_topics import topics_offered
from subscribers.models import Topic
from subscribers.views.form_choice import FormChoice, read_choice
from subscribers.views.forms import SignUpForm
from subscribers.views.snippets import make_snippets, needed_for_google_sites

SEE_TOPICS = "subscribers.view_topic"


@require_safe
def _page(request: HttpRequest) -> HttpResponse:
    offered = list(topics_offered())
    choice = _chosen(request, offered)
    about = [topic for topic in offered if not choice.topics or topic.slug in choice.topics]
    needed = needed_for_google_sites()
    missing = [each.origin for each in needed if not each.is_set]
    return render_page(
        request,
        "subscribers/website_form.html",
        "Add form to website",
        topics=offered,
        choice=choice,
        languages=[(tag, own_name(tag)) for tag in settings.CONTENT_LANGUAGES],
        snippets=make_snippets(choice, about) if offered else None,
        origins=settings.EMBED_ORIGINS,
        google_sites=needed,
        missing=missing,
        setting=",".join([*settings.EMBED_ORIGINS, *missing]),
    )


@require_safe
def _preview(request: HttpRequest) -> HttpResponse:
    """Show the form that visitors get, in a frame of the staff page alone."""
    choice = _chosen(request, list(topics_offered()))
    with translation.override(choice.language or settings.LANGUAGE_CODE):
        form = SignUpForm(initial={"language": choice.language}, about=choice.topics)
        context = {"form": form, "choice": choice}
        page = render(request, "subscribers/subscribe_embed.html", context)
    page["X-Frame-Options"] = "SAMEORIGIN"
    return page


def _chosen(request: HttpRequest, offered: list[Topic]) -> FormChoice:
    """Return the choice in the address, without topics that are no longer offered."""
    choice, slugs = read_choice(request.GET), {topic.slug for topic in offered}
    return FormChoice(tuple(each for each in choice.topics if each in slugs), choice.language)


website_form_page = staff_page(_page, permission=SEE_TOPICS)
website_form_preview = staff_page(_preview, permission=SEE_TOPICS)
