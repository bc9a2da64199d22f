from newsletter.models.delivery import Delivery, Suppression
from newsletter.models.issue import (
    Issue,
    IssueCopy,
    IssueEvent,
    IssueItem,
    IssueLink,
)
from newsletter.models.newsletter import Newsletter
from newsletter.models.subscriber import (
    ConsentEvent,
    ErasedAddress,
    PastKey,
    Subscriber,
    Subscription,
)

__all__ = [
    "ConsentEvent",
    "Delivery",
    "ErasedAddress",
    "Issue",
    "IssueCopy",
    "IssueEvent",
    "IssueItem",
    "IssueLink",
    "Newsletter",
    "PastKey",
    "Subscriber",
    "Subscription",
    "Suppression",
]
