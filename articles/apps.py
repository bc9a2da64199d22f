from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_login_failed


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "Stories"
    people = "articles.people"
    retention = "articles.retention"

    def ready(self):
        from articles import accounts  # noqa: PLC0415 -- models are loaded by now

        user_logged_in.connect(accounts.record_login, dispatch_uid="articles.login")
        user_login_failed.connect(
            accounts.record_failed_login, dispatch_uid="articles.failed_login"
        )
