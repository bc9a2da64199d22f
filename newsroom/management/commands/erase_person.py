from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from newsroom.lib import addresses, people


class Command(BaseCommand):
    help = (
        "Erase all that any app keeps of an e-mail address, but for what the law "
        "asks to keep, which loses the name. Backups are not touched."
    )

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would go, and stop."
        )

    def handle(self, *, email, dry_run, **options):
        try:
            address = addresses.parse(email)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        lines = people.erase(address, dry_run=dry_run)
        for line in lines:
            why = f" {line.why}" if line.why else ""
            self.stdout.write(f"{line.what}: {line.count} {line.fate}.{why}")
        if not lines:
            self.stdout.write("Nothing is kept of this address.")
        elif dry_run:
            self.stdout.write("Nothing was changed.")
