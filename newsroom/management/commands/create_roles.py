from django.core.management.base import BaseCommand

from newsroom.roles import create_roles


class Command(BaseCommand):
    help = (
        "Make the groups of editors with their permissions, as every migrate does. "
        "Safe to run again: it takes nothing away."
    )

    def handle(self, **options):
        self.stdout.write(f"Roles: {', '.join(create_roles())}")
