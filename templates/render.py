"""Letters from templates: the one door to Jinja2, and it is a narrow one.

A letter is ``letters/<name>[.<language>].txt.j2``, shaped like a mail (``Subject: ...``, a blank
line, words), with an optional twin ``.html.j2``. The sandbox keeps templates from reaching code
and from the cheap ways to eat memory; time and memory as a whole are bounded where it runs.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
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
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from postdesk.templates import reach, words
from postdesk.templates.shelf import (
    LetterError,
    Shelf,
    body_of,
    did_you_mean,
    head_of,
    headers,
    read_letters,
)
from postdesk.templates.views import FIELDS, Desk, SafeHtml

OUTPUT_LIMIT = 256 * 1024  # characters a template may add to the texts it is given
LONGEST_RANGE = 1_000
LARGEST_NUMBER = 10**15

FILTERS = frozenset({
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float",
    "forceescape", "groupby", "int", "items", "join", "last", "length", "list", "lower", "map",
    "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "string",
    "sum", "title", "trim", "truncate", "unique", "upper", "urlencode", "wordcount",
})  # fmt: skip
GLOBALS = frozenset({"cycler", "dict", "joiner", "namespace"})
TEXT_METHODS = frozenset({
    "capitalize", "casefold", "count", "endswith", "find", "isalpha", "isdigit", "islower",
    "isnumeric", "isupper", "lower", "lstrip", "partition", "removeprefix", "removesuffix",
    "rpartition", "rstrip", "split", "splitlines", "startswith", "strip", "title", "upper",
})  # fmt: skip
DICT_METHODS = frozenset({"get", "items", "keys", "values"})
METHODS: Mapping[type, frozenset[str]] = {str: TEXT_METHODS, dict: DICT_METHODS}
SIZED = (str, bytes, dict, tuple, list, set, frozenset)
UNDEFINED = re.compile(r"'([^']*)' is undefined")  # how Jinja2 names what is missing at the top
UNESCAPED = re.compile(r"\{%[-+]?\s*autoescape\b")

# What the code made from a template can raise over a value: its author's mistake, not ours.
MISTAKES = (
    TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError,
    SyntaxError, TypeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in words. ``html`` is ``""`` where the letter has no twin; lines end in LF."""

    subject: str
    text: str
    html: str
    language: str  # of the words, which may be less exact than what was asked for
    headers: tuple[tuple[str, str], ...] = ()  # further ones the letter sets


class Renderer:
    """Renders letters from one set of files, read once: later edits need a new renderer."""

    def __init__(self, letters: Path | Mapping[str, str] | None = None) -> None:
        """Take a folder that holds ``letters/``, or texts by name; the package has the rest.

        Raises LetterError for a file that cannot be read; syntax is seen when it is rendered.
        """
        if isinstance(letters, Path):
            letters, mistakes = read_letters(letters)
            if mistakes:
                raise mistakes[0]
        self.shelf = Shelf(letters or {})
        self._head = _environment(self.shelf, head_of, finalize=_one_line)
        self._text = _environment(self.shelf, body_of)
        self._html = _environment(self.shelf, lambda _, source: source, autoescape=True)

    def render(self, name: str, language: str, values: Mapping[str, object]) -> Rendered:
        """The letter in the closest language there is. Raises LetterError, with the place."""
        file, twin, found = self.shelf.choose(name, language)
        scope = {**values, **_given(found)}
        room = OUTPUT_LIMIT + sum(
            len(str(value)) for value in values.values() if isinstance(value, str | SafeHtml)
        )
        try:
            subject, further = headers(self._draw(self._head, file, scope, room))
        except ValueError as error:
            raise self.shelf.mistake(file, 1, str(error)) from None
        text = self._draw(self._text, file, scope, room).strip("\n") + "\n"
        html = self._draw(self._html, twin, scope, room) if twin else ""
        return Rendered(subject, text, html, found, further)

    def unknown_names(self, file: str, known: tuple[str, ...]) -> list[LetterError]:
        """Names a file uses though no such value exists, also where no sample leads."""
        offered = {*known, *_given(words.DEFAULT), *self._text.globals}
        environments = (self._html,) if file.endswith(".html.j2") else (self._head, self._text)
        try:
            trees = [environment.parse(_source(environment, file)) for environment in environments]
        except MISTAKES as error:
            return [self._mistake(error, file, {})]
        found = []
        for tree in trees:
            unknown = meta.find_undeclared_variables(tree) - offered
            for node in tree.find_all(nodes.Name):
                if node.name in unknown:
                    unknown.discard(node.name)
                    what = _no_value(node.name, known)
                    found.append(self.shelf.mistake(file, node.lineno, what, node.name))
        return found

    def _draw(
        self, environment: Environment, file: str, scope: Mapping[str, object], room: int
    ) -> str:
        pieces = []
        try:
            if not self.shelf.own:
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
            return self.shelf.mistake(
                error.name or file, error.lineno, error.message or "no template"
            )
        place, line = self._place(error, file)
        said = error.message or "" if isinstance(error, TemplateError) else ""
        match error:
            case TemplateNotFound():
                what = f"there is no file {said!r}{did_you_mean(said, self.shelf.files())}"
                return self.shelf.mistake(place, line, what, said)
            case SecurityError():
                return self.shelf.mistake(place, line, f"not allowed in a letter: {said}")
            case UndefinedError() if at_top := UNDEFINED.fullmatch(said):
                word = at_top[1]
                return self.shelf.mistake(place, line, _no_value(word, scope), word)
            case UndefinedError():
                word = said.partition(" has no '")[2].partition("'")[0]
                return self.shelf.mistake(place, line, said, word)
            case _:
                what = f"cannot be rendered: {type(error).__name__}: {error}"
                return self.shelf.mistake(place, line, what)

    def _place(self, error: Exception, file: str) -> tuple[str, int]:
        places = [
            (frame.f_code.co_filename, line)
            for frame, line in walk_tb(error.__traceback__)
            if frame.f_code.co_filename in self.shelf
        ]
        return places[-1] if places else (file, 0)


