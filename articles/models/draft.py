from django.conf import settings
from django.db import models
from django.utils import timezone


class ArticleDraft(models.Model):
    """The working copy of a story that readers see: what it will be, as JSON.

    `content` holds the fields that `articles.copies.COPIED` names, in the form of
    `articles.revisions.content_of`. The story itself is unchanged until an editor
    publishes the changes.
    """

    article = models.OneToOneField(
        "articles.Article",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="draft",
    )
    content = models.JSONField()
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        # Whoever may change the story changes its copy.
        default_permissions = ()

    def __str__(self):
        return f"Working copy of {self.article_id}"
