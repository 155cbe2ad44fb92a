"""URLs of all pages. Each app lists its own; the contract of names is in docs/architecture.md."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from campaigns.studio.media.urls import media_urls
from campaigns.studio.pages.wordings import ask_again, wordings_page
from config import health
from config.metrics import metrics
from newsletter.views.media import media_file
from newsletter.views.webhooks import webhook
from subscribers.views.consent_evidence import consent_evidence_page
from subscribers.views.website_form import website_form_page, website_form_preview

handler403 = "campaigns.studio.error_pages.permission_denied"
handler404 = "campaigns.studio.error_pages.page_not_found"
handler500 = "config.error_pages.server_error"

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    # Without the slash, too: a redirect would lose what the provider says.
    path("webhooks/<str:provider>", webhook),
    path("webhooks/<str:provider>/", webhook, name="webhook"),
    path("media/<str:name>", media_file, name="media_file"),
    path("staff/", include("staff.urls")),
    path("staff/website-form/", website_form_page, name="website_form"),
    path("staff/website-form/preview/", website_form_preview, name="website_form_preview"),
    path("staff/consent/", consent_evidence_page, name="consent_evidence"),
    path("staff/wordings/", wordings_page, name="wordings"),
    path("staff/wordings/ask/", ask_again, name="ask_again"),
    path("staff/media/", include(media_urls)),
    path("staff/", admin.site.urls),
    path("", include("campaigns.urls")),
    path("", include("subscribers.urls")),
]
if settings.INBOX_ENABLED:
    urlpatterns.append(path("inbox/", include("newsletter.urls")))
