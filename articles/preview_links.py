"""Preview links: made and revoked by editors, opened by people without an account."""

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Article, ArticleEvent, PreviewLink, PreviewVisit, Status
from articles.refusals import RefusedError

NO_LINK = {
    Status.PUBLISHED: "Readers see this story already: send its own address.",
    Status.EXPIRED: "This story has expired, so nobody outside may see it.",
    Status.WITHDRAWN: "This story is withdrawn, so nobody outside may see it.",
}


class NoPreviewError(RefusedError):
    """A story in this status has no preview links."""


@transaction.atomic
def make(article, *, name, lifetime, by):
    """Make a link to a story for the person of that name, and return it.

    Raises NoPreviewError.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    if reason := NO_LINK.get(article.status):
        raise NoPreviewError(reason)
    link = PreviewLink.objects.create(
        article=article,
        name=name,
        created_by=by,
        expires_at=timezone.now() + lifetime,
    )
    until = date_format(timezone.localtime(link.expires_at), "j F Y, H:i")
    _record(article, "LINK_MADE", by, f"For {link.name}, until {until}")
    return link


@transaction.atomic
def revoke(link, *, by):
    """Let a link lead nowhere from now on. Done twice, it is done once."""
    link = PreviewLink.objects.select_for_update().get(pk=link.pk)
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = timezone.now(), by
        link.save(update_fields=["revoked_at", "revoked_by"])
        _record(link.article, "LINK_REVOKED", by, f"For {link.name}")
    return link


@transaction.atomic
def revoke_all(article, *, by):
    """Let no link of a story work any more; one event says for whom they were."""
    links = article.preview_links.filter(revoked_at=None)
    names = list(links.order_by("pk").values_list("name", flat=True))
    if names:
        links.update(revoked_at=timezone.now(), revoked_by=by)
        _record(article, "LINK_REVOKED", by, f"For {', '.join(names)}")


@transaction.atomic
def revoke_made_by(user, *, by):
    """Let no link work any more that this person has made and may have kept."""
    for link in PreviewLink.objects.working().filter(created_by=user):
        revoke(link, by=by)


def shown_beside(article):
    """The working links of a story, for the column beside its form."""
    return list(article.preview_links.working().with_visits())


def record_visit(link, *, network):
    """Remember that a link was opened, from which neighbourhood of the internet."""
    PreviewVisit.objects.create(link=link, network=network)


def _record(article, kind, by, note):
    ArticleEvent.objects.create(
        article=article, kind=ArticleEvent.Kind[kind], by=by, note=note[:300]
    )
