"""Loading lines into the database, stories in batches."""

from collections import Counter, defaultdict
from pathlib import Path

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from articles import search
from articles.bulk.draft import Draft, permanent_id, uuid_of
from articles.bulk.journal import Journal
from articles.bulk.lines import LineError, id_of, normalised
from articles.bulk.names import NameBook
from articles.bulk.pictures import PictureShelf
from articles.bulk.things import LOADERS
from articles.models import (
    Article,
    ArticleEvent,
    Contribution,
    Correction,
    PastAddress,
    PastPath,
    TaggedArticle,
)
from articles.models.article import SLUG_LENGTH
from articles.models.slugs import RESERVED_ARTICLE_SLUGS, at_addresses

BATCH = 500
# Characters of bodies: long stories make a batch sooner, so that memory is bounded.
BATCH_LENGTH = 8_000_000
# So many new stories change what is quick at the end; midway, as many as there were,
# and so many at least.
MANY = 100
FIRST_COUNT = 1_000


class Loader:
    """Loads lines and counts what became of them in `count`.

    `base` is the directory in which picture files are looked for; nothing outside it
    is read. What is here already, a story by its id, everything else by its slug or
    name, is left as it is; with `update` the line is written over it. `report(number,
    message)` hears of each line that was skipped, `warn(number, message)` of each
    that was loaded without something it names. `journal` is told of each row, in the
    transaction that writes it. With `dry_run` nothing is written. `by` is the actor.
    """

    def __init__(
        self,
        base,
        *,
        report,
        warn,
        update=False,
        journal=None,
        dry_run=False,
        by=None,
    ):
        self.update, self.dry_run, self.by = update, dry_run, by
        self.report, self.warn = report, warn
        self.journal = journal or Journal()
        self.count = Counter()
        self.names = NameBook(dry_run=dry_run, made=self.journal.made)
        self.shelf = PictureShelf(
            Path(base),
            update=update,
            dry_run=dry_run,
            made=self.journal.made,
            by=by,
        )
        self._batch, self._batch_length = [], 0
        self._next_number = {}

    def load(self, lines):
        """Load an iterable of (number, dict or LineError), to its end.

        Each batch of stories is one transaction, so a run that is stopped leaves
        whole stories and can be started again.
        """
        next_count = max(FIRST_COUNT, Article.objects.count())
        for number, data in lines:
            try:
                self._take(number, data)
            except LineError as error:
                self._refuse(number, error)
            if self.count["added"] >= next_count and not self.dry_run:
                count_anew(is_midway=True)
                next_count *= 2
        self._flush()
        if self.dry_run:
            return
        if self.count["added"] >= MANY:
            count_anew()

    def picture(self, wanted):
        """The primary key of a picture that a line names. Raises LineError."""
        return self.shelf.find(wanted).pk

    def article_pk(self, value):
        """The primary key of the story with this id. Raises LineError."""
        source_id = id_of({"id": value})
        found = self._existing({source_id: permanent_id(source_id)})
        if source_id not in found:
            raise LineError(f"there is no story with the id {source_id}")
        return found[source_id]

    def _refuse(self, number, error):
        self.count["bad"] += 1
        self.journal.refused(number, str(error))
        self.report(number, str(error))

    def _take(self, number, data):
        if isinstance(data, LineError):
            raise data
        kind = data.get("type", "article")
        if kind == "article":
            self._batch.append((number, data))
            self._batch_length += len(data.get("body_html") or "")
            if len(self._batch) >= BATCH or self._batch_length > BATCH_LENGTH:
                self._flush()
            return
        load = LOADERS.get(kind) if isinstance(kind, str) else None
        if load is None:
            raise LineError(f"no such type: {str(kind)[:40]}")
        self._flush()
        try:
            with transaction.atomic():
                row, is_new = load(self, data)
                self.journal.thing(number, kind, row, is_new=is_new)
                transaction.set_rollback(self.dry_run)
        except (DatabaseError, ValidationError) as error:
            raise LineError(str(error).strip().replace("\n", " ")) from error
        self.count["added" if is_new else "kept"] += 1

    def _flush(self):
        batch, self._batch, self._batch_length = self._batch, [], 0
        if not batch:
            return
        lines = self._by_id(batch)
        existing = self._existing(
            {key: uuid_of(key, data) for key, (_, data) in lines.items()}
        )
        drafts = []
        kept = {key for key in existing if not self.update}
        kept |= self.journal.protected(existing)
        self.journal.kept(
            [(lines[key][0], key, existing[key]) for key in lines if key in kept]
        )
        self.count["kept"] += len(kept)
        for key, (number, data) in lines.items():
            if key in kept:
                continue
            try:
                draft = Draft(self, number, key, normalised(data), existing.get(key))
            except LineError as error:
                self._refuse(number, error)
            else:
                drafts.append(draft)
        self._name_tags(drafts)
        self._write([draft for draft in drafts if draft.pk is None], _insert)
        for draft in drafts:
            if draft.pk is not None:
                self._write([draft], _overwrite)

    def _by_id(self, batch):
        """From id to number and line; of two lines with one id the first counts."""
        lines = {}
        for number, data in batch:
            try:
                key = id_of(data)
            except LineError as error:
                self._refuse(number, error)
                continue
            if key in lines:
                self.count["kept"] += 1
                self.journal.twice(number, key)
            else:
                lines[key] = (number, data)
        return lines

    def _existing(self, uuids):
        """From id to primary key, for those of these stories that are here."""
        rows = Article.objects.filter(
            Q(source_id__in=list(uuids)) | Q(uuid__in=list(uuids.values()))
        ).values_list("source_id", "uuid", "pk")
        by_source, by_uuid = {}, {}
        for source_id, row_uuid, pk in rows:
            by_source[source_id], by_uuid[row_uuid] = pk, pk
        found = {
            key: by_source.get(key) or by_uuid.get(value)
            for key, value in uuids.items()
        }
        return {key: pk for key, pk in found.items() if pk}

    def _name_tags(self, drafts):
        for draft, keys in zip(
            drafts, self.names.tags([draft.tag_names for draft in drafts]), strict=True
        ):
            draft.tags = keys

    def _write(self, drafts, write):
        if not drafts:
            return
        counted = "added" if write is _insert else "updated"
        if self.dry_run:
            self.journal.wrote(drafts, is_new=write is _insert)
            self.count[counted] += len(drafts)
            return
        try:
            with transaction.atomic():
                self._give_slugs(drafts)
                write(drafts, self.by)
                self.journal.wrote(drafts, is_new=write is _insert)
            self.count[counted] += len(drafts)
        except DatabaseError as error:
            if len(drafts) == 1:
                message = str(error).strip().partition("\n")[0]
                self._refuse(drafts[0].number, LineError(message))
                return
            # One row spoils the batch: find it, and load the others.
            for draft in drafts:
                for row in [draft.article, *draft.corrections]:
                    row.pk = None
                self._write([draft], write)

    def _give_slugs(self, drafts):
        """An address for each story that no other story of its section has."""
        wanted = defaultdict(set)
        for draft in drafts:
            wanted[draft.article.section_id].add(draft.slug)
        taken = set(
            at_addresses(Article.objects, wanted)
            .exclude(pk__in=[draft.pk for draft in drafts if draft.pk])
            .values_list("section_id", "slug")
        )
        for draft in drafts:
            section, base = draft.article.section_id, draft.slug
            slug = base
            number = self._next_number.get((section, base), 2)
            is_taken = (section, slug) in taken or slug in RESERVED_ARTICLE_SLUGS
            while is_taken:
                suffix = f"-{number}"
                slug = base[: SLUG_LENGTH - len(suffix)].rstrip("-") + suffix
                number += 1
                is_taken = (section, slug) in taken or Article.objects.filter(
                    section=section, slug=slug
                ).exclude(pk=draft.pk).exists()
            if slug != base:
                self._next_number[section, base] = number
            taken.add((section, slug))
            draft.article.slug = slug


