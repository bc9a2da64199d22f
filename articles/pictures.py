"""What happens to pictures: taking one in, making its public files."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from os import cpu_count

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from articles.models import Picture
from articles.models.picture import originals
from newsroom.lib import images, text

DIRECTORY = "pictures"


def add_picture(file, *, by=None, render=True, **fields):
    """Take in a file as a new picture and make its public files.

    `file` is opened for reading bytes; its name is not used at all. `fields` are
    fields of Picture, such as `caption`. Without `render` the public files are left
    to `make_missing_renditions`, and readers see a placeholder until then.
    Raises images.UnacceptablePictureError; nothing is left behind then.
    """
    content = read(file)
    facts = images.inspect(content)
    picture = Picture(
        uploaded_by=by,
        width=facts.width,
        height=facts.height,
        content_hash=facts.sha256,
        **fields,
    )
    picture.original.save(new_name(facts), ContentFile(content), save=False)
    try:
        if render:
            picture.renditions = _render(picture, content)
        picture.save(force_insert=True)
    except BaseException:
        picture.original.delete(save=False)
        raise
    return picture


@transaction.atomic
def replace_file(picture, file):
    """Put another file in a picture's place; every story shows it at once.

    The public files of the old one are removed, and the new ones have new addresses,
    so no cache can show what was replaced. Raises images.UnacceptablePictureError.
    """
    content = read(file)
    facts = images.inspect(content)
    picture = Picture.objects.select_for_update().get(pk=picture.pk)
    old_original = picture.original.name
    picture.width, picture.height = facts.width, facts.height
    picture.content_hash = facts.sha256
    picture.original.save(new_name(facts), ContentFile(content), save=False)
    picture.save(update_fields=["width", "height", "content_hash", "original"])
    make_renditions(picture)
    transaction.on_commit(partial(originals().delete, old_original))
    picture.refresh_from_db()
    return picture


@transaction.atomic
def delete_pictures(pictures):
    """Delete pictures that nothing shows, with their files.

    Locked first: a text that takes one in meanwhile is waited for, and keeps it.
    Raises django.db.models.ProtectedError; all of them are there still then.
    """
    rows = list(pictures.select_for_update())
    Picture.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        transaction.on_commit(partial(originals().delete, row.original.name))
        transaction.on_commit(partial(_delete_unused, row.renditions))


def make_renditions(picture):
    """Make the public files that the picture's row asks for; drop those of before.

    To be called after a change of focal point, credit line or copyright notice: the
    files carry these. Does nothing when the files are as the row asks.
    Raises images.UnacceptablePictureError, and OSError when the original is gone.
    """
    before = picture.renditions
    if before.get("base") == _base(picture):
        return
    picture.renditions = _render(picture)
    picture.save(update_fields=["renditions"])
    transaction.on_commit(partial(_delete_unused, before))


def make_missing_renditions(*, done=None):
    """Make the public files of all pictures that have none, several at a time.

    `done(picture, error)` is called after each; `error` is None, or why there are
    still none. Returns how many were made.
    """
    count = 0
    waiting = list(Picture.objects.filter(renditions={}).order_by("pk"))
    # Pillow lets go of the interpreter while it works, so threads share the cores;
    # they touch no database.
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        for picture, made in zip(
            waiting, pool.map(_try_to_render, waiting), strict=True
        ):
            error = None
            if isinstance(made, dict):
                picture.renditions = made
                picture.save(update_fields=["renditions"])
                count += 1
            else:
                error = made
            if done:
                done(picture, error)
    return count


def _try_to_render(picture):
    try:
        return _render(picture)
    except (images.UnacceptablePictureError, OSError) as error:
        return error


def read(file):
    """The bytes of a file, or as many as tell that it is too large."""
    file.seek(0)
    return file.read(images.MAX_BYTES + 1)


def new_name(facts):
    """A name for an original that tells nothing and that nobody can guess."""
    return f"{secrets.token_hex(16)}.{facts.extension}"


def _wishes(picture):
    """What the public files depend on besides the bytes."""
    return {
        "focal_x": picture.focal_x,
        "focal_y": picture.focal_y,
        "credit": text.clean_line(picture.credit_line),
        "notice": text.clean_line(picture.copyright_notice),
    }


def _base(picture):
    return f"{DIRECTORY}/{images.fingerprint(picture.content_hash, **_wishes(picture))}"


def _render(picture, content=None):
    """Store the public files of a picture; return what its row says of them."""
    if content is None:
        with picture.original.open("rb") as file:
            content = file.read()
    base = _base(picture)
    sizes, lengths = {}, {}
    for made in images.renditions(content, **_wishes(picture)):
        name = f"{made.crop}-{made.width}.{made.extension}"
        # What is there already may be half of it, from a run that was stopped.
        if default_storage.exists(f"{base}/{name}"):
            default_storage.delete(f"{base}/{name}")
        default_storage.save(f"{base}/{name}", ContentFile(made.content))
        lengths[name] = len(made.content)
        pair = [made.width, made.height]
        if pair not in sizes.setdefault(made.crop, []):
            sizes[made.crop].insert(0, pair)
    return {**sizes, "base": base, "bytes": lengths}


def _delete_unused(renditions):
    base = renditions.get("base")
    if not base or Picture.objects.filter(renditions__base=base).exists():
        return
    for name in renditions["bytes"]:
        with suppress(OSError):
            default_storage.delete(f"{base}/{name}")
