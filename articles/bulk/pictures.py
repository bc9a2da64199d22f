"""Pictures named in lines: found beside the file that names them, taken in once."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import connection, transaction

from articles.bulk.lines import LineError, number_of, text_of, time_of
from articles.models import Picture
from articles.pictures import add_picture, make_renditions
from newsroom.lib import decoding, text
from newsroom.lib.images import MAX_BYTES, UnacceptablePictureError

FIELDS = [
    "caption",
    "creator",
    "credit_line",
    "alt_text",
    "keywords",
    "copyright_notice",
    "usage_terms",
    "territory_note",
]
URLS = ["license_url", "acquire_license_url"]
FLAGS = ["is_decorative", "allows_site", "allows_newsletter", "allows_republishing"]
PICTURE_TIMES = ["taken_at", "rights_start_at", "rights_expire_at", "uploaded_at"]


@dataclass(frozen=True)
class Found:
    """What later lines need to know of a picture."""

    pk: int
    caption: str
    credit_line: str


class PictureShelf:
    """Turns what lines say of pictures into rows; each distinct file is one row."""

    def __init__(
        self,
        base,
        *,
        update=False,
        dry_run=False,
        made=lambda kind, rows: None,
        by=None,
    ):
        """`made` is told of each new row; with `dry_run` no row or file is written."""
        self.base = base.resolve()
        self.update, self.dry_run, self.made, self.by = update, dry_run, made, by
        self._invented = 0
        # From the ids that this file gives its pictures to the rows here.
        self.by_id = {}
        self._by_file = {}

    def find(self, wanted):
        """The Found for what a line says of a picture, taking its file in if need be.

        Raises LineError when there is neither a known id nor a file that can be read.
        """
        if (found := self.by_id.get(number_of(wanted, "id", None))) is not None:
            return found
        name = text_of(wanted, "file")
        if name not in self._by_file:
            try:
                self._by_file[name] = self._from_file(name, wanted)
            except LineError as error:
                self._by_file[name] = error
        found = self._by_file[name]
        if isinstance(found, LineError):
            raise found
        return found

    def load(self, data):
        """A line of type picture; returns the row and whether it is new."""
        number = number_of(data, "id", None)
        name = text_of(data, "file")
        digest = hashlib.sha256(self._read(name)).hexdigest() if name else None
        digest = digest or text_of(data, "sha256")
        picture = self._same(number, digest, data)
        is_new = picture is None
        if is_new:
            if not name:
                raise LineError("the picture has no “file”")
            free = number and not Picture.objects.filter(pk=number).exists()
            picture = self._add(name, data, pk=number if free else None)
        elif self.update and not self.dry_run:
            for key, value in picture_fields(data).items():
                setattr(picture, key, value)
            picture.save()
            if picture.renditions:
                make_renditions(picture)
        found = Found(picture.pk, picture.caption, picture.credit_line)
        if number:
            self.by_id[number] = found
        self._by_file.setdefault(name, found)
        return picture, is_new

    def _same(self, number, digest, data):
        """The row that an earlier run made of this line, if any."""
        same_bytes = Picture.objects.filter(content_hash=digest)
        wanted = picture_fields(data)
        kept = {name: wanted[name] for name in FIELDS if name in wanted}
        return (
            same_bytes.filter(pk=number).first()
            or same_bytes.filter(**kept).order_by("pk").first()
            or (same_bytes.order_by("pk").first() if number is None else None)
        )

    def _from_file(self, name, wanted):
        content_hash = hashlib.sha256(self._read(name)).hexdigest()
        picture = (
            Picture.objects.filter(content_hash=content_hash).order_by("pk").first()
        )
        picture = picture or self._add(name, wanted)
        return Found(picture.pk, picture.caption, picture.credit_line)

    def _add(self, name, wanted, *, pk=None):
        fields = picture_fields(wanted)
        try:
            with self._path(name).open("rb") as file:
                return self.add(file, name, pk=pk, **fields)
        except (UnacceptablePictureError, OSError) as error:
            raise LineError(f"picture {name}: {error}") from error

    def add(self, file, name, *, pk=None, facts=None, **fields):
        """Take in an open file as a new row, and say so; `name` tells which it was.

        `facts` are the file's, where they are known already.
        """
        if self.dry_run:
            if facts is None:
                decoding.inspect(file.read(MAX_BYTES + 1))
            self._invented -= 1
            self.made("picture", [(None, name)])
            return Picture(pk=self._invented, **fields)
        with transaction.atomic():
            picture = add_picture(
                file, render=False, pk=pk, by=self.by, facts=facts, **fields
            )
            self.made("picture", [(picture.pk, name)])
        if pk:
            _let_sequence_follow()
        return picture

    def _path(self, name):
        path = (self.base / name).resolve()
        if not path.is_relative_to(self.base):
            raise LineError(f"picture {name} lies outside the directory of this file")
        return path

    def _read(self, name):
        if not name:
            raise LineError("the picture has no “file”")
        try:
            with self._path(name).open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise LineError(f"picture {name}: {error.strerror}") from error


def _let_sequence_follow():
    """Tell PostgreSQL that a primary key was given, so that it gives none twice."""
    statements = connection.ops.sequence_reset_sql(no_style(), [Picture])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def picture_fields(data):
    """The fields of Picture that a line names, cleaned as the row will hold them."""
    fields = {}
    for name in FIELDS:
        if data.get(name) is not None:
            field = Picture._meta.get_field(name)  # noqa: SLF001 -- Django's public API
            value = field.tidy(text_of(data, name))
            if len(value) > field.max_length:
                value = text.summary(value, max_length=field.max_length)
            fields[name] = value
    for name in ["focal_x", "focal_y"]:
        if data.get(name) is not None:
            fields[name] = min(100, max(0, number_of(data, name)))
    return fields | _addresses(data) | _rights(data)


def _addresses(data):
    """The web addresses; what is none is left out."""
    found = {}
    for name in URLS:
        if data.get(name):
            with suppress(ValidationError):
                field = Picture._meta.get_field(name)  # noqa: SLF001 -- as above
                found[name] = field.clean(text_of(data, name), None)
    return found


def _rights(data):
    """Whether, where and when the picture may be shown."""
    found = {name: bool(data[name]) for name in FLAGS if data.get(name) is not None}
    for name in PICTURE_TIMES:
        if data.get(name) is not None:
            found[name] = time_of(data, name)
    if data.get("usage") in Picture.Usage.values:
        found["usage"] = data["usage"]
    start, end = found.get("rights_start_at"), found.get("rights_expire_at")
    if start and end and start >= end:
        raise LineError("the rights of the picture end before they start")
    return found
