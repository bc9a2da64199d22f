from republishing.admin import grant, licensing, partner, request

__all__ = ["grant", "licensing", "partner", "request"]
