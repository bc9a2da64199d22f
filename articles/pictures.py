"""What happens to pictures: taking one in, making its public files, changing rights."""

import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from os import cpu_count

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from articles import discarding
from articles.models import Picture
from articles.models.picture import originals
from newsroom.lib import decoding, images, rendering, text

logger = logging.getLogger(__name__)

DIRECTORY = "pictures"


def add_picture(file, *, facts=None, by=None, render=True, **values):
    """Take in a file as a new picture and make its first public files.

    `file` is opened for reading bytes; its name is not used at all. `facts` are the
    file's, where they are known already. `values` are fields of Picture, such as
    `caption`. Without `render` the public files are left
    to `tasks.make_renditions` or `make_missing_renditions`, and readers see a
    placeholder until then.
    Raises images.UnacceptablePictureError; nothing is left behind then.
    """
    content = read(file)
    facts = facts or decoding.inspect(content)
    picture = Picture(uploaded_by=by, **_from_facts(facts), **values)
    _store_original(picture, facts, content)
    try:
        if render:
            _keep(picture, _render(picture, rendering.FIRST_FORMS, content))
        picture.save(force_insert=True)
    except BaseException:
        _delete_original(picture.original.name)
        raise
    return picture


def replace_file(picture, file, *, facts=None):
    """Put another file in a picture's place, in every story.

    The new public files are left to `tasks.make_renditions`; readers see a placeholder
    until then, and no longer what was replaced. The old ones are removed two minutes
    later, when no cached page points to them. Words that are still empty come from the
    new file. Raises images.UnacceptablePictureError.
    """
    content = read(file)
    facts = facts or decoding.inspect(content)
    offer = offered(facts)
    with transaction.atomic():
        picture = Picture.objects.select_for_update().get(pk=picture.pk)
        before, old_original = picture.renditions, picture.original.name
        for name, value in (_from_facts(facts) | _missing(picture, offer)).items():
            setattr(picture, name, value)
        if before.get("base") != _base(picture):
            discarding.discard(before)
            picture.renditions, picture.public_base = {}, ""
            picture.rendition_status = Picture.RenditionStatus.WAITING
            picture.rendition_error = ""
        _store_original(picture, facts, content)
        try:
            picture.save()
        except BaseException:
            _delete_original(picture.original.name)
            raise
        transaction.on_commit(partial(_delete_original, old_original))
    return picture


def offered(facts):
    """What a file says of itself, as values for Picture that its fields accept."""
    found = {name: _accepted(name, value) for name, value in facts.offer.items()}
    return {name: value for name, value in found.items() if value}


def _accepted(name, value):
    """The value as the field of Picture takes it; "" when it cannot."""
    field = Picture._meta.get_field(name)  # noqa: SLF001 -- Django's public API
    if name == "taken_at":
        return timezone.make_aware(value) if timezone.is_naive(value) else value
    if name == "license_url":
        try:
            return field.clean(value, None)
        except ValidationError:
            return ""
    value = field.tidy(value)
    if len(value) > field.max_length:
        return text.summary(value, max_length=field.max_length)
    return value


def _missing(picture, offer):
    return {name: value for name, value in offer.items() if not getattr(picture, name)}


@transaction.atomic
def change_words(pictures, *, by, **values):
    """Give many pictures the same credit or rights; returns those that changed.

    Each has a line in its history. The public files of those whose words stand in
    their files wait to be made anew.
    """
    rows = Picture.objects.select_for_update().filter(
        pk__in=[row.pk for row in pictures]
    )
    changed = [
        row
        for row in rows.order_by("pk")
        if any(getattr(row, name) != value for name, value in values.items())
    ]
    for row in changed:
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean(exclude=["original", "uploaded_by"])
        row.save(update_fields=list(values))
    if changed:
        LogEntry.objects.log_actions(
            by.pk, changed, CHANGE, [{"changed": {"fields": sorted(values)}}]
        )
    return changed


