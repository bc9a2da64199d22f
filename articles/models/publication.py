from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models

from newsroom.lib.fields import LineField, PlainTextField

FORM_PLACE = "{form}"


def validate_form_place(value):
    """The notice says exactly once where the link to the form goes."""
    if value and value.count(FORM_PLACE) != 1:
        raise ValidationError(
            "Write {form} once, where the link to the form belongs.", code="form_place"
        )


def validate_own_or_web_address(value):
    """A path on this site, or a web address."""
    # The domain is one that nobody can own (RFC 2606).
    is_path = value.startswith("/") and not value.startswith("//")
    address = f"https://site.example{value}" if is_path else value
    URLValidator(schemes=["https", "http"])(address)


def validate_social_links(value):
    """Each line is a name and a web address."""
    for line in value.splitlines():
        if line.strip():
            name, _, url = line.strip().rpartition(" ")
            if not name:
                raise ValidationError(
                    "Write a name and an address in each line: “Mastodon https://…”.",
                    code="social_link",
                )
            URLValidator(schemes=["https", "http"])(url)


class PublicationManager(models.Manager):
    def current(self):
        """The site's one publication; an unsaved one until an editor names it."""
        return self.select_related("logo").first() or Publication()


class Publication(models.Model):
    """What the paper is called and says of itself: one row."""

    name = LineField(max_length=80, default="Newsroom")
    strapline = LineField(max_length=160, blank=True)
    about_line = PlainTextField(
        max_length=400, blank=True, help_text="One sentence in the footer."
    )
    newsletter_pitch = LineField(
        max_length=200,
        blank=True,
        default="Sign up for the latest news, insights and analysis.",
    )
    republishing_notice = PlainTextField(
        max_length=600,
        blank=True,
        default=(
            "To learn more about republishing this story and the fees, please {form}."
        ),
        validators=[validate_form_place],
        help_text=(
            "Stands under every story that may be republished; {form} becomes the link."
        ),
    )
    republishing_link_text = LineField(max_length=80, default="fill out this form")
    social_links = PlainTextField(
        blank=True,
        validators=[validate_social_links],
        help_text="One a line: a name, a blank and the address.",
    )
    legal_name = LineField(max_length=120, blank=True)
    founding_year = models.PositiveSmallIntegerField(null=True, blank=True)
    email = models.EmailField(blank=True)
    address = PlainTextField(blank=True, max_length=300)
    logo = models.ForeignKey(
        "articles.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    corrections_policy_url = LineField(
        max_length=200,
        blank=True,
        validators=[validate_own_or_web_address],
        help_text="A page of this site (/corrections/), or a whole address.",
    )
    ethics_policy_url = LineField(
        max_length=200, blank=True, validators=[validate_own_or_web_address]
    )

    objects = PublicationManager()

    class Meta:
        verbose_name_plural = "publication"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1), name="articles_publication_one_row"
            ),
        ]

    def __str__(self):
        return self.name

    def republishing_notice_parts(self):
        """The notice before the link, the link's text, and the notice after it."""
        before, _, after = self.republishing_notice.partition(FORM_PLACE)
        return before, self.republishing_link_text, after

    def social(self):
        """The social links as dicts of name and url."""
        pairs = (
            line.strip().rpartition(" ") for line in self.social_links.splitlines()
        )
        return [{"name": name, "url": url} for name, _, url in pairs if name]
