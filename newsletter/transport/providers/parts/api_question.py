"""A question to a provider's API that sends nothing, and tells whether it knows us."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

SECONDS = 10.0
"""For connecting, and for each piece of an answer, which has a limit as a whole besides."""


def ask(
    backend: Any,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    enough: str = "",
    else_means: str = "",
) -> str:
    """Ask by GET over the session of an open backend of anymail.

    Args:
        path: below the address of the API, or from its root.
        auth: user and password.
        enough: a word in a refusal that says that the key is known, and may only send.
        else_means: what else a refusal may mean, where no word tells it apart.

    Returns:
        What is wrong, without a word of the answer, which may repeat what it was told; or nothing.
    """
    answer = backend.session.get(
        urljoin(backend.api_url, path),
        headers={"Accept": "application/json", **(headers or {})},
        auth=auth,
        timeout=SECONDS,
        allow_redirects=False,
    )
    if 200 <= answer.status_code < 300:
        return ""
    if answer.status_code in (401, 403):
        if enough and enough in answer.text[:2000]:
            return ""
        return f"it refuses our key (HTTP {answer.status_code}){else_means}"
    return f"it answers HTTP {answer.status_code}"