@transaction.atomic
def delete_pictures(pictures):
    """Delete pictures that nothing shows, with their files.

    Locked first: a text that takes one in meanwhile is waited for, and keeps it.
    Raises django.db.models.ProtectedError; all of them are there still then.
    """
    rows = list(pictures.select_for_update())
    Picture.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        transaction.on_commit(partial(_delete_original, row.original.name))
        discarding.discard(row.renditions)


# Public files -----------------------------------------------------------------------


def make_renditions(picture, *, forms=rendering.FIRST_FORMS):
    """Make the public files that the picture's row asks for; discard those of before.

    To be called after a change of focal point or of the words that the files carry.
    Does nothing when the files are as the row asks. Why it failed stays in the row.
    Raises images.UnacceptablePictureError, and OSError when the original is gone.
    """
    base = _base(picture)
    is_current = picture.renditions.get("base") == base
    if is_current and set(forms) <= set(picture.renditions.get("forms", [])):
        return
    discarding.wanted_again([base])
    try:
        made = _render(picture, forms)
    except Exception as error:  # object stores raise errors of their own
        _fail(picture, error)
        raise
    with transaction.atomic():
        row = Picture.objects.select_for_update().get(pk=picture.pk)
        if _base(row) != base:  # changed meanwhile; whoever did it has them made
            discarding.discard(made)
            return
        before = row.renditions
        _keep(row, made)
        fields = _kept_fields()
        row.save(update_fields=fields)
        if before.get("base") != base:
            discarding.discard(before)
    for name in fields:
        setattr(picture, name, getattr(row, name))


def make_missing_renditions(*, forms=rendering.FIRST_FORMS, retry=False, done=None):
    """Make the public files of all pictures that lack some, several at a time.

    `retry` takes up those that failed. `done(picture, error)` is called after each;
    `error` is None, or why there are still none. Returns how many were made.
    """
    count = 0
    waiting = [picture for picture in _waiting(retry) if _lacks(picture, forms)]
    discarding.wanted_again([_base(picture) for picture in waiting])
    # Pillow lets go of the interpreter while it works, so threads share the cores;
    # they touch no database.
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        work = partial(_try_to_render, forms=forms)
        for picture, made in zip(waiting, pool.map(work, waiting), strict=True):
            error = None
            if isinstance(made, dict):
                before = picture.renditions
                _keep(picture, made)
                with transaction.atomic():
                    picture.save(update_fields=_kept_fields())
                    if before.get("base") != picture.public_base:
                        discarding.discard(before)
                count += 1
            else:
                error = made
                _fail(picture, error)
            if done:
                done(picture, error)
    return count


def unfinished():
    """The keys of pictures that lack public files of some form."""
    forms = rendering.FIRST_FORMS + rendering.LATER_FORMS
    waiting = _waiting(retry=False)
    return [picture.pk for picture in waiting if _lacks(picture, forms)]


@transaction.atomic
def wait_for_renditions(pictures):
    """Mark public files as to be made anew; those that exist stay until then."""
    rows = Picture.objects.select_for_update().filter(
        pk__in=[row.pk for row in pictures]
    )
    for row in rows.order_by("pk"):
        row.renditions = row.renditions and {**row.renditions, "forms": []}
        row.rendition_status = Picture.RenditionStatus.WAITING
        row.rendition_error = ""
        row.save(update_fields=_kept_fields())


def thumbnail_name(picture):
    """The name of a small JPEG beside the original, for editors alone."""
    return _thumbnail_name(picture.original.name)


def read(file):
    """The bytes of a file, or as many as tell that it is too large."""
    file.seek(0)
    return file.read(images.MAX_BYTES + 1)


def new_name(facts):
    """A name for an original that tells nothing and that nobody can guess."""
    return f"{secrets.token_hex(16)}.{facts.extension}"


def _waiting(retry):
    rows = Picture.objects.exclude(pk__in=Picture.objects.hidden()).order_by("pk")
    if not retry:
        rows = rows.exclude(rendition_status=Picture.RenditionStatus.FAILED)
    return rows


