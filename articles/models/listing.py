"""The order of a tag's or an author's stories, so that an index alone has it."""

from django.db import models
from django.db.models import F, Func, OuterRef, Subquery


class StoryTime(Func):
    """When the story of a row is published, asked of a tag's or an author's row.

    On PostgreSQL a column that the database keeps beside the row (migration 0024), with
    an index. It is no field, so nobody has to write it, or carries it in a backup.
    """

    output_field = models.DateTimeField()

    def as_sqlite(self, compiler, connection, **context):
        return super().as_sql(
            compiler,
            connection,
            template="(SELECT published_at FROM articles_article WHERE id = "
            "%(expressions)s)",
            **context,
        )

    def as_postgresql(self, compiler, connection, **context):
        sql, params = super().as_sql(
            compiler, connection, template="%(expressions)s", **context
        )
        return f'{sql.rpartition(".")[0]}."published_at"', params


class OfStories(models.QuerySet):
    """Rows that belong to stories, by the foreign key that `story` names."""

    story = "article"

    def latest_first(self, published, *, at):
        """Those of stories that are `published` at a time, as a reader's list has them.

        With `story_time` and the story's key, `story_pk`.
        """
        # As a value: the database then asks for one story after the other and may stop,
        # where it would gather all stories for a join.
        shown = published.filter(pk=OuterRef(self.story)).order_by().values("pk")[:1]
        return (
            self.annotate(story_time=StoryTime(self.story), story_pk=F(self.story))
            .alias(shown=Subquery(shown))
            .filter(shown__isnull=False, story_time__lte=at)
            .order_by("-story_time", "-story_pk")
        )
