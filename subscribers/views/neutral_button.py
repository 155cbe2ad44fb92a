"""Pages that name us, behind a button at the neutral domain, as what there is to read is.

Programs that open the links of emails, and show a preview of them, press no button.
"""

from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from newsletter.brand.current import current_brand
from newsletter.brand.neutral_texts import neutral_texts
from newsletter.core.requests.neutral_request import is_neutral
from subscribers.views.public_page import View, posted

SHOW = "show"
"""The value of the button that shows the page, and does nothing else."""


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
            subject = neutral_texts(current_brand(), get_language() or "")["subject"]
            return render(request, "neutral_button.html", {"subject": subject})
        if request.method == "POST" and posted(request).get("action") == SHOW:
            request.method = "GET"
        return view(request, *args, **kwargs)

    return shown
