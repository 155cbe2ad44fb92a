"""The files of images, for everybody: mail programs and the caches of mailbox providers ask."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from newsletter.media.crops import all_names_of
from newsletter.media.image_files import CONTENT_TYPES, FILE_NAME
from newsletter.media.recent_files import read_recent
from newsletter.media.storage import StorageDown
from newsletter.models import MediaImage

_UNAVAILABLE = 503


@require_safe
def media_file(request: HttpRequest, name: str) -> HttpResponse:
    """Give a file of an image that is in the library, for a year: it never changes.

    The browser takes it for nothing but an image, and runs nothing in it.
    """
    found = FILE_NAME.match(name)
    if found is None:
        raise Http404
    rows = MediaImage.objects.filter(key=found["key"])
    image = rows.only("key", "sizes", "crops").first()
    if image is None or name not in all_names_of(image):
        raise Http404
    try:
        content = read_recent(name)
    except StorageDown:
        return HttpResponse(status=_UNAVAILABLE, headers={"Retry-After": "30"})
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type=CONTENT_TYPES[found["ending"]])
    response["Content-Length"] = str(len(content))
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
