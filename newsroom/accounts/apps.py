from allauth.account.apps import AccountConfig


class StaffAccountConfig(AccountConfig):
    """allauth's accounts, for the staff alone.

    Its own `ready` asks for its middleware on every request; `accounts.middleware` runs
    that one where the staff is, and nowhere else.
    """

    def ready(self):
        from allauth.account import checks  # noqa: F401, PLC0415 -- registers on import

        from newsroom.accounts import events  # noqa: PLC0415 -- models are loaded by now

        events.connect()