class _Undefined(StrictUndefined):
    """Says which field is missing, and which was probably meant."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[Any] = UndefinedError,
    ) -> None:
        if hint is None and obj is not missing and obj is not None:
            fields = [word for word in dir(obj) if not word.startswith("_")]
            hint = f"{type(obj).__name__} has no {str(name)!r}{did_you_mean(str(name), fields)}"
        super().__init__(hint, obj, name, exc)


class _Sandbox(ImmutableSandboxedEnvironment):
    """No way to code, no mutation, and no one-liner that eats the memory."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Fields yes; methods only the harmless ones of text and tables."""
        if (fields := FIELDS.get(type(obj))) is not None:
            return attr in fields
        if not super().is_safe_attribute(obj, attr, value):
            return False
        if not callable(value) or type(obj).__module__.startswith("jinja2."):
            return True
        return attr in METHODS.get(type(obj), frozenset())

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """``str.format`` pads to any width: it is refused like the other methods."""
        return None

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Sums and products of bounded size; ``%`` is for numbers, ``**`` for nobody."""
        if operator == "**" or (operator == "%" and not isinstance(left, int)):
            raise SecurityError(f"the operator {operator}")
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        limit = LARGEST_NUMBER if numbers else OUTPUT_LIMIT
        if operator == "*" and _weight(left) * _weight(right) > limit:
            raise SecurityError("a value as large as this")
        if operator == "+" and _weight(left) + _weight(right) > limit:
            raise SecurityError("a value as large as this")
        return super().call_binop(context, operator, left, right)


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


def _environment(
    shelf: Shelf,
    pick: Callable[[str, str], str],
    *,
    autoescape: bool = False,
    finalize: Callable[[object], object] | None = None,
) -> Environment:
    # The package's own letters are code like all of it: they need no watching.
    environment = (_Sandbox if shelf.own else Environment)(
        loader=_Loader(shelf, pick),
        autoescape=autoescape,
        finalize=finalize,
        undefined=_Undefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,  # the sources are few, and fixed
    )
    environment.filters = {name: ALL_FILTERS[name] for name in FILTERS}
    environment.filters |= _own_filters(html=autoescape)
    environment.globals = {name: environment.globals[name] for name in GLOBALS}
    environment.globals["range"] = _short_range
    return environment


def _own_filters(*, html: bool) -> dict[str, Callable[..., object]]:
    @pass_context
    def when(context: Context, moment: Any) -> str:
        desk = context.get("desk")
        zone = desk.timezone if isinstance(desk, Desk) else "UTC"
        return words.when(moment, zone, context["language"])

    @pass_context
    def quoted(context: Context, text: object) -> object:
        more = words.labels(context["language"]).cut
        return reach.quoted_html(text, more) if html else reach.quoted(text, more)

    return {
        "when": when,
        "quoted": quoted,
        "why": _spoken(words.why),
        "size": _spoken(words.size),
        "way": _spoken(words.way),
        "person": words.person,
        "sentence": words.sentence,
        "urgency": _spoken(words.urgency),
        "stars": words.stars,
        "column": words.column,
        "defuse": reach.defuse,
        "preview": reach.first_words,
    }


def _spoken(say: Callable[[Any, str], str]) -> Callable[..., object]:
    """A filter whose words are those of the letter's language."""

    @pass_context
    def said(context: Context, value: Any) -> str:
        return say(value, context["language"])

    return said


def _source(environment: Environment, file: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, file)[0]


def _given(language: str) -> dict[str, object]:
    return {
        "language": language,
        "direction": words.direction(language),
        "reply_line": words.labels(language).reply_line,
    }


def _no_value(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    return f"there is no value {word!r} here{did_you_mean(word, tuple(known))}"


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _short_range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > LONGEST_RANGE:
        raise SecurityError(f"a range of more than {LONGEST_RANGE:,}")
    return numbers


def _weight(value: object) -> float:
    if isinstance(value, int | float):
        return abs(value)
    return len(value) if isinstance(value, SIZED) else 1
