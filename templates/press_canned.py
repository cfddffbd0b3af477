"""Canned replies: words that many answers share, written in Jinja by the admins of a desk.

They see plain values and nothing else: ``customer.name``, ``agent.name``, ``ticket.number``,
``ticket.title``, ``ticket.fields.order``, ``desk.name``. A customer's text is a value, never a
template. There are no loops and only harmless filters, so that none takes long.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Template, TemplateError, nodes
from jinja2.exceptions import TemplateSyntaxError

from postdesk.templates.catalogue import candidates
from postdesk.templates.press_sandbox import Sandbox, Undefined
from postdesk.templates.shelf import did_you_mean

FILTERS = frozenset({"default", "d", "upper", "lower", "title", "capitalize", "trim", "first"})
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem,
    nodes.Const, nodes.If, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Keyword, nodes.Concat, nodes.List, nodes.Tuple,
)  # fmt: skip
LONGEST = 32 * 1024  # characters of one reply

Values = Mapping[str, Mapping[str, object]]  # "customer", "agent", "ticket", "desk"

SAMPLE: Values = {
    "customer": {"name": "Petra Kunde", "address": "petra@kunde.example"},
    "agent": {"name": "Anna"},
    "ticket": {"number": 1042, "title": "Invoice 4711", "status": "new", "fields": {}},
    "desk": {"name": "Example Support", "address": "support@example.com"},
}


@dataclass(frozen=True, slots=True)
class CannedMistake:
    """What is wrong with a canned reply, in which line of its text (from 1)."""

    line: int
    what: str


class CannedError(Exception):
    """A canned reply cannot be written for these values; the text says why."""


def canned(texts: Mapping[str, str], language: str, fallback: str, values: Values) -> str:
    """The words of a reply in the closest language there is. Raises CannedError.

    Tried are ``language`` (``pt-BR``, then ``pt``), the desk's ``fallback``, what is written for
    any language (``""``), English, and then whatever there is.
    """
    try:
        return _compiled(text_for(texts, language, fallback)).render(values).strip()
    except (TemplateError, TypeError, ValueError) as error:
        raise CannedError(str(error)) from None


def text_for(texts: Mapping[str, str], language: str, fallback: str) -> str:
    """The text of the closest language; ``""`` where there is none at all."""
    for tag in (*candidates(language), *candidates(fallback), "", "en"):
        if tag in texts:
            return texts[tag]
    return next(iter(texts.values()), "")


def check_canned(text: str, fields: Mapping[str, object] | None = None) -> list[CannedMistake]:
    """What is wrong with a text, tried with sample values; ``fields``: the desk's, by name."""
    if len(text) > LONGEST:
        return [CannedMistake(1, f"is longer than {LONGEST:,} characters")]
    try:
        template = _compiled(text)
    except TemplateSyntaxError as error:
        return [CannedMistake(error.lineno, str(error.message))]
    ticket = {**SAMPLE["ticket"], "fields": dict(fields or {})}
    try:
        template.render({**SAMPLE, "ticket": ticket})
    except (TemplateError, TypeError, ValueError) as error:
        return [CannedMistake(_line_of(error), str(error))]
    return []


@lru_cache(maxsize=256)
def _compiled(text: str) -> Template:
    """Raises TemplateSyntaxError, also for what no reply may hold."""
    environment = _environment()
    tree = environment.parse(text)
    for node in tree.find_all(nodes.Node):
        _refuse(node)
    return environment.from_string(text)


@lru_cache(maxsize=1)
def _environment() -> Sandbox:
    found = Sandbox(undefined=Undefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    found.filters = {name: found.filters[name] for name in FILTERS}
    return found


def _refuse(node: nodes.Node) -> None:
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        what = f"there is no filter {node.name!r}{did_you_mean(node.name, FILTERS)}"
        raise TemplateSyntaxError(what, node.lineno)
    if isinstance(node, nodes.Name) and node.name not in SAMPLE:
        what = f"{node.name!r} is not known here{did_you_mean(node.name, SAMPLE)}"
        raise TemplateSyntaxError(what, node.lineno)
    if not isinstance(node, ALLOWED):
        kind = type(node).__name__.lower()
        raise TemplateSyntaxError(f"a {kind} cannot stand in a canned reply", node.lineno)


def _line_of(error: Exception) -> int:
    """The line of the template in which rendering failed."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
