from django.apps import AppConfig


class RepublishingConfig(AppConfig):
    name = "republishing"
