"""Addresses that stories had on a site from which they were taken over."""

from urllib.parse import unquote, urlsplit

from django.db import models

from newsroom.lib import text


class PastPathQuerySet(models.QuerySet):
    def at(self, path):
        """Those at the path of a request, however its case and closing slash."""
        return self.filter(path=fold_path(path))


class PastPath(models.Model):
    """A path such as `2014/09/some-story` that nothing here answers but the story."""

    PATH_LENGTH = 500

    path = models.CharField(max_length=PATH_LENGTH, unique=True)
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="past_paths"
    )

    objects = PastPathQuerySet.as_manager()

    def __str__(self):
        return f"/{self.path}"


def fold_path(address):
    """The path of an address as `PastPath` keeps it; "" for none that can be kept."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    path = text.clean_line(unquote(path)).lower().strip("/")
    return path if len(path) <= PastPath.PATH_LENGTH else ""
