"""What stories and their desk keep of people: readers who report, staff who write."""

from django.contrib.auth import get_user_model

from articles.models import (
    AutosavedText,
    ErrorReport,
    ErrorReportEvent,
    LoginEvent,
    PreviewLink,
    PreviewVisit,
    Revision,
)
from newsroom.lib.people import Kept, Line, each, rows

JOURNALISM = "Published journalism; editors correct it."
ADDRESS = "An address of the site."
MACHINE = "Written by the program, of no person."
FORMER = "A former colleague"


STAFF = "To know who did what in the newsroom"
CONTRACT = "the contract with our staff"
KEPT = [
    Kept(
        "articles.ErrorReport",
        purpose="To look into the error that you report, and to answer you",
        personal={"name": "your name", "email": "your email address"},
        free_text={
            "error": "what you say is wrong",
            "passage": "the passage you mean",
            "source": "how you know",
            "note": "what the desk found",
        },
        other={"language": "The story's language."},
        rule="error_report_names",
        kept="the report stays with its story; your name and address only",
        basis="our interest in correct stories",
    ),
    Kept("articles.ErrorReportEvent", free_text={"note": ""}),
    Kept(
        "articles.PreviewLink",
        purpose="To show a story to somebody before it is published",
        free_text={"name": "for whom an editor made the link"},
        other={"key": "A random key."},
        kept="with the story",
        basis="our interest in correct stories",
    ),
    Kept(
        "articles.PreviewVisit",
        purpose="To see whether a link to an unpublished story was passed on",
        personal={
            "network": "the neighbourhood of your network, too large to name you"
        },
        rule="preview_visits",
        basis="our interest in keeping drafts from strangers",
    ),
    Kept(
        "articles.LoginEvent",
        purpose="To see whether somebody breaks into an account",
        personal={"network": "the neighbourhood of the network of a log-in"},
        rule="log_ins",
        basis="the security of the site",
        of_staff=True,
    ),
    Kept(
        "articles.Revision",
        purpose=STAFF,
        personal={"by_name": "the name of the colleague who saved a story"},
        free_text={"note": ""},
        other={
            "content": "What a story said; an editor takes out what must not be there.",
            **each("changed digest", MACHINE),
        },
        kept="with the story",
        basis=CONTRACT,
        of_staff=True,
    ),
    Kept("articles.ArticleEvent", free_text={"note": ""}),
    Kept(
        "articles.FrontPageEvent", free_text={"note": ""}, other={"headline": MACHINE}
    ),
    Kept("articles.EditingSession", other={"tab": "A random mark of a window."}),
    Kept(
        "articles.AutosavedText",
        purpose="Not to lose what a colleague typed",
        personal={"typed": "a story as it was typed, not saved yet"},
        other={"tab": "A random mark of a window."},
        rule="autosaved_texts",
        basis=CONTRACT,
        of_staff=True,
    ),
    Kept(
        "articles.Author",
        other=each("name slug job_title biography", "The byline: " + JOURNALISM),
    ),
    Kept("articles.AuthorAlias", other=each("name slug", "The byline: " + JOURNALISM)),
    Kept(
        "articles.Republication",
        purpose="To name who has published a story too, where both agree",
        personal={"name": "the name you asked to stand there", "url": "its address"},
        other={"source": "The number of the licence."},
        kept="as long as the licence",
        basis="your consent",
    ),
    Kept("articles.DiscardedFiles", other=each("base names", MACHINE)),
    Kept(
        "articles.WireSource",
        other=each(
            "name url folder language problem", "Where agencies' items are read."
        ),
    ),
    Kept(
        "articles.WireItem",
        other={
            **each(
                "headline standfirst body byline dateline slugline keywords pictures "
                "provider ed_note copyright_notice usage_terms",
                "What an agency sent: " + JOURNALISM,
            ),
            "web_url": "Where its publisher shows it.",
            **each("guid version file_name problem story_version language", MACHINE),
        },
    ),
    Kept(
        "articles.ImportRun",
        other={
            **each("file_name media_name mapping options found", "Of a file of ours."),
            **each("checksum counts message", MACHINE),
        },
    ),
    Kept(
        "articles.ImportedItem",
        other={"title": JOURNALISM, **each("source_id reason", MACHINE)},
    ),
    Kept("articles.Contribution", other={"role": JOURNALISM}),
    Kept("articles.Correction", other={"text": JOURNALISM}),
    Kept(
        "articles.Article",
        free_text={"ed_note": ""},
        other={
            **each(
                "headline kicker standfirst body dateline lead_caption_override "
                "lead_credit_override license seo_title seo_description social_title "
                "social_description",
                JOURNALISM,
            ),
            **each("slug slugline canonical_url", ADDRESS),
            **each("source_id language translation_key", MACHINE),
        },
    ),
    Kept(
        "articles.ArticleDraft",
        other={"content": "A story being written; editors take out what is wrong."},
    ),
    Kept(
        "articles.Picture",
        other={
            **each(
                "caption alt_text creator credit_line keywords copyright_notice "
                "usage_terms license_url acquire_license_url territory_note",
                "The picture's credit and rights: " + JOURNALISM,
            ),
            "original": "The picture; places and makers in its file are not published.",
            **each(
                "content_hash colour look renditions public_base rendition_error",
                MACHINE,
            ),
        },
    ),
    Kept("articles.Section", other=each("name slug description", JOURNALISM)),
    Kept("articles.PastSectionSlug", other={"slug": ADDRESS}),
    Kept("articles.Tag", other=each("name slug folded description", JOURNALISM)),
    Kept("articles.TagAlias", other=each("name slug folded", JOURNALISM)),
    Kept("articles.PastAddress", other={"slug": ADDRESS}),
    Kept("articles.PastPath", other=each("path target", ADDRESS)),
    Kept(
        "articles.MissingPath",
        other={
            "path": "An address of the site that does not exist, without who asked.",
            "referrer_host": "The site that has the link.",
        },
        rule="missing_paths",
    ),
    Kept(
        "articles.PolicyReport",
        other={
            "directive": "A rule of our pages.",
            "blocked": "A site that a page did not load from, without whose browser.",
            "path": "An address of the site without the keys in it.",
        },
        rule="policy_reports",
    ),
    Kept("articles.Page", other=each("title slug body seo_description", JOURNALISM)),
    Kept(
        "articles.Publication",
        other=each(
            "name strapline about_line newsletter_pitch republishing_notice "
            "republishing_link_text social_links legal_name email address "
            "corrections_policy_url ethics_policy_url",
            "The publication's own words and contact.",
        ),
    ),
    Kept("articles.SearchEntry", other=each("language headline_key", MACHINE)),
]


