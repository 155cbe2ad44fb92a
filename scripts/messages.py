"""Collect what is to be translated, and put it into the catalogues: `python -m scripts.messages`.

Python code, templates of pages, MJML and plain-text templates all go into one catalogue for each
language. What is translated stays so, what is new is empty, what nobody says any more goes. It
needs no programs of GNU gettext.
"""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import escape, read_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE_DIR = ROOT / "locale"
PRODUCT = ("campaigns", "config", "newsletter", "subscribers", "templates")
ENGLISH_ALONE = re.compile(
    r"^(?:staff|campaigns/(?:studio|demo|reports(?!/held_data)|review)|newsletter/dev_inbox)/"
    r"|^[a-z]+/(?:admin|management|migrations)/"
    r"|^templates/(?:account|admin|inbox|registration|studio|unfold)/"
    r"|^templates/emails/staff_"
)
"""Files whose words only staff and operators see. They are in English, marked or not."""
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(n?p?gettext|_)\(({_STRING}(?:, ?{_STRING})*)(?:, ?count)?\)")
"""A call as Django's `templatize` writes it. Of the rest it leaves nothing but letters."""

PLURAL_FORMS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 "
    ": n%100>=11 ? 4 : 5;",
    "es": "nplurals=3; plural=n == 1 ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;",
    "fr": "nplurals=2; plural=(n > 1);",
    "ro": "nplurals=3; plural=(n==1 ? 0 : (n==0 || (n%100 > 0 && n%100 < 20)) ? 1 : 2);",
    "uk": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 "
    "&& (n%100<10 || n%100>=20) ? 1 : 2);",
}
"""How many forms a number's noun has, and which number takes which. A new language gets a line."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something that code or a template says: `plural` is empty where there is no number."""

    singular: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Return what gettext looks a message up by."""
        return self.singular, self.context


def everything_said() -> list[Said]:
    """Return what is marked to be translated, once each, in the order of files and lines."""
    found: dict[tuple[str, str], Said] = {}
    for path in _sources():
        for said in _said_in(path):
            if said.key not in found or said.plural:
                found[said.key] = said
    return list(found.values())


def update(path: Path) -> None:
    """Bring the catalogue of one language up to date."""
    language = path.parent.parent.name
    with path.open("rb") as file:
        known = {_key(message): message for message in read_po(file, abort_invalid=True)}
    lines = [_header(path, language)]
    lines += [_entry(said, known.get(said.key), language) for said in everything_said()]
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def catalogues() -> list[Path]:
    """Return the catalogues. That of English says anew what Django says, and translates nothing."""
    return sorted(
        path for path in LOCALE_DIR.glob("*/LC_MESSAGES/django.po") if path.parts[-3] != "en"
    )


def _sources() -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PRODUCT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in sorted(set(listed)):
        if Path(name).suffix in (".py", ".html", ".mjml", ".txt") and not ENGLISH_ALONE.match(name):
            path = ROOT / name
            if path.is_file():
                yield path


def _said_in(path: Path) -> Iterator[Said]:
    if path.suffix == ".py":
        for _, message, _, context in extract_from_file("python", path, keywords=_KEYWORDS):
            forms = message if isinstance(message, tuple) else (message, "")
            yield Said(forms[0], forms[1] if len(forms) > 1 else "", context or "")
        return
    # The settings of templates are needed to read one, and no more.
    from django.utils.translation.template import templatize

    for name, arguments in _CALL.findall(templatize(path.read_text(encoding="utf-8"))):
        texts = list(ast.literal_eval(f"({arguments},)"))
        context = texts.pop(0) if "p" in name else ""
        yield Said(texts[0], texts[1] if len(texts) > 1 else "", context)


def _key(message: Message) -> tuple[str, str]:
    singular = message.id[0] if isinstance(message.id, list | tuple) else message.id
    return str(singular), message.context or ""


def _header(path: Path, language: str) -> str:
    comments = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:2] == "# "]
    fields = {
        "Project-Id-Version": "convene",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS[language],
    }
    said = [f"{escape(f'{name}: {value}' + chr(10))}" for name, value in fields.items()]
    return "\n".join([*comments, 'msgid ""', 'msgstr ""', *said])


def _entry(said: Said, known: Message | None, language: str) -> str:
    message = Message((said.singular, said.plural) if said.plural else said.singular)
    lines = ["#, python-format"] if message.python_format else []
    if said.context:
        lines.append(f"msgctxt {escape(said.context)}")
    lines.append(f"msgid {escape(said.singular)}")
    told = known.string if known is not None and not known.fuzzy else ""
    if not said.plural:
        return "\n".join([*lines, f"msgstr {escape(told if isinstance(told, str) else '')}"])
    lines.append(f"msgid_plural {escape(said.plural)}")
    number = int(PLURAL_FORMS[language].partition("nplurals=")[2].partition(";")[0])
    forms = list(told) if isinstance(told, tuple) else []
    forms += [""] * (number - len(forms))
    return "\n".join([*lines, *(f"msgstr[{n}] {escape(form)}" for n, form in enumerate(forms))])


def main() -> None:
    """Update all catalogues, and say how much each of them lacks."""
    for path in catalogues():
        update(path)
        with path.open("rb") as file:
            catalogue: Catalog = read_po(file, abort_invalid=True)
        missing = sum(1 for message in catalogue if message.id and not _is_translated(message))
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {missing} to translate")


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings) and not message.fuzzy


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    main()
