"""What a desk has of its own beyond people and rules: ticket fields, canned replies, views."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from postdesk.rules.condition import Condition

VALUE = "{value}"


@dataclass(frozen=True, slots=True)
class Field:
    """``[field.order]``: something the desk keeps of a ticket."""

    name: str
    label: str = ""  # what people read; "" = the name
    link: str = ""  # "https://shop.example/orders/{value}"; "" = no link
    where: str = ""

    def link_to(self, value: str) -> str:
        """The link with the value, percent-encoded, in its place; ``""`` without one."""
        return self.link.replace(VALUE, quote(value, safe=""))


@dataclass(frozen=True, slots=True)
class CannedReply:
    """``[reply.refund]``: words that many answers share, in Jinja, by language."""

    name: str
    texts: Mapping[str, str] = field(default_factory=dict)  # "" = any
    category: str = ""
    where: str = ""

    def text(self, *languages: str) -> str:
        """The words in the first of these languages that they exist in.

        Each is tried as it is and as its main language (``pt-BR``, ``pt``); then the words for
        any language, then the first there are.
        """
        for tag in languages:
            for language in (tag, tag.partition("-")[0]):
                if language and language in self.texts:
                    return self.texts[language]
        return self.texts.get("") or next(iter(self.texts.values()), "")


@dataclass(frozen=True, slots=True)
class OwnView:
    """``[view.NAME]``: the tickets for which a condition on their fields holds."""

    name: str
    when: Condition
    label: str = ""  # what people read; "" = the name
    sort: tuple[str, ...] = ()  # facts of tickets, "-" in front: from high to low
    where: str = ""
