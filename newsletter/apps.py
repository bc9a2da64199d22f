from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = "Newsletters"
    people = "newsletter.people"
    retention = "newsletter.retention"

    def ready(self):
        from articles import picture_rights  # noqa: PLC0415 -- models are loaded by now
        from newsletter import picture_places  # noqa: PLC0415

        if picture_places.places not in picture_rights.FURTHER_PLACES:
            picture_rights.FURTHER_PLACES.append(picture_places.places)
