"""The pytest plugin that is loaded first: tests get settings of their own.

So they never touch the files of a running installation, nor obey its settings. Only DATABASE_URL
and REDIS_URL are kept: the caller chooses where tests run, and `make test` runs them on both.
"""

import atexit
import os
import re
import shutil
import tempfile

import pytest

from scripts.catalogues import compile_catalogues

_SETTINGS = {
    "VAR_DIR": tempfile.mkdtemp(prefix="convene-tests-"),
    "SITE_URL": "http://localhost:8000",
    "SECRET_KEY": "a-secret-key-of-tests-that-is-long-enough-to-pass",
    "LINK_KEYS": "a-link-key-of-tests-that-is-long-enough-to-pass",
}
_UNSET = (
    "DEBUG",
    "ALLOWED_HOSTS",
    "TRANSACTIONAL_MAILER_URL",
    "BULK_MAILER_URL",
    "WEBHOOK_SECRET",
    "WEBHOOK_SIGNING_KEYS",
    "BOUNCE_MAILBOX_URL",
    "REPLY_MAILBOX_URL",
    "ALERT_EMAIL",
    "ALERT_MAILER_URL",
    "ALERT_URL",
    "HEARTBEAT_URL",
    "EMBED_ORIGINS",
    "EXIT_URL",
    "LANGUAGES",
    "TRUSTED_PROXIES",
    "SELF_APPROVAL",
    "LOG_FORMAT",
    "SENTRY_DSN",
    "METRICS_TOKEN",
    "PORT",
)

for _name in (*_UNSET, *(f"{name}_FILE" for name in (*_SETTINGS, *_UNSET))):
    os.environ.pop(_name, None)
os.environ.update(_SETTINGS)
atexit.register(shutil.rmtree, _SETTINGS["VAR_DIR"], ignore_errors=True)

# Processes that test side by side would count each other's requests in one Redis database.
if (
    _worker := re.fullmatch(r"gw([0-9]+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
) and os.environ.get("REDIS_URL"):
    _server, _, _number = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{_server}/{int(_number) - int(_worker[1])}"

# A catalogue that was edited is tested as it reads now.
compile_catalogues()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is marked `postgres` on any other database."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip("needs PostgreSQL: set DATABASE_URL"))
