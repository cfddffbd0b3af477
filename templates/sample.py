"""Sample values: what every letter is tried with before it is trusted."""

from collections.abc import Mapping

from postdesk.templates.sample_bare import BARE
from postdesk.templates.sample_full import FULL
from postdesk.templates.sample_hostile import HOSTILE
from postdesk.templates.views import View

__all__ = ["BARE", "FULL", "HOSTILE", "SAMPLES"]

SAMPLES: Mapping[str, Mapping[str, View]] = {"full": FULL, "bare": BARE, "hostile": HOSTILE}
