from django.db import models


class SearchEntry(models.Model):
    """One story in the search index: a row exists while its article is usable.

    What is found, filtered and ranked by stands here; whether readers may see the
    story is asked of the article itself at each search. The words live beside the
    row, where each database looks for them: in the column `document` (tsvector) on
    PostgreSQL, in the table `articles_searchwords` (FTS5) on SQLite. Only
    `articles.search` reads or writes either.
    """

    HEADLINE_KEY_LENGTH = 300

    article = models.OneToOneField(
        "articles.Article",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="search_entry",
    )
    # No index on the time: PostgreSQL would walk it and unpack every document.
    published_at = models.DateTimeField()
    section = models.ForeignKey(
        "articles.Section", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    language = models.CharField(max_length=20)
    headline_key = models.CharField(max_length=HEADLINE_KEY_LENGTH)

    class Meta:
        indexes = [
            models.Index(
                fields=["headline_key", "-published_at"],
                name="articles_searchentry_headline",
            ),
        ]

    def __str__(self):
        return self.headline_key


class StoryToIndex(models.Model):
    """A story that the index must be told of anew, by the worker.

    Many may be of one story: each is one change of its names.
    """

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="+"
    )

    def __str__(self):
        return f"article {self.article_id}"
