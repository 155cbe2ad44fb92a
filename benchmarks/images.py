"""Time the upload of images: `.venv/bin/python -m benchmarks.images [--rounds 5]`.

Each is a photo of 12 megapixels that nobody has uploaded yet: it is made anew in three sizes, kept
in the media storage, and noted in the database of DATABASE_URL. Prints JSON; the memory is the most
that a process which makes images anew has taken.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from io import BytesIO
from statistics import median

SIZE = (4000, 3000)


def photo(number: int) -> bytes:
    """Return a JPEG with the coarse and fine structure of a photo, with orientation and profile."""
    from PIL import Image, ImageCms

    coarse = Image.effect_noise((SIZE[0] // 40, SIZE[1] // 40), 90).resize(SIZE)
    fine = Image.effect_noise(SIZE, 25)
    grey = Image.blend(coarse, fine, 0.3)
    image = Image.merge("RGB", [grey, grey.rotate(180), grey.point(lambda value: 255 - value)])
    exif = image.getexif()
    exif[0x0112] = 6
    exif[0x010E] = f"photo {number}"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file = BytesIO()
    image.save(file, "JPEG", quality=92, exif=exif, icc_profile=profile)
    return file.getvalue()


def peak_mb(content: bytes) -> float:
    """Return the most memory that making an image anew takes.

    The kernel's account of a child holds what its parent had when it was forked, so the process
    tells it itself.
    """
    from newsletter.media.reencode_apart import PROGRAM

    # Opened first: the program takes away its own right to open files.
    tell = "import runpy, sys; status = open('/proc/self/status'); "
    tell += "runpy.run_path(sys.argv.pop(1), run_name='__main__'); sys.stderr.write(status.read())"
    command = [sys.executable, "-I", "-c", tell, str(PROGRAM)]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    found = re.search(rb"VmHWM:\s+(\d+) kB", done.stderr)
    assert found
    return int(found[1]) / 1_000


def measure(rounds: int) -> dict[str, object]:
    """Upload as many photos, one after the other."""
    from newsletter.media_library.add_image import add_image

    seconds, sizes = [], []
    for number in range(rounds):
        content = photo(number)
        sizes.append(len(content))
        start = time.monotonic()
        added = add_image(content, name=f"photo {number}.jpg")
        seconds.append(time.monotonic() - start)
        assert added.is_new
    return {
        "seconds": round(median(seconds), 2),
        "slowest": round(max(seconds), 2),
        "memory_mb": round(peak_mb(photo(rounds))),
        "megabytes": round(median(sizes) / 1_000_000, 1),
    }


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    print(json.dumps(measure(options.rounds)))


if __name__ == "__main__":
    main()
