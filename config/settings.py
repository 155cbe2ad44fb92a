"""Django's settings: a host's choices come from config/env.py, the rest is decided here."""

import os
from datetime import timedelta
from typing import Any

from redis.backoff import NoBackoff
from redis.retry import Retry

from config.account_settings import *  # noqa: F403 - each name in it is a setting
from config.account_settings import ACCOUNT_APPS
from config.env import BASE_DIR, EnvironmentProblem, read_environment
from config.logs import logging_settings
from config.periods_and_limits import *  # noqa: F403 - each name in it is a setting
from config.schedule import SCHEDULE
from config.staff_menu import UNFOLD as STAFF_PAGES
from newsletter.core.private_files import keep_private
from newsletter.core.redis_address import redis_address
from newsletter.core.zone_data import take_newest_zone_rules
from newsletter.metrics.folder import count_in, metrics_folder
from newsletter.transport.config.mailer_settings import ALERT_ALIAS

try:
    ENVIRONMENT = read_environment(os.environ)
except EnvironmentProblem as problem:
    # A person mistyped a setting: tell them that, and spare them the traceback.
    raise SystemExit(f"Convene can't start. {problem}") from None

keep_private(ENVIRONMENT.database)
take_newest_zone_rules(folder_is_chosen="PYTHONTZPATH" in os.environ)

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
SITE_URL = ENVIRONMENT.site_url
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
LINK_KEYS = ENVIRONMENT.link_keys
EMBED_ORIGINS = ENVIRONMENT.embed_origins
EXIT_URL = ENVIRONMENT.exit_url
WEBHOOK_SECRET = ENVIRONMENT.webhook_secret
WEBHOOK_SIGNING_KEYS = ENVIRONMENT.webhook_signing_keys
BOUNCE_MAILBOX = ENVIRONMENT.bounce_mailbox
REPLY_MAILBOX = ENVIRONMENT.reply_mailbox
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
SELF_APPROVAL = ENVIRONMENT.self_approval
REDIS_URL = ENVIRONMENT.redis_url
VAR_DIR = ENVIRONMENT.var_dir
SENTRY_DSN = ENVIRONMENT.sentry_dsn
METRICS_TOKEN = ENVIRONMENT.metrics_token
METRICS_FOLDER = metrics_folder(VAR_DIR)
count_in(METRICS_FOLDER, os.environ)
HTTPS = SITE_URL.startswith("https://")

# --- Applications -----------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.WiringConfig",
    "campaigns.apps.CampaignsConfig",
    "subscribers.apps.SubscribersConfig",
    "staff.apps.StaffConfig",
    "newsletter.apps.NewsletterConfig",
    # Not "unfold": that would put a site of its own in place of ours, which StaffSiteConfig makes
    # admin.site.
    "unfold.apps.BasicAppConfig",
    "campaigns.studio.apps.StaffSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_countries",
    "django_htmx",
    "django_prose_editor",
    "anymail",
    *ACCOUNT_APPS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "newsletter.core.requests.language_middleware.language_middleware",
    "newsletter.brand.neutral_host.neutral_host_middleware",
    "newsletter.core.requests.link_end_middleware.link_end_middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "staff.acting.acting_middleware",
    "staff.sessions.idle.idle_middleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

PUBLIC_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "newsletter.core.requests.language_middleware.language_middleware",
    "newsletter.brand.neutral_host.neutral_host_middleware",
    "newsletter.core.requests.link_end_middleware.link_end_middleware",
    "django.middleware.common.CommonMiddleware",
    "staff.acting.acting_middleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""Of the above what public pages go through (config.wsgi). They know no session and no account, so
