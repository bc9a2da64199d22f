from newsletter.models.newsletter import Newsletter
from newsletter.models.subscriber import ConsentEvent, Subscriber, Subscription

__all__ = ["ConsentEvent", "Newsletter", "Subscriber", "Subscription"]
