"""Make the heading font in static/fonts/: one file, cut down to the letters that titles use.

Needed only to change the font or its letters. Its source is Source Serif 4, as the package
@fontsource-variable/source-serif-4 carries it (SIL Open Font License 1.1):

    npm pack @fontsource-variable/source-serif-4@5.3.1 && tar xzf fontsource-variable-*.tgz
    python3 -m venv /tmp/fonts && /tmp/fonts/bin/pip install 'fonttools[woff]==4.68.0'
    /tmp/fonts/bin/python scripts/heading_font.py package static/fonts

Three changes are made: one weight and one optical size are taken out of the variable font, letters
beyond Latin and Cyrillic are left out (system fonts set Arabic), and the font gets a name of its
own. The licence reserves the name "Source" for the unchanged font.
"""

import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FAMILY = "Convene Heading"
FILE = "convene-heading.woff2"
WEIGHT = 600
OPTICAL_SIZE = 28
"""In points: headings are set between 18 and 44 pixels."""

LETTERS = {
    "latin": [*range(0x20, 0x7F), *range(0xA0, 0x100), 0x131, 0x152, 0x153, *range(0x2010, 0x2016)]
    + [ord(char) for char in "‘’‚“”„†‡•…‹›€™−′″"],
    "latin-ext": [*range(0x100, 0x180), *range(0x218, 0x21C), 0x1E9E],
    "cyrillic": [*range(0x400, 0x460), 0x490, 0x491, 0x2116],
}
"""The code points that are kept, by the file of the package that has them."""
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "lnum", "tnum"]
_LICENCE_NAMES = (0, 13, 14)
"""Copyright, licence, and where the licence is: they stay as they were."""


def main() -> None:
    """Read the package's files, and write the font and its licence."""
    package, target = Path(sys.argv[1]), Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for subset, letters in LETTERS.items():
            font = TTFont(package / "files" / f"source-serif-4-{subset}-opsz-normal.woff2")
            font = instantiateVariableFont(font, {"wght": WEIGHT, "opsz": OPTICAL_SIZE})
            _keep(font, letters)
            font.flavor = None
            parts.append(str(Path(folder, f"{subset}.ttf")))
            font.save(parts[-1])
        merged = Merger().merge(parts)
    _rename(merged)
    merged.flavor = "woff2"
    merged.save(target / FILE)
    licence = (package / "LICENSE").read_text(encoding="utf-8")
    text = licence[licence.index("This Font Software") :]
    holder = merged["name"].getDebugName(0)
    (target / "OFL.txt").write_text(f"{holder}\n\n{text}", encoding="utf-8")


def _keep(font: TTFont, letters: list[int]) -> None:
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.name_IDs = ["*"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)


def _rename(font: TTFont) -> None:
    """Give the font its own name, and keep whose work it is and under which licence."""
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in _LICENCE_NAMES]
    postscript = FAMILY.replace(" ", "") + "-SemiBold"
    for number, text in {
        1: f"{FAMILY} SemiBold",
        2: "Regular",
        3: postscript,
        4: f"{FAMILY} SemiBold",
        6: postscript,
        16: FAMILY,
        17: "SemiBold",
    }.items():
        names.setName(text, number, 3, 1, 0x409)


if __name__ == "__main__":
    main()