the rest does nothing there but take time.
"""

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsletter.brand.context.brand",
                "newsletter.core.requests.language_context.language_switch",
            ],
        },
    },
]

# --- Data -------------------------------------------------------------------

DATABASES = {"default": ENVIRONMENT.database}
REDIS_WAIT = 1.0
"""Seconds to connect to Redis, and to wait for one of its answers: in a request, and in the middle
of a claim.
"""
REDIS_REST = 10.0
"""Seconds for which a process leaves Redis alone after a question without an answer
(newsletter.core.redis_circuit)."""
REDIS_OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": REDIS_WAIT,
    "socket_timeout": REDIS_WAIT,
    "retry": Retry(NoBackoff(), 0),
}
"""Options of every client but the queue's. It asks once: redis-py would try again for seconds, in
the middle of a person's request."""
BROKER_WAIT = 5.0
"""Seconds that a worker waits for an answer about the queue. Meanwhile it does nothing else; its
children go on.
"""
CACHES = {
    "default": {
        "BACKEND": "config.redis_cache.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": REDIS_OPTIONS,
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- Language and time ------------------------------------------------------

LANGUAGE_CODE = "en"
"""The language of the staff pages. A public page has its visitor's, an email its content's."""
CONTENT_LANGUAGES = ENVIRONMENT.languages
"""The languages of content, and of public pages. The first is the installation's own."""
FORMAT_MODULE_PATH = ["config.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Web --------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# For everybody, unlike all else that we write: the user who collects these files may be another
# than the one who serves them.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o644, 0o755
# Without a collectstatic run (make run), files are served from their source folders.
WHITENOISE_USE_FINDERS = not STATIC_ROOT.exists()

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing uses it
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "media": ENVIRONMENT.media_storage,
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# No SECURE_SSL_REDIRECT: an RFC 8058 POST must never meet a redirect; the proxy in front redirects
# the rest.
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
# No SECURE_PROXY_SSL_HEADER, which believes anybody: gunicorn reads X-Forwarded-Proto, from our
# proxies alone (config/gunicorn.py).
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = ["config.upload_handlers.handler_for"]
UNFOLD = STAFF_PAGES

# --- Mail -------------------------------------------------------------------

BULK_MAILERS = [
    f"bulk-{place}" if place > 1 else "bulk"
    for place in range(1, len(ENVIRONMENT.bulk_mailers) + 1)
]
"""The aliases of the mailers for campaigns: the first that works is used
(newsletter.transport.pacing.choose_mailer)."""
MAILER_SETTINGS = {
    "transactional": ENVIRONMENT.transactional_mailer,
    **dict(zip(BULK_MAILERS, ENVIRONMENT.bulk_mailers, strict=True)),
}
MAILERS = {
    alias: {"BACKEND": mailer.backend, "OPTIONS": dict(mailer.options)}
    for alias, mailer in {"default": ENVIRONMENT.transactional_mailer, **MAILER_SETTINGS}.items()
}
ALERT_MAILER = ENVIRONMENT.alert_mailer
"""Beside MAILER_SETTINGS, whose mailers are for subscribers' email."""
if ALERT_MAILER is not None:
    MAILERS[ALERT_ALIAS] = {"BACKEND": ALERT_MAILER.backend, "OPTIONS": dict(ALERT_MAILER.options)}
ALERT_EMAIL = ENVIRONMENT.alert_email
ALERT_URL = ENVIRONMENT.alert_url
HEARTBEAT_URL = ENVIRONMENT.heartbeat_url
INBOX_ENABLED = any(mailer.provider == "inbox" for mailer in MAILER_SETTINGS.values())

# --- Jobs -------------------------------------------------------------------

CELERY_BROKER_URL = redis_address(REDIS_URL).broker_url if REDIS_URL else "embedded://localhost"
# kombu, told of rediss:// alone, would take any certificate.
CELERY_BROKER_USE_SSL = redis_address(REDIS_URL).tls if REDIS_URL else None
CELERY_BEAT_SCHEDULE = SCHEDULE

LOGGING_CONFIG = "config.logs.configure"
LOGGING = logging_settings(
    debug=DEBUG, log_format=ENVIRONMENT.log_format, reports_errors=bool(SENTRY_DSN)
)
