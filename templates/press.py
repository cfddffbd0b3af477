"""Where templates become text: the door to Jinja2 (with ``press_*``), and it is a narrow one.

A press prints in one language. A desk's own templates run in a sandbox that keeps them from
reaching code and from the cheap ways to eat memory; time and memory as a whole are bounded where
it runs. The package's own need no watching, and are pressed flat.
"""

import re
from collections.abc import Callable, Mapping
from traceback import walk_tb
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    meta,
    nodes,
    pass_context,
)
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as ALL_FILTERS
from jinja2.runtime import Context

from postdesk.templates import reach, sentences, words
from postdesk.templates.catalogue import catalogue, closest
from postdesk.templates.press_flat import Direct, flat
from postdesk.templates.press_phrases import IN_NUMBER, Phrasing, in_number
from postdesk.templates.press_sandbox import OUTPUT_LIMIT, Sandbox, Undefined, short_range
from postdesk.templates.shelf import LetterError, Shelf, body_of, did_you_mean, head_of
from postdesk.templates.views import Desk

FILTERS = frozenset({
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float",
    "forceescape", "groupby", "int", "items", "join", "last", "length", "list", "lower", "map",
    "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "string",
    "sum", "title", "trim", "truncate", "unique", "upper", "urlencode", "wordcount",
})  # fmt: skip
GLOBALS = frozenset({"cycler", "dict", "joiner", "namespace"})
UNDEFINED = re.compile(r"'([^']*)' is undefined")  # how Jinja2 names what is missing at the top
UNESCAPED = re.compile(r"\{%[-+]?\s*autoescape\b")

# What the code made from a template can raise over a value: its author's mistake, not ours.
MISTAKES = (
    TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError,
    SyntaxError, TypeError, ValueError,
)  # fmt: skip


class Press:
    """Prints the letters of a shelf in one language, with the phrases that are closest to it."""

    def __init__(self, shelf: Shelf, language: str) -> None:
        self._shelf = shelf
        self._language = language
        self._head = self._environment(head_of, finalize=_one_line)
        self._text = self._environment(body_of)
        self._html = self._environment(lambda _, source: source, autoescape=True)

    def head(self, file: str, scope: Mapping[str, object], room: int) -> str:
        """The header lines of a letter, in ``room`` characters at most. Raises LetterError."""
        return self._draw(self._head, file, scope, room)

    def text(self, file: str, scope: Mapping[str, object], room: int) -> str:
        """The words of a letter."""
        return self._draw(self._text, file, scope, room)

    def html(self, file: str, scope: Mapping[str, object], room: int) -> str:
        """The page of a letter's twin."""
        return self._draw(self._html, file, scope, room)

    def unknown_names(self, file: str, known: tuple[str, ...]) -> list[LetterError]:
        """Names a file uses though no such value exists, also where no sample leads."""
        offered = {*known, *self._text.globals}
        environments = (self._html,) if file.endswith(".html.j2") else (self._head, self._text)
        try:
            trees = [environment.tree(file) for environment in environments]
        except MISTAKES as error:
            return [self._mistake(error, file, {})]
        found = []
        for tree in trees:
            unknown = meta.find_undeclared_variables(tree) - offered
            for node in tree.find_all(nodes.Name):
                if node.name in unknown:
                    unknown.discard(node.name)
                    what = _no_value(node.name, known)
                    found.append(self._shelf.mistake(file, node.lineno, what, node.name))
        return found

    def _environment(
        self,
        pick: Callable[[str, str], str],
        *,
        autoescape: bool = False,
        finalize: Callable[[object], object] | None = None,
    ) -> "_Phrased":
        made = (_Watched if self._shelf.own else _Flat)(
            loader=_Loader(self._shelf, pick),
            autoescape=autoescape,
            finalize=finalize,
            undefined=Undefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,  # the sources are few, and fixed
        )
        made.language = self._language
        made.filters = {name: ALL_FILTERS[name] for name in FILTERS}
        made.filters |= _own_filters(self._language, html=autoescape)
        made.globals = {name: made.globals[name] for name in GLOBALS}
        made.globals["range"] = short_range
        return made

    def _draw(
        self, environment: "_Phrased", file: str, scope: Mapping[str, object], room: int
    ) -> str:
        pieces = []
        try:
            if not self._shelf.own:
                return environment.get_template(file).render(scope)
            for piece in environment.get_template(file).generate(scope):
                room -= len(piece)
                if room < 0:
                    raise LetterError(file, 0, f"writes more than {OUTPUT_LIMIT:,} characters")
                pieces.append(piece)
        except MISTAKES as error:
            raise self._mistake(error, file, scope) from error
        return "".join(pieces)

    def _mistake(self, error: Exception, file: str, scope: Mapping[str, object]) -> LetterError:
        if isinstance(error, TemplateSyntaxError):
            return self._shelf.mistake(
                error.name or file, error.lineno, error.message or "no template"
            )
        place, line = self._place(error, file)
        said = error.message or "" if isinstance(error, TemplateError) else ""
        match error:
            case TemplateNotFound():
                what = f"there is no file {said!r}{did_you_mean(said, self._shelf.files())}"
                return self._shelf.mistake(place, line, what, said)
            case SecurityError():
                return self._shelf.mistake(place, line, f"not allowed in a letter: {said}")
            case UndefinedError() if at_top := UNDEFINED.fullmatch(said):
                word = at_top[1]
                return self._shelf.mistake(place, line, _no_value(word, scope), word)
            case UndefinedError():
                word = said.partition(" has no '")[2].partition("'")[0]
                return self._shelf.mistake(place, line, said, word)
            case _:
                what = f"cannot be rendered: {type(error).__name__}: {error}"
                return self._shelf.mistake(place, line, what)

    def _place(self, error: Exception, file: str) -> tuple[str, int]:
        places = [
            (frame.f_code.co_filename, line)
            for frame, line in walk_tb(error.__traceback__)
            if frame.f_code.co_filename in self._shelf
        ]
        return places[-1] if places else (file, 0)