def accounts(address):
    """The staff's accounts with this address."""
    return get_user_model().objects.filter(email__iexact=address.email)


def export(address):
    """Error reports under an address, and what an account with it has left."""
    reports = ErrorReport.objects.filter(email__iexact=address.email)
    staff = accounts(address)
    links = PreviewLink.objects.filter(name__icontains=address.email)
    return {
        "stories: error reports": rows(reports),
        "stories: preview links": rows(links),
        "stories: visits by preview links": rows(
            PreviewVisit.objects.filter(link__in=links)
        ),
        "staff: log-ins": rows(LoginEvent.objects.filter(user__in=staff)),
        "staff: saved versions": rows(
            Revision.objects.filter(by__in=staff), leave_out=["content"]
        ),
        "staff: texts not saved": rows(AutosavedText.objects.filter(user__in=staff)),
    }


def erase(address):
    """Take a reader off error reports, and what a closed account has left."""
    reports = ErrorReport.objects.filter(email__iexact=address.email)
    found = list(reports.select_for_update())
    ErrorReportEvent.objects.bulk_create(
        ErrorReportEvent(
            report=report, status=report.status, note="The reader's data was erased."
        )
        for report in found
    )
    reports.update(name="", email="", source="")
    closed = accounts(address).filter(is_active=False)
    log_ins, _ = LoginEvent.objects.filter(user__in=closed).delete()
    texts, _ = AutosavedText.objects.filter(user__in=closed).delete()
    saved = Revision.objects.filter(by__in=closed).exclude(by_name=FORMER)
    return [
        Line(
            "Error reports",
            len(found),
            "made anonymous",
            "What is wrong in a story stays with the story, without its reader.",
        ),
        Line("Log-ins", log_ins),
        Line("Texts not saved", texts),
        Line(
            "Saved versions of stories",
            saved.update(by_name=FORMER),
            "made anonymous",
            "The history of stories stays, without the name.",
        ),
    ]
