"""What readers would miss once pictures' rights have ended."""

from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Q

from articles.models import Article, Author, Picture, Publication

BATCH = 100


@dataclass
class Loss:
    """A picture whose rights end, and where readers see it now: (words, object)s."""

    picture: Picture
    places: list = field(default_factory=list)


def losses(*, now, until):
    """A Loss for each picture that readers may see now and not at `until`.

    Those that end first stand first.
    """
    pictures = (
        Picture.objects.usable(at=now)
        .filter(rights_expire_at__lte=until)
        .order_by("rights_expire_at", "pk")
    )
    found = {picture.pk: Loss(picture) for picture in pictures}
    for places in (_leads, _bodies, _others):
        for pk, words, shown in places(list(found), now):
            found[pk].places.append((words, shown))
    return list(found.values())


def _stories(now):
    return Article.objects.published(at=now).select_related("section").defer("body")


def _leads(keys, now):
    for name, words in [
        ("lead_picture", "lead picture"),
        ("social_picture", "social card"),
    ]:
        for story in _stories(now).filter(**{f"{name}__in": keys}).order_by("pk"):
            yield getattr(story, f"{name}_id"), words, story


def _bodies(keys, now):
    for start in range(0, len(keys), BATCH):
        some = {f'data-picture="{pk}"': pk for pk in keys[start : start + BATCH]}
        holds_one = reduce(or_, (Q(body__contains=mark) for mark in some))
        stories = Article.objects.published(at=now).select_related("section")
        for story in stories.filter(holds_one).order_by("pk"):
            for mark, pk in some.items():
                if mark in story.body:
                    yield pk, "in the text", story


def _others(keys, now):
    for author in Author.objects.filter(portrait__in=keys).order_by("pk"):
        yield author.portrait_id, "portrait", author
    for publication in Publication.objects.filter(logo__in=keys):
        yield publication.logo_id, "logo", publication
