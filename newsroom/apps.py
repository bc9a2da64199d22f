from django.apps import AppConfig
from django.db.backends.signals import connection_created


class NewsroomConfig(AppConfig):
    """An app only for its system checks and commands; it has no model."""

    name = "newsroom"
    verbose_name = "Newsroom"

    def ready(self):
        from newsroom import checks  # noqa: F401, PLC0415 -- checks register on import

        connection_created.connect(no_compiling)


def no_compiling(connection, **kwargs):
    """Keep PostgreSQL from compiling statements that end sooner than its compiler.

    As a statement, because poolers such as PgBouncer refuse it as a start parameter.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
