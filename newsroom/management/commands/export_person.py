import json

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from newsroom.lib import addresses, people


class Command(BaseCommand):
    help = "Write all that any app keeps of an e-mail address, as JSON."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *, email, **options):
        try:
            address = addresses.parse(email)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        found = people.export(address)
        self.stdout.write(
            json.dumps(found, cls=DjangoJSONEncoder, indent=1, ensure_ascii=False)
        )
