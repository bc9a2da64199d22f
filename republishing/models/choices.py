"""What the fee schedule and a request distinguish."""

from django.db import models


class OrganisationType(models.TextChoices):
    NON_PROFIT = "non-profit", "Non-profit organisation"
    SMALL_PUBLISHER = "small-publisher", "Small publisher (up to ten staff)"
    PUBLISHER = "publisher", "Publisher"
    BROADCASTER = "broadcaster", "Broadcaster"
    EDUCATION = "education", "School or university"


class Audience(models.TextChoices):
    UNDER_10000 = "under-10000", "Under 10,000 people"
    UP_TO_100000 = "10000-100000", "10,000 to 100,000 people"
    OVER_100000 = "over-100000", "Over 100,000 people"


class FeeAudience(models.TextChoices):
    """A fee's audience: one of those a request can have, or all of them."""

    ANY = "any", "Any number of people"
    UNDER_10000 = "under-10000", "Under 10,000 people"
    UP_TO_100000 = "10000-100000", "10,000 to 100,000 people"
    OVER_100000 = "over-100000", "Over 100,000 people"


class Medium(models.TextChoices):
    WEB = "web", "Website"
    PRINT = "print", "Newspaper or magazine"
    BROADCAST = "broadcast", "Radio or television"
    NEWSLETTER = "newsletter", "Newsletter"
    BOOK = "book", "Book"
    CLASSROOM = "classroom", "Classroom"
    OTHER = "other", "Something else"


class Territory(models.TextChoices):
    COUNTRY = "country", "Our own country"
    REGION = "region", "Several countries"
    WORLD = "world", "The whole world"


class Term(models.TextChoices):
    """For how long the story is to be published."""

    YEAR = "year", "Up to one year"
    THREE_YEARS = "three-years", "Up to three years"
    UNLIMITED = "unlimited", "Without end"