def _lacks(picture, forms):
    made = picture.renditions
    return made.get("base") != _base(picture) or set(forms) - set(made.get("forms", []))


def _try_to_render(picture, *, forms):
    try:
        return _render(picture, forms)
    except Exception as error:  # noqa: BLE001 -- object stores have errors of their own
        return error


def _from_facts(facts):
    return {
        "width": facts.width,
        "height": facts.height,
        "content_hash": facts.sha256,
        "colour": facts.colour,
        "look": facts.look,
    }


class NotKeptError(images.UnacceptablePictureError):
    """The storage did not take the file: its disk is full, or it does not answer."""


def _store_original(picture, facts, content):
    """Keep a file and its thumbnail, both or neither. Raises NotKeptError."""
    name = new_name(facts)
    path = picture.original.field.generate_filename(picture, name)
    try:
        picture.original.save(name, ContentFile(content), save=False)
        originals().save(thumbnail_name(picture), ContentFile(facts.thumbnail))
    except Exception as error:  # each kind of storage raises its own
        logger.exception("A picture could not be kept.")
        # Half a file may lie there.
        _delete_original(path)
        raise NotKeptError(
            "The picture could not be kept: the server's storage is full or does not "
            "answer. Nothing was saved. Tell whoever runs the site, and try again."
        ) from error


def _delete_original(name):
    for found in [name, _thumbnail_name(name)]:
        try:
            originals().delete(found)
        except Exception as error:  # noqa: BLE001 -- a file too many does no harm
            logger.warning("%s was not deleted: %s", found, error)


def _thumbnail_name(name):
    return f"{name.rpartition('.')[0]}-thumbnail.jpg"


def _recipe(picture):
    return rendering.Recipe(
        picture.focal_x,
        picture.focal_y,
        text.clean_line(picture.credit_line),
        text.clean_line(picture.creator),
        text.clean_line(picture.copyright_notice),
        picture.license_url,
    )


def _base(picture):
    digest = rendering.fingerprint(picture.content_hash, _recipe(picture))
    return f"{DIRECTORY}/{digest}"


def _render(picture, forms, content=None):
    """Store public files of a picture; return what its row is to say of them."""
    if content is None:
        with picture.original.open("rb") as file:
            content = file.read()
    base = _base(picture)
    sizes, lengths = {}, {}
    for made in rendering.renditions(content, _recipe(picture), forms=forms):
        name = f"{made.crop}-{made.width}.{made.extension}"
        # What is there already may be half of it, from a run that was stopped.
        if default_storage.exists(f"{base}/{name}"):
            default_storage.delete(f"{base}/{name}")
        default_storage.save(f"{base}/{name}", ContentFile(made.content))
        lengths[name] = len(made.content)
        pair = [made.width, made.height]
        if pair not in sizes.setdefault(made.crop, []):
            sizes[made.crop].insert(0, pair)
    return {**sizes, "base": base, "bytes": lengths, "forms": list(forms)}


def _keep(picture, made):
    """Write into the row what was made, beside what it has under the same base."""
    had = picture.renditions or {}
    if had.get("base") == made["base"]:
        made = {
            **made,
            **{crop: sizes for crop, sizes in had.items() if crop in rendering.CROPS},
            "bytes": had["bytes"] | made["bytes"],
            "forms": sorted({*had.get("forms", []), *made["forms"]}),
        }
    picture.renditions = made
    picture.public_base = made["base"]
    picture.rendition_status = Picture.RenditionStatus.MADE
    picture.rendition_error = ""


def _kept_fields():
    return ["renditions", "public_base", "rendition_status", "rendition_error"]


def _fail(picture, error):
    missing = isinstance(error, FileNotFoundError)
    words = "The original file is missing." if missing else str(error)
    picture.rendition_status = Picture.RenditionStatus.FAILED
    picture.rendition_error = words[:300]
    picture.save(update_fields=["rendition_status", "rendition_error"])
