from republishing.models.choices import Audience, FeeAudience, Medium, OrganisationType
from republishing.models.licensing import Fee, License
from republishing.models.request import RepublishingRequest, RequestEvent

__all__ = [
    "Audience", "Fee", "FeeAudience", "License", "Medium", "OrganisationType",
    "RepublishingRequest", "RequestEvent",
]  # fmt: skip
