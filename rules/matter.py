"""What a subject is about: without what mail clients put in front of it, in one letter case."""

import re

from postdesk.rules.textmatch import plain

_ANSWERED = re.compile(
    r"""
    ^\s*(?:
        (?:re|aw|antw|wg|fwd?|sv|vs|rv|tr|r|i|odp|ynt)  # what mail clients put in front
        (?:\[\d{1,3}\])?
        \s*[:\uff1a]\s*
      | \[\#\d{1,12}\]\s*                           # and we
    )+
    """,
    re.VERBOSE | re.IGNORECASE,
)


def bare(subject: str) -> str:
    """A subject to compare: without "Re:" and number, in one letter case."""
    return plain(_ANSWERED.sub("", subject))
