"""Write a sample of every email into a folder: `python -m scripts.render_gallery FOLDER`."""

import argparse
import os
from pathlib import Path

import django

PICTURE = "https://example.org/forum.png"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="is made if it isn't there")
    parser.add_argument("--language", default="en", help="a tag, such as uk; en by default")
    wanted = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    for name, (html, text) in samples(wanted.language).items():
        (wanted.folder / f"{name}.html").write_text(html, encoding="utf-8")
        (wanted.folder / f"{name}.txt").write_text(text, encoding="utf-8")
        print(f"{name}: {len(html.encode()):,} bytes")


def samples(language: str) -> dict[str, tuple[str, str]]:
    """Return HTML and text part of each kind of email, filled for one recipient."""
    from newsletter.models import Brand
    from newsletter.rendering.blocks.clean import clean_blocks
    from newsletter.rendering.email import Email, render_email
    from newsletter.rendering.notices import render_notice
    from newsletter.rendering.rendered import fill_preview
    from tests.samples import BRAND, EVENT, NOTICES, VALUES

    brand = Brand(**BRAND)
    campaign = Email(
        subject="You are invited, {given_name|colleague}",
        preheader="The first meeting of the year, online",
        blocks=clean_blocks(ARABIC_BLOCKS if language == "ar" else BLOCKS),
        language=language,
        reason="You receive this email because you follow Quarterly meetings.",
        event=EVENT,
    )
    mails = {
        "campaign": fill_preview(render_email(campaign, brand=brand), VALUES),
        **{
            name: render_notice(name, {**context, "language": language}, brand=brand)
            for name, context in NOTICES.items()
        },
    }
    return {
        name: (mail.html, f"Subject: {mail.subject}\n\n{mail.text}") for name, mail in mails.items()
    }


BLOCKS: list[dict[str, str]] = [
    {"type": "heading", "text": "The laws are not there yet"},
    {
        "type": "rich_text",
        "html": "<p>Dear {given_name|colleague},</p><p>An estimated <strong>49 million "
        "people</strong> are trafficked, and nearly one third of nations lack adequate laws. We "
        "meet again this quarter to compare what our parliaments have done about it; the notes of "
        'the last meeting are <a href="https://lists.example.org/archive/">in the archive</a>.</p>',
    },
    {"type": "event_card"},
    {"type": "heading", "text": "On the agenda"},
    {
        "type": "rich_text",
        "html": "<ul><li>Sierra Leone and New Zealand: what a national referral system costs</li>"
        "<li>European Parliament: after the revised directive</li><li>Survivors’ council: reading "
        "a bill with the eyes of those it concerns</li></ul>",
    },
    {
        "type": "image",
        "url": PICTURE,
        "alt": "Delegates of the forum in Bucharest at the opening session",
    },
    {
        "type": "quotation",
        "text": (
            "More than 99.5% of victims are never identified. A law that nobody can invoke "
            "is a page of paper."
        ),
        "source": "From the report of the forum in Bucharest",
    },
    {"type": "button", "label": "Read the report", "url": "https://lists.example.org/archive/"},
    {"type": "agenda"},
    {"type": "speakers", "details": "biographies"},
    {
        "type": "figure",
        "figure": "49 million",
        "text": "people are trafficked or forced into work or marriage today.",
        "source": "Global estimates, 2022",
    },
    {
        "type": "image_text",
        "url": PICTURE,
        "alt": "Delegates of the forum in Bucharest at the opening session",
        "html": "<h3>Bucharest, in October</h3><p>Twelve parliaments compared what a national "
        "referral system costs, and who pays for it.</p>",
        "side": "start",
    },
    {
        "type": "image_text",
        "url": PICTURE,
        "alt": "The survivors’ council",
        "html": "<h3>The survivors’ council</h3><p>Seven members read each bill with the eyes of "
        "those it concerns.</p>",
        "side": "end",
    },
    {
        "type": "two_columns",
        "first": "<h3>For lawmakers</h3><p>A model law, with comments, in six languages.</p>",
        "second": "<h3>For officials</h3><p>A handbook of 40 pages on identifying victims.</p>",
    },
    {"type": "documents"},
    {"type": "divider"},
    {"type": "rich_text", "html": "<p>With kind regards,<br>the secretariat</p>"},
    {"type": "social_links"},
    {"type": "footnote", "html": "<p>Travel is paid for experts with lived experience.</p>"},
]

ARABIC_BLOCKS: list[dict[str, str]] = [
    {"type": "heading", "text": "دعوة إلى الاجتماع الفصلي"},
    {
        "type": "rich_text",
        "html": "<p>{given_name|زميلنا العزيز}، نلتقي هذا الفصل لنقارن ما أنجزته برلماناتنا.</p>"
        "<ul><li>البند الأول</li><li>البند الثاني</li></ul>",
    },
    {"type": "event_card"},
    {"type": "quotation", "text": "الشراكة هي الركن الرابع.", "source": "من تقرير المنتدى"},
    {"type": "button", "label": "اقرأ التقرير", "url": "https://lists.example.org/archive/"},
    {"type": "agenda"},
    {"type": "speakers", "details": "biographies"},
    {
        "type": "figure",
        "figure": "49 مليونًا",
        "text": "من الأشخاص ضحايا الاتجار أو العمل القسري اليوم.",
        "source": "تقديرات عالمية، 2022",
    },
    {
        "type": "image_text",
        "url": PICTURE,
        "alt": "وفود المنتدى في بوخارست",
        "html": "<p>قارن اثنا عشر برلمانًا كلفة نظام إحالة وطني ومن يدفعها.</p>",
        "side": "start",
    },
    {
        "type": "two_columns",
        "first": "<h3>للمشرّعين</h3><p>قانون نموذجي مع شروح بست لغات.</p>",
        "second": "<h3>للموظفين</h3><p>دليل من أربعين صفحة للتعرّف على الضحايا.</p>",
    },
    {"type": "documents"},
    {"type": "social_links"},
    {"type": "footnote", "html": "<p>تُدفع نفقات السفر لذوي الخبرة المعيشة.</p>"},
]

if __name__ == "__main__":
    main()
