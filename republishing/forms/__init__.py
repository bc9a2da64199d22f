from republishing.forms.desk import QuoteForm, ReportForm
from republishing.forms.request import (
    MessageForm,
    PlacementForm,
    PriceForm,
    RepublishingRequestForm,
)

__all__ = [
    "MessageForm", "PlacementForm", "PriceForm", "QuoteForm",
    "ReportForm", "RepublishingRequestForm",
]  # fmt: skip
