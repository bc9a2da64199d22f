"""The words under which readers consent, kept with each consent as its proof."""

from django.utils.text import get_text_list

SIGN_UP = "We ask you to confirm by email, and every letter has a link to leave."
LEAVE = "Unsubscribe"
# What a mail provider posts for its own button (RFC 8058).
ONE_CLICK = "List-Unsubscribe=One-Click"
UNDO = "That was a mistake: keep sending it"


def sign_up(newsletters):
    """What the sign-up form said."""
    return f"Sign up: {names(newsletters)}. {SIGN_UP}"


def confirm(newsletters):
    """What the button in the confirmation page said."""
    return f"Yes, send me {names(newsletters)}"


def preferences(newsletters):
    """What the preference page said."""
    return f"Your newsletters: {names(newsletters)}. Save"


def names(newsletters):
    """Their names in a sentence: “High Water and The Anchor Watch”."""
    return get_text_list([newsletter.name for newsletter in newsletters], "and")
