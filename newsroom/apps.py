from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    """An app only for its system checks and commands; it has no model."""

    name = "newsroom"
    verbose_name = "Newsroom"

    def ready(self):
        from newsroom import checks  # noqa: F401, PLC0415 -- checks register on import
