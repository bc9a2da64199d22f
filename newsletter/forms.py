from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import Q
from django.utils import timezone

from articles.models import Article
from newsletter import choice
from newsletter.models import Issue, IssueItem, Newsletter, Subscriber, Suppression
from newsletter.models.issue import may_be_chosen
from newsletter.models.subscriber import LONGEST_PAUSE
from newsroom.lib import addresses
from newsroom.lib.forms import AddressField, ZonedTimeField

LAST_POSITION = 32_767
SAVED_MEANWHILE = (
    "Somebody else has saved this issue since you opened it. What you typed stands "
    "here. Look at theirs in another window; saving again keeps yours."
)


class SignUpForm(forms.Form):
    """An address and the newsletters it wants; `newsletters` cleans to rows."""

    email = AddressField(label="Your email address")
    newsletters = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one newsletter.",
            "invalid_choice": "One of these newsletters is no longer offered.",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offers = {newsletter.slug: newsletter for newsletter in choice.offers()}
        # The label is the row itself: the page shows its strapline and frequency too.
        self.fields["newsletters"].choices = list(self.offers.items())
        if len(self.offers) == 1:
            self.fields["newsletters"].initial = list(self.offers)

    def clean_newsletters(self):
        return [self.offers[slug] for slug in self.cleaned_data["newsletters"]]


class PreferencesForm(forms.Form):
    """The newsletters that the owner of a link wants; nothing else in it is read."""

    newsletters = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "One of these newsletters is no longer offered."
        },
    )

    def __init__(self, *args, subscriber, **kwargs):
        super().__init__(*args, **kwargs)
        taken = Newsletter.objects.filter(
            pk__in=subscriber.subscriptions.active().values("newsletter")
        )
        slugs = [newsletter.slug for newsletter in taken]
        self.choices = {row.slug: row for row in [*Newsletter.objects.open(), *taken]}
        self.fields["newsletters"].choices = list(self.choices.items())
        self.fields["newsletters"].initial = slugs

    def clean_newsletters(self):
        return [self.choices[slug] for slug in self.cleaned_data["newsletters"]]


class PauseForm(forms.Form):
    """Until when a reader wants nothing; without a day, until they say so."""

    until = forms.DateField(
        label="Until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "field"}),
        help_text="Leave it empty to pause until you resume.",
        error_messages={"invalid": "Write the day as in 2026-08-31."},
    )

    def clean_until(self):
        until = self.cleaned_data["until"]
        today = timezone.localdate()
        if until and until <= today:
            raise forms.ValidationError("Choose a day after today.")
        if until and until > today + LONGEST_PAUSE:
            raise forms.ValidationError(
                "Choose a day within a year, or leave it empty to pause until you "
                "resume."
            )
        return until


class AddressForm(forms.Form):
    """Where a reader wants mail to go from now on."""

    email = AddressField(label="New email address")


def _in_any_direction(form, *names):
    """Let what is typed run as its own letters do."""
    for name in names:
        if name in form.fields:
            form.fields[name].widget.attrs["dir"] = "auto"


class IssueForm(forms.ModelForm):
    """An issue's own words; a missing address is made from the subject.

    Where somebody else saved the issue since the form was opened, nothing is saved and
    nothing typed is lost: the same form, sent again, is.
    """

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Issue
        fields = ["newsletter", "subject", "preheader", "intro", "slug", "is_public"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _in_any_direction(self, "subject", "preheader", "intro")
        if self.instance.pk:
            self.initial["version"] = self.instance.version()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("version") and cleaned["version"] != self.initial["version"]:
            self.data = {**self.data.dict(), "version": self.initial["version"]}
            raise forms.ValidationError(SAVED_MEANWHILE, code="saved_meanwhile")
        if not cleaned.get("slug") and cleaned.get("newsletter"):
            issue = Issue(
                pk=self.instance.pk,
                newsletter=cleaned["newsletter"],
                subject=cleaned.get("subject", ""),
            )
            cleaned["slug"] = issue.free_slug()
        return cleaned


class IssueItemForm(forms.ModelForm):
    """One line of an issue: a story that readers see or will see, or a text."""

    class Meta:
        model = IssueItem
        fields = ["position", "article", "headline", "standfirst", "text"]
        error_messages = {
            "article": {
                "invalid_choice": "Only stories that are published or scheduled can "
                "be chosen."
            }
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _in_any_direction(self, "headline", "standfirst", "text")
        if "article" in self.fields:
            # What was chosen before it was withdrawn may stay; it is left out.
            self.fields["article"].queryset = Article.objects.filter(
                may_be_chosen() | Q(pk=self.instance.article_id)
            )
        if "position" in self.fields:
            self.fields["position"].required = False

    def _get_validation_exclusions(self):
        excluded = super()._get_validation_exclusions()
        is_kept = self.instance.article_id and "article" not in self.changed_data
        return excluded | {"article"} if is_kept else excluded

    def clean_position(self):
        position = self.cleaned_data["position"]
        return LAST_POSITION if position is None else position


class TestMailForm(forms.Form):
    """Where a test goes."""

    email = AddressField(label="Send a test to")


class ScheduleForm(forms.Form):
    """When an issue goes out, in its newsletter's time zone, which must be current."""

    at = ZonedTimeField(label="Send it at", widget=AdminSplitDateTime)


class WhyForm(forms.Form):
    """Whose mails are asked about."""

    email = AddressField(label="Address")


class MergeForm(forms.Form):
    """The other row of a reader; `email` cleans to it."""

    email = AddressField(label="The reader's other address, which becomes part of this")

    def __init__(self, *args, kept, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = kept

    def clean_email(self):
        folded = self.cleaned_data["email"].folded
        found = Subscriber.objects.filter(email_folded=folded).first()
        if found is None:
            raise forms.ValidationError("No reader has this address.")
        if found.pk == self.kept.pk:
            raise forms.ValidationError("This is the reader's address already.")
        return found


class SuppressionForm(forms.ModelForm):
    """An address that an editor keeps all newsletters from, whatever its spelling."""

    class Meta:
        model = Suppression
        fields = ["email_folded", "reason", "note"]

    def clean_email_folded(self):
        return addresses.parse(self.cleaned_data["email_folded"]).folded


class BringInForm(forms.Form):
    """A file of readers for one newsletter."""

    MAX_BYTES = 5 * 1024 * 1024

    newsletter = forms.ModelChoiceField(Newsletter.objects.order_by("name"))
    file = forms.FileField(
        label="List",
        help_text=(
            "CSV as Ghost, Mailchimp, Substack, Beehiiv, Buttondown or a spreadsheet "
            "writes it, up to 5 MB. Of each line the address, the state and the times "
            "are read; names are not taken."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )
    is_consented = forms.BooleanField(
        label="These readers asked for this newsletter, and we can show it",
        error_messages={"required": "Bring in only readers who asked for it."},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > self.MAX_BYTES:
            raise forms.ValidationError(
                "The file is larger than 5 MB. Whoever runs the server can bring it in "
                "with import_subscribers."
            )
        return file