def count_anew(*, is_midway=False):
    """Let the database count its rows: else it plans for the empty tables of before."""
    tables = [
        connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - documented API
        for model in apps.get_app_config("articles").get_models()
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Far pages are read from an index alone, once it knows what all may see.
            vacuum = "" if is_midway or connection.in_atomic_block else "VACUUM "
            cursor.execute(f"{vacuum}ANALYZE {', '.join(tables)}")
        else:
            # SQLite would read every index to its end.
            cursor.execute("PRAGMA analysis_limit = 1000")
            for table in tables:
                cursor.execute(f"ANALYZE {table}")


def _insert(drafts, by):
    articles = Article.objects.bulk_create([draft.article for draft in drafts])
    _insert_parts(drafts)
    ArticleEvent.objects.bulk_create(
        [
            ArticleEvent(article_id=article.pk, kind=ArticleEvent.Kind.IMPORTED, by=by)
            for article in articles
        ]
    )
    search.index_new(articles)


def _overwrite(drafts, by):
    for draft in drafts:
        article = draft.article
        article.save()
        if "byline" in draft.data:
            article.contributions.all().delete()
        if "tags" in draft.data:
            article.tagged.all().delete()
        if "corrections" in draft.data:
            article.corrections.all().delete()
    _insert_parts(drafts)
    search.index([draft.article for draft in drafts])


def _insert_parts(drafts):
    contributions, tagged, corrections, addresses, paths = [], [], [], [], []
    for draft in drafts:
        pk = draft.article.pk
        contributions += [
            Contribution(article_id=pk, author_id=author, role=role, position=position)
            for position, (author, role) in enumerate(draft.contributions)
        ]
        tagged += [
            TaggedArticle(content_object_id=pk, tag_id=tag) for tag in draft.tags
        ]
        for correction in draft.corrections:
            correction.article_id = pk
            corrections.append(correction)
        addresses += [
            PastAddress(article_id=pk, section_id=section, slug=slug)
            for section, slug in draft.past_addresses
        ]
        paths += [PastPath(article_id=pk, path=path) for path in draft.past_paths]
    Contribution.objects.bulk_create(contributions)
    TaggedArticle.objects.bulk_create(tagged)
    Correction.objects.bulk_create(corrections)
    PastAddress.objects.bulk_create(addresses, ignore_conflicts=True)
    PastPath.objects.bulk_create(paths, ignore_conflicts=True)
