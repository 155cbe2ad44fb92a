"""Pages that name us, behind a button at the neutral domain, as what there is to read is.

Programs that open the links of emails, and show a preview of them, press no button.
"""

from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from newsletter.brand.current import brand_of_pages
from newsletter.brand.neutral_texts import neutral_texts
from newsletter.core.requests.neutral_request import is_neutral
from newsletter.public_pages.page_for_one import page_for_one
from subscribers.views.public_page import View, posted

SHOW = "show"
"""The value of the button that shows the page, and does nothing else."""


def neutral_button(request: HttpRequest, language: str) -> HttpResponse:
    """Show the button.

    Args:
        language: of the page's title, which is the subject of discreet mail.
    """
    return page_for_one(
        request,
        "neutral_button.html",
        shape=language,
        context=lambda: {"subject": neutral_texts(brand_of_pages(), language)["subject"]},
    )


def behind_neutral_button(view: View) -> View:
    """Show a button at the neutral domain, and the page once it was pressed.

    It is for pages with words that people agree to, which can’t leave out whose email it is.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not is_neutral(request):
            return view(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            return neutral_button(request, get_language() or "")
        if request.method == "POST" and posted(request).get("action") == SHOW:
            request.method = "GET"
        return view(request, *args, **kwargs)

    return shown