class _Phrased(Environment):
    """Reads templates with the phrases of its language in their places."""

    language: str

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """What all ways to a template lead through."""
        known, given = catalogue(closest(self.language)), words.given(self.language)
        phrasing = Phrasing(known, given, name, html=bool(self.autoescape))
        tree = phrasing.visit(super()._parse(source, name, filename))
        assert isinstance(tree, nodes.Template)
        tree.set_environment(self)
        return tree

    def tree(self, file: str) -> nodes.Template:
        """A file as a tree. Raises TemplateNotFound, TemplateSyntaxError."""
        assert self.loader is not None
        return self.parse(self.loader.get_source(self, file)[0], file, file)


class _Watched(_Phrased, Sandbox):
    """For templates of a desk."""


class _Flat(_Phrased):
    """For the package's own."""

    code_generator_class = Direct

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return flat(super()._parse(source, name, filename), self._part)

    def _part(self, file: str) -> nodes.Template:
        assert self.loader is not None
        return super()._parse(self.loader.get_source(self, file)[0], file, file)


class _Loader(BaseLoader):
    """Templates off the shelf, each through a function that picks its part."""

    def __init__(self, shelf: Shelf, pick: Callable[[str, str], str]) -> None:
        self._shelf = shelf
        self._pick = pick

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """The name stands in for a file name: so tracebacks tell the place."""
        if template not in self._shelf:
            raise TemplateNotFound(template)
        source = self._shelf.source(template)
        if tag := UNESCAPED.search(source):
            line = source.count("\n", 0, tag.start()) + 1
            raise TemplateSyntaxError("a letter cannot turn escaping off", line, template)
        return self._pick(template, source), template, lambda: True


def _own_filters(language: str, *, html: bool) -> dict[str, Callable[..., object]]:
    more = words.labels(language).cut

    @pass_context
    def when(context: Context, moment: Any) -> str:
        desk = context.get("desk")
        zone = desk.timezone if isinstance(desk, Desk) else "UTC"
        return words.when(moment, zone, language)

    def quoted(text: object) -> object:
        return reach.quoted_html(text, more) if html else reach.quoted(text, more)

    def named(name: str, section: str) -> str:
        return words.named(name, section, language)

    def spoken(say: Callable[[Any, str], str]) -> Callable[..., object]:
        return lambda value: say(value, language)

    return {
        "when": when,
        "quoted": quoted,
        "why": spoken(words.why),
        "named": named,
        "reason": spoken(sentences.told),
        "usage": spoken(words.usage),
        "size": spoken(words.size),
        "way": spoken(words.way),
        "person": words.person,
        "people": words.people,
        "sentence": words.sentence,
        "urgency": spoken(words.urgency),
        "stars": words.stars,
        "column": words.column,
        "widest": words.widest,
        "defuse": reach.defuse,
        "preview": reach.first_words,
        IN_NUMBER: in_number(closest(language)),
    }


def _no_value(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    return f"there is no value {word!r} here{did_you_mean(word, tuple(known))}"


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value
