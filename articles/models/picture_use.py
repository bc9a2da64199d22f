"""Which texts show which pictures of the library, as rows: what is shown stays."""

from django.db import models, transaction
from django.db.models.signals import post_save

from articles.models.picture import Picture
from newsroom.lib import html


class PictureUseQuerySet(models.QuerySet):
    @transaction.atomic
    def record(self, texts, *, are_new=False):
        """Make the rows say what these saved texts show: all of them of one model.

        A picture that is gone already gets none; one that is being deleted is waited
        for, so that either the text has it or the deletion is refused.
        """
        shown = {text: _keys_in(text) for text in texts}
        wanted = set().union(*shown.values())
        if not are_new:
            name = _name_of(texts[0])
            self.filter(**{f"{name}__in": [text.pk for text in texts]}).exclude(
                picture__in=wanted
            ).delete()
        if not wanted:
            return
        pictures = Picture.objects.select_for_update(no_key=True).order_by("pk")
        there = set(pictures.filter(pk__in=wanted).values_list("pk", flat=True))
        self.bulk_create(
            [
                PictureUse(picture_id=key, **{_name_of(text): text})
                for text, keys in shown.items()
                for key in sorted(keys & there)
            ],
            ignore_conflicts=True,
        )


class PictureUse(models.Model):
    """A picture in one text: the body of a story or page, or a working copy.

    A story's lead and social picture are columns of its own; a working copy's are
    here with those of its body.
    """

    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="uses")
    article = models.ForeignKey(
        "articles.Article",
        on_delete=models.CASCADE,
        null=True,
        related_name="picture_uses",
    )
    draft = models.ForeignKey(
        "articles.ArticleDraft",
        on_delete=models.CASCADE,
        null=True,
        related_name="picture_uses",
    )
    page = models.ForeignKey(
        "articles.Page",
        on_delete=models.CASCADE,
        null=True,
        related_name="picture_uses",
    )

    objects = PictureUseQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = "text that shows it"
        verbose_name_plural = "texts that show it"
        constraints = [
            models.UniqueConstraint(
                fields=["article", "picture"], name="articles_pictureuse_article"
            ),
            models.UniqueConstraint(
                fields=["draft", "picture"], name="articles_pictureuse_draft"
            ),
            models.UniqueConstraint(
                fields=["page", "picture"], name="articles_pictureuse_page"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    article__isnull=False, draft__isnull=True, page__isnull=True
                )
                | models.Q(article__isnull=True, draft__isnull=False, page__isnull=True)
                | models.Q(
                    article__isnull=True, draft__isnull=True, page__isnull=False
                ),
                name="articles_pictureuse_in_one_text",
            ),
        ]

    def __str__(self):
        return f"Picture {self.picture_id}"


def _name_of(text):
    name = text._meta.model_name  # noqa: SLF001 - Django's documented API
    return "draft" if name == "articledraft" else name


def _keys_in(text):
    if _name_of(text) != "draft":
        return html.picture_keys(text.body)
    content = text.content
    pictures = {content.get("lead_picture"), content.get("social_picture")}
    return html.picture_keys(content.get("body", "")) | (pictures - {None})


def _record_saved(instance, *, created, raw, update_fields, **kwargs):
    """Receiver of post_save: also a save from a shell keeps the rows true."""
    is_text_saved = update_fields is None or {"body", "content"} & set(update_fields)
    if is_text_saved and not raw:
        PictureUse.objects.record([instance], are_new=created)


for _sender in ["articles.Article", "articles.ArticleDraft", "articles.Page"]:
    post_save.connect(_record_saved, sender=_sender, dispatch_uid=f"uses:{_sender}")
