"""A web application that answers where each request came from, as Convene's limits see it."""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from newsletter.core.requests.network import network_of

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with JSON."""
    answer = {
        "network": network_of(environ),
        "scheme": environ["wsgi.url_scheme"],
        "host": environ["HTTP_HOST"],
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "bytes": len(environ["wsgi.input"].read()),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]
