"""Language tags as people write them."""

import re

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?")


def language_tag(text: str) -> str:
    """A language tag in its usual letter case (``de``, ``pt-BR``); ``""`` when it is none."""
    if not _TAG.fullmatch(text):
        return ""
    first, *rest = text.split("-")
    return "-".join([first.lower(), *(p.title() if len(p) == 4 else p.upper() for p in rest)])
