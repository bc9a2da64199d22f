import re
from functools import partial

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from articles import pages
from articles.models.languages import is_written_from_right
from newsletter import choice
from newsroom.lib import generation, html

register = template.Library()


@register.filter
def paragraphs(value):
    """A text's paragraphs with its addresses as links, each in its letters' direction.

    Said for each, since many mail programs do not know dir="auto".
    """
    parts = re.split(r"\n\s*\n", value.replace("\r\n", "\n").strip())
    return format_html_join(
        "\n",
        '<p dir="{}">{}</p>',
        (
            ("rtl" if is_written_from_right(part) else "ltr", _lines(part))
            for part in parts
            if part
        ),
    )


def _lines(value):
    lines = str(html.linked(value)).replace("\n", "<br>")
    return mark_safe(lines)  # noqa: S308


@register.simple_tag
def sign_up_box(*, article=None, section=None, tag=None):
    """The sign-up form for the newsletter that fits the page, if there is one."""
    if article:
        newsletter = choice.for_article(article)
    elif section:
        newsletter = choice.for_section(section)
    elif tag:
        newsletter = choice.for_tag(tag)
    else:
        newsletter = choice.default()
    return generation.kept_here(
        ("sign-up box", newsletter and newsletter.pk),
        partial(_sign_up_box, newsletter),
        seconds=pages.CHROME_SECONDS,
    )


def _sign_up_box(newsletter):
    chrome = pages.chrome()
    context = {
        "newsletter": newsletter,
        "publication": chrome["publication"],
        "privacy_url": chrome["page_urls"].get("privacy"),
    }
    return render_to_string("newsletter/_sign_up.html", context)
