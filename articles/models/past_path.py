"""Addresses that nothing here answers but that lead somewhere."""

import re
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q

from articles.models.article import Article
from newsroom.lib import text
from newsroom.lib.fields import LineField


def validate_target(value):
    """A path on this site, or a whole https address as an editor typed it."""
    if value.startswith("/") and not value.startswith("//") and "\\" not in value:
        return
    URLValidator(
        schemes=["https"],
        message="Write a path of this site such as /world/, or an https:// address.",
    )(value)
    if "@" in urlsplit(value).netloc:
        raise ValidationError("An address with a user name in it cannot be used.")


class PastPathQuerySet(models.QuerySet):
    def at(self, path):
        """Those at the path of a request, however its case and closing slash."""
        return self.filter(path=fold_path(path))

    def followed(self):
        """Those that lead a reader somewhere now, with what their target needs."""
        return self.filter(
            Q(article=None) | Q(article__in=Article.objects.published())
        ).select_related("article__section")


class PastPath(models.Model):
    """A path such as `2014/09/some-story` that leads to a story or another address.

    A former site's addresses come with the import, others from editors.
    """

    PATH_LENGTH = 500

    path = models.CharField(max_length=PATH_LENGTH, unique=True)
    article = models.ForeignKey(
        "articles.Article",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="past_paths",
        verbose_name="story",
        help_text="The address follows the story wherever it moves.",
    )
    target = LineField(
        "other address",
        max_length=500,
        blank=True,
        validators=[validate_target],
        help_text="For what is no story: /world/ on this site, or https://… elsewhere.",
    )

    objects = PastPathQuerySet.as_manager()

    class Meta:
        verbose_name = "redirect"
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, target="")
                | (Q(article__isnull=True) & ~Q(target="")),
                name="articles_pastpath_has_one_target",
            ),
        ]

    def __str__(self):
        return f"/{self.path}"

    @property
    def location(self):
        """Where the address leads."""
        return self.article.get_absolute_url() if self.article_id else self.target


# The address of an item of WordPress before it got one of words: `/?p=12`.
_BY_NUMBER = re.compile(
    r"(?:^|&)(?:(cat)|p|page_id|attachment_id)=([0-9]{1,18})(?:&|$)", re.ASCII
)


def fold_path(address):
    """The path of an address as `PastPath` keeps it; "" for none that can be kept.

    Where the front page's address asks for an item by number, that is kept: `?p=12`.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    path = text.clean_line(unquote(parts.path)).lower().strip("/")
    if path in ("", "index.php"):
        found = _BY_NUMBER.search(parts.query)
        return f"?{found[1] or 'p'}={found[2]}" if found else path
    return path if len(path) <= PastPath.PATH_LENGTH else ""
