"""What a load tells of each row, in the transaction that writes it."""


class Journal:
    """Listens and keeps nothing; who has to account for a load overrides it."""

    def wrote(self, drafts, *, is_new):
        """These stories were added, or written over."""

    def kept(self, rows):
        """Stories left as they are: (number, id, primary key) of each."""

    def twice(self, number, key):
        """A second line of one id; the first counts."""

    def refused(self, number, message):
        """A line that could not be used."""

    def thing(self, number, kind, row, *, is_new):
        """A line of something that is no story; `row` may be None."""

    def made(self, kind, rows):
        """Sections, authors, tags or pictures that were missing: (key, name) pairs."""

    def protected(self, existing):
        """The ids, of this dict from ids to keys, that must not be written over."""
        return set()
