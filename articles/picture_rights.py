"""What readers would miss once pictures' rights have ended."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse

from articles import front_page
from articles.models import (
    Article,
    Author,
    Medium,
    Picture,
    PictureUse,
    Publication,
)

# Of other apps, which add theirs when they are ready: each is called with a picture's
# keys and the present, and yields (key, Place)s.
FURTHER_PLACES = []


@dataclass(frozen=True)
class Place:
    """Where a picture is: in words, which row shows it, and that row's address."""

    words: str
    shown: object
    url: str = ""


@dataclass
class Loss:
    """A picture whose rights end, and the Places that show it now."""

    picture: Picture
    places: list = field(default_factory=list)


def losses(*, now, until):
    """A Loss for each picture that may be shown now and not at `until`.

    Those that end first stand first.
    """
    pictures = (
        Picture.objects.within_rights(at=now)
        .exclude(**{f"allows_{medium}": False for medium in Medium})
        .filter(rights_expire_at__lte=until)
        .order_by("rights_expire_at", "pk")
    )
    found = {picture.pk: Loss(picture) for picture in pictures}
    on_site = [pk for pk, loss in found.items() if loss.picture.allows_site]
    for places in (_front_page, _texts, _others):
        for pk, place in places(on_site, now) if on_site else ():
            found[pk].places.append(place)
    for places in FURTHER_PLACES:
        for pk, place in places(list(found), now) if found else ():
            found[pk].places.append(place)
    return list(found.values())


def stories_showing(keys, now):
    """(key, story) for the leads and texts of published stories, of these pictures."""
    for _, pk, story in _stories(keys, now):
        yield pk, story


def _front_page(keys, now):
    shown = front_page.edition(at=now)
    rails = [article for rail in shown["rails"] for article in rail["articles"]]
    lead = [shown["lead"]] if shown["lead"] else []
    for story in [*lead, *shown["secondary"], *shown["latest"], *rails]:
        if story.lead_picture_id in keys and story.lead_picture:
            yield story.lead_picture_id, Place("front page", story, "/")


def _texts(keys, now):
    for words, pk, story in _stories(keys, now):
        yield pk, Place(words, story, story.get_absolute_url())
    pages = PictureUse.objects.filter(picture__in=keys, page__isnull=False)
    for use in pages.select_related("page").order_by("pk"):
        page = use.page
        yield use.picture_id, Place("in the text", page, page.get_absolute_url())


def _stories(keys, now):
    """(words, key, story) of published stories that show one of these pictures."""
    published = Article.objects.published(at=now).select_related("section")
    published = published.defer("body")
    columns = {"lead_picture": "lead picture", "social_picture": "social card"}
    shows = Q(lead_picture__in=keys) | Q(social_picture__in=keys)
    for story in published.filter(shows).order_by("pk"):
        for name, words in columns.items():
            if (pk := getattr(story, f"{name}_id")) in keys:
                yield words, pk, story
    uses = PictureUse.objects.filter(picture__in=keys, article__isnull=False)
    pairs = list(uses.order_by("pk").values_list("picture", "article"))
    stories = published.in_bulk({article for _, article in pairs})
    for pk, article in pairs:
        if article in stories:
            yield "in the text", pk, stories[article]


def _others(keys, now):
    for author in Author.objects.filter(portrait__in=keys).order_by("pk"):
        yield (
            author.portrait_id,
            Place("portrait", author, author.get_absolute_url()),
        )
    for publication in Publication.objects.filter(logo__in=keys):
        address = reverse("admin:articles_publication_change", args=[publication.pk])
        yield publication.logo_id, Place("logo", publication, address)
