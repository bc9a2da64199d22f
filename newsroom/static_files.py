"""Static files as the public site gives them: hashed names, compressed, styles joined,
and the address of each worked out once by a process, since a page has a dozen.

Style sheets lie in small files, one a concern, and a browser that meets an import
asks for each in turn. Where collectstatic finds `@import url("other.css");` it puts
that file in its place. In development nothing is collected, and browsers follow
imports.
"""

import posixpath
import re
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'^@import url\("([\w-]+\.css)"\)(?: (\w+))?;$', re.MULTILINE)
# Comments and indents, a sixth of the bytes that a browser waits for.
SPARE = re.compile(r"/\*.*?\*/\s*|^\s+", re.MULTILINE | re.DOTALL)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._urls = {}

    def url(self, name, force=False):  # noqa: FBT002 - Django's
        key = name, force, settings.DEBUG
        if key not in self._urls:
            self._urls[key] = super().url(name, force)
        return self._urls[key]

    def stored_name(self, name):
        """The hashed name, or the plain one of a file that was not collected.

        A page without its looks is of more use than an error, whose page has looks too.
        """
        try:
            return super().stored_name(name)
        except ValueError:
            return name

    def post_process(self, paths, dry_run=False, **options):  # noqa: FBT002 - Django's
        if not dry_run:
            for name in [name for name in paths if name.endswith(".css")]:
                text = joined(name, partial(_read, paths))
                if text is not None:
                    self.delete(name)
                    self.save(name, ContentFile(text.encode()))
                    paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)


def joined(name, read):
    """A style sheet with those that it imports in their place; None without imports.

    `read` returns the text of a file by its name. Imported files lie beside it, so that
    the addresses in them stay true; of a medium, if one is named, they are.
    """
    text = read(name)
    if not IMPORT.search(text):
        return None

    def replace(match):
        other, medium = match.groups()
        found = read(posixpath.join(posixpath.dirname(name), other)).strip()
        return f"@media {medium} {{\n{found}\n}}" if medium else found

    return SPARE.sub("", IMPORT.sub(replace, text))


def _read(paths, name):
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()
