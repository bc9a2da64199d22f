"""For a colleague who has lost phone, passkeys and recovery codes."""

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError

from newsroom.accounts import events


class Command(BaseCommand):
    help = (
        "Take off all second steps of an account and end its sessions. Make sure first "
        "that it is the owner who asks."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        try:
            user = get_user_model().objects.get_by_natural_key(username)
        except get_user_model().DoesNotExist as error:
            raise CommandError(f"No account is called {username!r}.") from error
        count = events.reset(user)
        self.stdout.write(
            f"{username}: second steps taken off: {count}. Every session is ended; "
            "the password alone signs in now."
        )
