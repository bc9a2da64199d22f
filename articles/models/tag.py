import csv

from django.apps import apps
from django.db import IntegrityError, models, transaction
from taggit.managers import _TaggableManager
from taggit.models import ItemBase, NaturalKeyManager, TagBase

from articles.models.expressions import RowCount
from articles.models.listing import OfStories
from articles.models.slugs import at_slug, validate_slug
from newsroom.lib import text
from newsroom.lib.fields import FoldedField, LineField, PlainTextField
from newsroom.lib.urls import absolute, path


def _published(tag):
    """The keys of a tag's stories that readers may see, the newest keys first."""
    published = apps.get_model("articles", "Article").objects.published()
    # As a value: the database then asks for one story after the other and may stop,
    # where it would gather all stories for a join.
    shown = published.filter(pk=models.OuterRef("content_object_id")).values("pk")[:1]
    return (
        TaggedArticle.objects.filter(tag=tag)
        .alias(shown=models.Subquery(shown))
        .filter(shown__isnull=False)
        .order_by("-content_object_id")
        .values("content_object_id")
    )


class TagQuerySet(models.QuerySet):
    def at(self, slug):
        """The tag that has this slug, then the one whose alias has it."""
        return at_slug(self, slug, TagAlias.objects, "tag")

    def in_use(self):
        """Tags that a story readers may see carries, by name."""
        # As a value of each tag: a list of some then asks no others.
        return (
            self.alias(newest=models.Subquery(_published(models.OuterRef("pk"))[:1]))
            .filter(newest__isnull=False)
            .order_by("name", "pk")
        )

    def with_published_counts(self, *, up_to):
        """With `published_count` of stories that readers may see, `up_to` at most."""
        return self.annotate(
            published_count=RowCount(_published(models.OuterRef("pk"))[:up_to])
        )

    def by_name(self, names):
        """A dict from each folded name to its tag, for the names that have one."""
        folded = {text.name_key(name) for name in names}
        found = {tag.folded: tag for tag in self.filter(folded__in=folded)}
        aliases = TagAlias.objects.filter(folded__in=folded - set(found))
        found.update(
            (alias.folded, alias.tag) for alias in aliases.select_related("tag")
        )
        return found

    def with_counts(self):
        """With `count`, the number of stories of every status."""
        return self.annotate(count=models.Count("tagged_articles"))

    def get_or_make(self, names):
        """The tags of these names in order, each once; missing ones are made.

        Spellings that differ by case or accent, and aliases, lead to the same tag.
        """
        names = [name for name in map(text.clean_line, names) if text.name_key(name)]
        found = self.by_name(names)
        for name in names:
            folded = text.name_key(name)
            if folded not in found:
                found[folded] = self._make(name[: Tag.NAME_LENGTH].strip())
        return list(dict.fromkeys(found[text.name_key(name)] for name in names))

    def _make(self, name):
        folded = text.name_key(name)
        try:
            with transaction.atomic():
                tag, _ = self.get_or_create(
                    folded=folded, defaults={"name": name, "slug": self.free_slug(name)}
                )
        except IntegrityError:  # somebody made it, or its slug, at this very moment
            tag = self.get(folded=folded)
        return tag

    def free_slug(self, name):
        """A slug for a new tag or alias that neither a tag nor an alias has."""
        return text.unique_slug(
            text.slug(name, fallback="tag"), lambda slug: self.at(slug).exists()
        )


class Tag(TagBase):
    """A keyword (schema.org keywords), one row for all its spellings."""

    NAME_LENGTH = 100

    name = LineField(max_length=NAME_LENGTH)
    slug = models.CharField(
        max_length=100, unique=True, blank=True, validators=[validate_slug]
    )
    folded = FoldedField(source="name", max_length=400, unique=True)
    description = PlainTextField(blank=True, max_length=500)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["name", "-id"], name="articles_tag_name")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(slug="") & ~models.Q(folded=""),
                name="articles_tag_has_slug_and_name",
            ),
        ]

    def get_absolute_url(self):
        return path("articles:tag_detail", self.slug)

    @property
    def absolute_url(self):
        return absolute(self.get_absolute_url())

    def slugify(self, tag, i=None):
        return type(self).objects.free_slug(tag)


class TagAlias(models.Model):
    """Another spelling of a tag: typing it sets the tag, its address leads there."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases")
    name = LineField(max_length=Tag.NAME_LENGTH)
    slug = models.CharField(max_length=100, unique=True, validators=[validate_slug])
    folded = FoldedField(source="name", max_length=400, unique=True)

    class Meta:
        verbose_name_plural = "tag aliases"

    def __str__(self):
        return self.name


class TaggedArticleQuerySet(OfStories):
    story = "content_object"


class TaggedArticle(ItemBase):
    """An article's tag; the order of the rows is the editor's order."""

    tag = models.ForeignKey(
        Tag, on_delete=models.CASCADE, related_name="tagged_articles"
    )
    content_object = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="tagged"
    )

    objects = NaturalKeyManager.from_queryset(TaggedArticleQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "tag"], name="articles_taggedarticle_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["tag", "-content_object"], name="articles_taggedarticle_newest"
            ),
        ]


class FoldingTaggableManager(_TaggableManager):
    """taggit's manager, finding tags by folded name and alias."""

    def _to_tag_model_instances(self, tags, tag_kwargs):
        result = []
        for tag in tags:
            result += Tag.objects.get_or_make([tag]) if isinstance(tag, str) else [tag]
        return list(dict.fromkeys(result))


def parse_names(value):
    """Tag names from one typed text: separated by commas or line breaks.

    A name that holds a comma stands in double quotes ("Paris, Texas"), as in CSV.
    """
    rows = csv.reader(value.splitlines(), skipinitialspace=True)
    return [name for row in rows for name in map(text.clean_line, row) if name]


def format_names(names):
    """The text that `parse_names` reads back as these names."""
    quoted = (
        '"{}"'.format(name.replace('"', '""')) if "," in name or '"' in name else name
        for name in names
    )
    return ", ".join(quoted)
