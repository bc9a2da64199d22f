from django.apps import AppConfig


class RepublishingConfig(AppConfig):
    name = "republishing"
    people = "republishing.people"
    retention = "republishing.retention"

    def ready(self):
        from articles import picture_rights  # noqa: PLC0415 -- models are loaded by now
        from republishing import picture_places  # noqa: PLC0415

        if picture_places.places not in picture_rights.FURTHER_PLACES:
            picture_rights.FURTHER_PLACES.append(picture_places.places)
