"""Where the library's pictures are used, as an editor may see it."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from articles.models import Article, Author, Page, Publication

PLACES_NAMED = 20


def places_of(picture, user):
    """Where a picture is used, in lines; links to what this user may open.

    Stories that the user may not open are counted and not named.
    """
    stories = Article.objects.showing(picture)
    count = stories.count()
    named = list(stories.reachable_by(user).order_by("-pk")[:PLACES_NAMED])
    places = [*named, *Page.objects.filter(picture_uses__picture=picture)]
    places += Author.objects.filter(portrait=picture)
    places += Publication.objects.filter(logo=picture)
    lines = [_place(place, user) for place in places]
    if more := count - len(named):
        lines.append(
            f"{more:,} {'other ' if named else ''}stor{'y' if more == 1 else 'ies'}"
        )
    return lines


def _place(row, user):
    options = row._meta  # noqa: SLF001 - Django's documented API
    kind = capfirst(options.verbose_name)
    if not user.has_perm(f"{options.app_label}.view_{options.model_name}"):
        return format_html("{} “<bdi>{}</bdi>”", kind, row)
    name = f"admin:{options.app_label}_{options.model_name}_change"
    address = reverse(name, args=[row.pk])
    return format_html('{} “<a href="{}"><bdi>{}</bdi></a>”', kind, address, row)
