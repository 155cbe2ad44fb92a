"""The emails of the gallery, as files that the browser opens."""

import os
from pathlib import Path

import django


def email_files(folder: Path, languages: list[str]) -> dict[str, dict[str, Path]]:
    """Write the HTML part of each email, and return name → language → file.

    Args:
        folder: the files are written into it.
        languages: tags; empty for all that the installation writes in.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    from scripts.render_gallery import samples

    found: dict[str, dict[str, Path]] = {}
    for tag in languages or settings.CONTENT_LANGUAGES:
        for name, (html, text) in samples(tag).items():
            path = folder / f"{name}.{tag}.html"
            path.write_text(html, encoding="utf-8")
            path.with_suffix(".txt").write_text(text, encoding="utf-8")
            found.setdefault(name, {})[tag] = path
    return found
