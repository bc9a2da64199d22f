from django import template

from newsletter import choice
from newsroom.lib import html

register = template.Library()
register.filter("linked", html.linked)


@register.inclusion_tag("newsletter/_sign_up.html", takes_context=True)
def sign_up_box(context, *, article=None, section=None, tag=None):
    """The sign-up form for the newsletter that fits the page, if there is one."""
    if article:
        newsletter = choice.for_article(article)
    elif section:
        newsletter = choice.for_section(section)
    elif tag:
        newsletter = choice.for_tag(tag)
    else:
        newsletter = choice.default()
    return {
        "newsletter": newsletter,
        "publication": context.get("publication"),
        "privacy_url": context.get("privacy_url"),
    }
