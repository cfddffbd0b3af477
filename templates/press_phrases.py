"""Puts the phrases of one language into a template while it is compiled.

A template says ``say("receipt.by", when=answer_by|when)`` for a phrase, and ``label("fact.team")``
for one that the text form fills up to the width of its section. After that it is as if the
template had been written in that language: rendering looks nothing up.
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from postdesk.templates.catalogue import PLACE, Catalogue, Phrase, forms, places
from postdesk.templates.measure import broken, cells, padded
from postdesk.templates.plural import category
from postdesk.templates.shelf import did_you_mean

SAY, LABEL = "say", "label"
IN_NUMBER = "in_number"  # the filter that chooses the form of a phrase by a number
COUNT = "count"
GAP = 2  # spaces between a label and what it says


class Phrasing(NodeTransformer):
    """Writes phrases, and the ``given`` words, into the tree of one template."""

    def __init__(
        self, catalogue: Catalogue, given: Mapping[str, str], file: str | None, *, html: bool
    ) -> None:
        self._catalogue = catalogue
        self._given = given
        self._file = file
        self._html = html
        self._moment = cells(_longest_moment(catalogue))

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        pieces: list[nodes.Expr] = []
        for child in node.nodes:
            if isinstance(child, nodes.Call) and _called(child) == SAY:
                pieces += self._said(child, _indent(pieces))
            else:
                pieces.append(self.visit(child))
        node.nodes = pieces
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        called = _called(node)
        if called == SAY:
            said = self._said(node, None)
            return said[0] if len(said) == 1 else nodes.Concat(said, lineno=node.lineno)
        return self._label(node) if called == LABEL else self.generic_visit(node)

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        if node.ctx == "load" and node.name in self._given:
            return self._words(self._given[node.name], node)
        return node

    def _said(self, call: nodes.Call, indent: int | None) -> list[nodes.Expr]:
        """The phrase in pieces; broken into lines where it begins one, at ``indent``."""
        key, phrase = self._phrase(call)
        values = {each.key: self.visit(each.value) for each in call.kwargs}
        wanted = frozenset().union(*map(places, forms(phrase)))
        if wanted != values.keys():
            what = f"the phrase {key!r} wants {', '.join(sorted(wanted)) or 'no values'}"
            raise self._mistake(what, call)
        if not isinstance(phrase, str):
            return [self._in_number(phrase, values, call)]
        if self._html or indent is None:
            text = self._dressed(phrase)
        else:
            text = broken(self._dressed(phrase), indent, self._moment)
        found: list[nodes.Expr] = []
        for at, piece in enumerate(PLACE.split(text)):  # words, name, words, name, words
            if at % 2:
                found.append(values[piece])
            elif piece:
                found.append(nodes.TemplateData(piece, lineno=call.lineno))
        return found

    def _in_number(
        self, phrase: Mapping[str, str], values: Mapping[str, nodes.Expr], call: nodes.Call
    ) -> nodes.Expr:
        """A call of the filter that will choose; the values of the phrase go along."""
        known = {kind: self._dressed(form) for kind, form in phrase.items()}
        choice = {kind: Markup(form) if self._html else form for kind, form in known.items()}
        others = [nodes.Keyword(k, v, lineno=call.lineno) for k, v in values.items() if k != COUNT]
        forms = nodes.Const(choice, lineno=call.lineno)
        made: nodes.Expr = nodes.Filter(
            values[COUNT], IN_NUMBER, [forms], others, None, None, lineno=call.lineno
        )
        return made

    def _label(self, call: nodes.Call) -> nodes.Expr:
        key, phrase = self._phrase(call)
        if not isinstance(phrase, str):
            raise self._mistake(f"the phrase {key!r} is no label: it has a number", call)
        if self._html:
            return self._words(phrase, call)
        section = self._catalogue.sections[key.partition(".")[0]]
        width = max(cells(form) for other in section.values() for form in forms(other))
        return self._words(padded(phrase, width + GAP), call)

    def _phrase(self, call: nodes.Call) -> tuple[str, Phrase]:
        key = call.args[0] if len(call.args) == 1 else None
        if not isinstance(key, nodes.Const):
            raise self._mistake('a phrase is named by its text: say("receipt.thanks")', call)
        try:
            return key.value, self._catalogue.phrase(key.value)
        except KeyError:
            known = did_you_mean(str(key.value), tuple(self._catalogue.keys()), tell=False)
            raise self._mistake(f"there is no phrase {key.value!r}{known}", call) from None

    def _dressed(self, phrase: str) -> str:
        """As HTML with its strong words, or as text without their marks."""
        if not self._html:
            return phrase.replace("*", "")
        plain, *parts = str(escape(phrase)).split("*")
        for at, part in enumerate(parts):
            plain += ("</b>" if at % 2 else "<b>") + part
        return plain

    def _words(self, text: str, node: nodes.Node) -> nodes.Expr:
        words = str(escape(text)) if self._html else text
        return nodes.TemplateData(words, lineno=node.lineno)

    def _mistake(self, what: str, node: nodes.Node) -> TemplateSyntaxError:
        return TemplateSyntaxError(what, node.lineno, self._file)


def in_number(language: str) -> Any:
    """The filter that chooses among the forms of a phrase, and fills them in."""

    def chosen(count: int, choice: Mapping[str, str], **values: object) -> str:
        form = choice.get(category(count, language)) or choice["other"]
        return form.format(count=count, **values)

    return chosen


def _longest_moment(catalogue: Catalogue) -> str:
    """A date with its time that is as wide as any."""
    days, months = (max(catalogue.lists[name], key=cells) for name in ("days", "months"))
    [form] = forms(catalogue.phrase("words.moment"))
    return form.format(day=days, date=30, month=months, year=2026, time="23:59", zone="CEST")


def _called(call: nodes.Call) -> str:
    """Which of our functions is called, or ``""``."""
    name = call.node.name if isinstance(call.node, nodes.Name) else ""
    return name if name in (SAY, LABEL) else ""


def _indent(pieces: list[nodes.Expr]) -> int | None:
    """How far the line is indented that begins behind these pieces; None within a line."""
    if not pieces:
        return 0
    last = pieces[-1]
    if not isinstance(last, nodes.TemplateData):
        return None
    line = last.data.rpartition("\n")[2]
    begins = "\n" in last.data or len(pieces) == 1
    return len(line) if begins and not line.strip(" -|") else None
