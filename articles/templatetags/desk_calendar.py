from django import template
from django.utils.html import format_html

register = template.Library()


@register.filter
def calendar_entry(entry, stories):
    """A story on its day; made at once, as a month has a hundred of them."""
    when = entry.local and format_html(
        '<time datetime="{}">{}</time> ',
        entry.local.isoformat(timespec="seconds"),
        f"{entry.local:%H:%M}",
    )
    return format_html(
        '<li class="calendar-entry calendar-{}">'
        '<a href="{}{}/change/"><bdi>{}</bdi></a>'
        '<p>{}<span class="calendar-status">{}</span> '
        '<bdi class="calendar-section">{}</bdi></p></li>',
        entry.status,
        stories,
        entry.story.pk,
        entry.story.headline,
        when or "",
        entry.label,
        entry.story.section_name,
    )
