from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from newsletter import lists
from newsletter.models import Newsletter


class Command(BaseCommand):
    help = (
        "Add the readers of a CSV file to a newsletter. They count as confirmed, so "
        "bring in only those who confirmed elsewhere. Whoever has left the newsletter "
        "here, is suppressed, or is marked as gone in the file stays out."
    )

    def add_arguments(self, parser):
        parser.add_argument("newsletter", help="its slug")
        parser.add_argument("file", type=Path)

    def handle(self, *, newsletter, file, **options):
        found = named(newsletter)
        try:
            report = lists.bring_in(file.read_bytes(), found, source=file.name)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except lists.UnreadableListError as error:
            raise CommandError(str(error)) from error
        for line, reason in report.refused:
            self.stderr.write(f"line {line}: {reason}")
        self.stdout.write(str(report))
        if report.refused:
            raise CommandError("Some lines were refused; see above.")


def named(slug):
    """The newsletter with this slug. Raises CommandError that lists those there are."""
    found = Newsletter.objects.filter(slug=slug).first()
    if found is None:
        slugs = ", ".join(Newsletter.objects.values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no newsletter {slug!r}; there are: {slugs}.")
    return found
