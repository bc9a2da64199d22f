import json
from html import escape

from django import template
from django.utils.safestring import mark_safe

from articles import cards, pages, privacy, structured_data
from articles.body import picture_html, render_body
from articles.models import Publication
from articles.times import date_html, time_html

register = template.Library()


@register.simple_tag
def article_body(article):
    """The body as readers see it: the only place where stored HTML is trusted."""
    return mark_safe(render_body(article.body, has_frames=True))  # noqa: S308


@register.simple_tag
def page_body(page):
    """The body of a page that editors write."""
    return mark_safe(render_body(page.body, has_frames=True))  # noqa: S308


@register.simple_tag
def publication_name():
    """The name of the site, for what is rendered without a request."""
    return Publication.objects.current().name


@register.simple_tag(takes_context=True)
def section_navigation(context):
    """The sections, in the head of every page; the one the reader is in is marked."""
    if not context.get("navigation"):
        return ""
    section, article = context.get("section"), context.get("article")
    return pages.navigation_html(
        page=section.slug if section else "",
        within=article.section.slug if article else "",
    )


@register.simple_tag
def card(article, *, variant, level):
    """The teaser of a story, see `cards.card_html`."""
    return cards.card_html(article, variant=variant, level=level)


@register.simple_tag
def card_group(template, stories, **facts):
    """Teasers of stories that stand together, see `cards.group_html`."""
    return cards.group_html(template, stories, **facts)


@register.simple_tag
def page_halves(page):
    """The body of the privacy page before and after the list that the site writes."""
    rendered = render_body(page.body, has_frames=True)
    return [mark_safe(half) for half in privacy.halves(rendered)]  # noqa: S308


@register.simple_tag
def picture(picture, *, crop="original", sizes="100vw", priority=False, alt=None):
    """A picture in the sizes that exist; nothing without one, or when rights ended.

    `alt` stands in for the picture's own alternative text, and may be empty.
    """
    return picture_html(picture, crop=crop, sizes=sizes, priority=priority, alt=alt)


@register.filter
def publication_time(value):
    """A `<time>` element with date and time in the publication's zone."""
    return time_html(value) if value else ""


@register.filter
def publication_date(value):
    """A `<time>` element with the date in the publication's zone."""
    return date_html(value) if value else ""


# Inside a script element `<` could end it and `&` mean nothing; U+2028 and U+2029 break
# scripts of old browsers. As JSON's own escapes they are the same text everywhere.
_JSON_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&\u2028\u2029"}


@register.simple_tag(takes_context=True)
def page_meta(context):
    """What programs read of a page in its head: `meta`, of `structured_data`."""
    meta = context["meta"]
    url = meta.get("canonical_url") or context["canonical_url"]
    links = [
        ("canonical", url),
        ("prev", meta.get("previous_url")),
        ("next", meta.get("next_url")),
    ]
    tags = structured_data.meta_tags(meta, name=context["publication"].name, url=url)
    lines = [
        *(f'<link rel="{rel}" href="{escape(href)}">' for rel, href in links if href),
        *map(_alternate, meta.get("alternates", ())),
        *(
            f'<meta {attribute}="{name}" content="{escape(str(content))}">'
            for attribute, name, content in tags
        ),
        *map(_data_block, meta["json_ld"]),
    ]
    return mark_safe("\n".join(lines))  # noqa: S308 - names are our own


def _alternate(alternate):
    language, url = escape(alternate["language"]), escape(alternate["url"])
    return f'<link rel="alternate" hreflang="{language}" href="{url}">'


def _data_block(data):
    """A schema.org object in an element that no text in it can leave."""
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    content = content.translate(_JSON_ESCAPES)
    return f'<script type="application/ld+json">{content}</script>'
