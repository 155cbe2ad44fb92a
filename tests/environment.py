"""A plugin that pytest loads first: tests never touch the files of a running installation."""

import os
import tempfile

os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="convene-tests-")
os.environ.setdefault("SITE_URL", "http://localhost:8000")
os.environ.setdefault("SECRET_KEY", "a-secret-key-of-tests-that-is-long-enough-to-pass")
os.environ.setdefault("LINK_KEYS", "a-link-key-of-tests-that-is-long-enough-to-pass")
for _name in ("DEBUG", "TRANSACTIONAL_MAILER_URL", "BULK_MAILER_URL", "WEBHOOK_SECRET", "EMBED_ORIGINS", "LANGUAGES", "PORT"):
    os.environ.pop(_name, None)
