from republishing.models.choices import (
    Audience,
    FeeAudience,
    Medium,
    OrganisationType,
    Term,
    Territory,
)
from republishing.models.invoice import Invoice, Invoicing
from republishing.models.licensing import Fee, License, Surcharge
from republishing.models.partner import Partner, PartnerStory, PartnerVisit
from republishing.models.quote import (
    CopyDownload,
    Grant,
    GrantViews,
    Payment,
    Placement,
    Quote,
    UpdateNotice,
)
from republishing.models.request import (
    AnswerTemplate,
    RepublishingRequest,
    RequestEvent,
)

__all__ = [
    "AnswerTemplate", "Audience", "CopyDownload", "Fee", "FeeAudience", "Grant",
    "GrantViews", "Invoice", "Invoicing", "License", "Medium", "OrganisationType",
    "Partner", "PartnerStory", "PartnerVisit", "Payment", "Placement", "Quote",
    "RepublishingRequest", "RequestEvent", "Surcharge", "Term", "Territory",
    "UpdateNotice",
]  # fmt: skip
