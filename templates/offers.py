"""The words that letters offer to customers and approvers, in their language, with what they do."""

from collections.abc import Callable, Iterable

from postdesk.templates import words
from postdesk.templates.view_parts import Act

SCORES = ("1", "2", "3", "4", "5")


def offers(
    names: Iterable[str],
    language: str,
    link: Callable[[str], str] | None = None,
    section: str = "offer",
) -> tuple[Act, ...]:
    """Acts for words by their English names: ``yes``, ``my tickets``, ``1`` to ``5`` ...

    ``link`` makes the ``mailto:`` link that sends a word as it is shown. ``section`` tells what the
    words do: ``offer`` to a customer, ``approval`` to somebody who is asked for a yes.
    """
    return tuple(_offer(name, language, link, section) for name in names)


def _offer(name: str, language: str, link: Callable[[str], str] | None, section: str) -> Act:
    shown = words.named(name, "customer_word", language)
    what = words.named(name, "rating" if name in SCORES else section, language)
    return Act(what, shown, link(shown) if link else "")
