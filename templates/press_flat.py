"""Makes one flat template of a letter, the frame it extends and the parts it is put together from.

For the package's own letters: a template without blocks and macros is written in half the time.
Frames and parts stay ordinary Jinja, which a desk's own letters can use as they are. What flat
ones cannot do: choose a frame or a part while they are written, or set names in a part.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

Macros = Mapping[str, nodes.Macro]
Parse = Callable[[str], nodes.Template]
Node = TypeVar("Node", bound=nodes.Node)


class Direct(CodeGenerator):
    """Reads fields of views as fields: of our own letters nothing else is asked."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        self.visit(node.node, frame)
        self.write(f".{node.attr}")


def flat(tree: nodes.Template, parse: Parse) -> nodes.Template:
    """The template with its frame and its parts inside. ``parse`` gives the tree of a file."""
    parts: dict[str, nodes.Macro] = {}
    for bound in tree.find_all(nodes.Import):
        parts |= {f"{bound.target}.{m.name}": m for m in _macros(parse(_file(bound.template)))}
    frame = tree.find(nodes.Extends)
    if frame is not None:
        blocks = {block.name: block.body for block in tree.find_all(nodes.Block)}
        tree = parse(_file(frame.template))
        tree = _Framed(blocks).visit(tree)
    tree.body = [node for node in tree.body if not isinstance(node, nodes.Import)]
    tree = _Inlined(parts | {m.name: m for m in _macros(tree)}).visit(tree)
    tree = _Joined().visit(tree)
    return tree


def _macros(tree: nodes.Template) -> list[nodes.Macro]:
    return list(tree.find_all(nodes.Macro))


def _file(name: nodes.Expr) -> str:
    return str(name.as_const())


class _Framed(NodeTransformer):
    """Puts the blocks of a letter into their places in its frame."""

    def __init__(self, blocks: Mapping[str, list[nodes.Node]]) -> None:
        self._blocks = blocks

    def visit_Block(self, node: nodes.Block) -> list[nodes.Node]:
        return self._blocks.get(node.name, node.body)


class _Inlined(NodeTransformer):
    """Puts the bodies of macros where they are called."""

    def __init__(self, macros: Macros) -> None:
        self._macros = macros

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:
        done: list[nodes.Node] = []
        for child in (piece for whole in node.nodes for piece in _apart(whole)):
            macro = self._called(child)
            if macro is None:
                done.append(nodes.Output([child], lineno=child.lineno))
            else:
                done += self._body(macro, child, {})
        return done

    def visit_CallBlock(self, node: nodes.CallBlock) -> list[nodes.Node]:
        macro = self._called(node.call)
        assert macro is not None, "a call of something that is no macro"
        caller = nodes.Macro("caller", [], [], node.body, lineno=node.lineno)
        return self._body(macro, node.call, {"caller": caller})

    def visit_If(self, node: nodes.If) -> nodes.Node | list[nodes.Node]:
        self.generic_visit(node)
        if node.elif_ or not isinstance(node.test, nodes.Expr):
            return node
        try:
            holds = node.test.as_const()
        except nodes.Impossible:
            return node
        return node.body if holds else node.else_

    def _called(self, node: nodes.Node) -> nodes.Macro | None:
        match node:
            case nodes.Call(node=nodes.Name(name=name)):
                return self._macros.get(name)
            case nodes.Call(node=nodes.Getattr(node=nodes.Name(name=part), attr=name)):
                return self._macros.get(f"{part}.{name}")
        return None

    def _body(self, macro: nodes.Macro, call: nodes.Node, more: Macros) -> list[nodes.Node]:
        given = _arguments(macro, call)
        copied = [_Given(given).visit(_copy(node)) for node in macro.body]
        # Macros of one file call each other without its name.
        near = {key.rpartition(".")[2]: found for key, found in self._macros.items()}
        inner = _Inlined({**near, **self._macros, **more})
        return [piece for node in copied for piece in inner.visit_list(node)]


def _arguments(macro: nodes.Macro, call: nodes.Node) -> dict[str, nodes.Expr]:
    assert isinstance(call, nodes.Call)
    names = [argument.name for argument in macro.args]
    given = dict(zip(names[len(names) - len(macro.defaults) :], macro.defaults, strict=True))
    given |= dict(zip(names, call.args, strict=False))
    given |= {each.key: each.value for each in call.kwargs}
    return given


class _Given(NodeTransformer):
    """Puts what a macro is called with in the place of its arguments."""

    def __init__(self, given: Mapping[str, nodes.Expr]) -> None:
        self._given = given

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        value = self._given.get(node.name) if node.ctx == "load" else None
        return node if value is None else _copy(value)


class _Joined(NodeTransformer):
    """Makes one output of all that follow each other, and takes sums of texts apart."""

    def generic_visit(self, node: nodes.Node) -> nodes.Node:
        super().generic_visit(node)
        for name, value in node.iter_fields():
            if isinstance(value, list) and any(isinstance(each, nodes.Output) for each in value):
                setattr(node, name, _joined(value))
        return node

    def visit_Macro(self, node: nodes.Macro) -> None:
        return None  # each has been put where it was called


def _joined(body: Sequence[nodes.Node]) -> list[nodes.Node]:
    done: list[nodes.Node] = []
    for node in body:
        if not isinstance(node, nodes.Output):
            done.append(node)
            continue
        pieces = [piece for child in node.nodes for piece in _apart(child)]
        if done and isinstance(done[-1], nodes.Output):
            done[-1].nodes += pieces
        else:
            done.append(nodes.Output(pieces, lineno=node.lineno))
    return done


def _apart(node: nodes.Expr) -> list[nodes.Expr]:
    return node.nodes if isinstance(node, nodes.Concat) else [node]


def _copy(node: Node) -> Node:
    """A tree of its own; what is no node is shared."""
    made = type(node)(lineno=node.lineno, environment=node.environment)
    for name, value in node.iter_fields():
        setattr(made, name, _copied(value))
    return made


def _copied(value: object) -> object:
    if isinstance(value, list | tuple):
        return type(value)(map(_copied, value))
    return _copy(value) if isinstance(value, nodes.Node) else value
