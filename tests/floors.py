"""The floor plan as checks: each takes a tree of sources and gives back its complaints.

A tree is ``{path: source}`` with paths relative to the top of the project.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import PurePosixPath
from statistics import median

Tree = Mapping[str, str]

# Folder -> the folders it may import from.
FLOORS = {
    "mailbox": {"mailbox"},
    "rules": {"mailbox", "rules"},
    "templates": {"templates"},
    "daemon": {"daemon", "mailbox", "rules", "templates"},
}
# Library -> the only files that may import it.
STORES = ["daemon/schema.py", "daemon/store*.py", "daemon/search.py", "daemon/migrations/*.py"]
DOORS = {
    "aiosmtpd": ["mailbox/receiver.py"],
    "imapclient": ["mailbox/poller*.py"],
    "mailparser": ["mailbox/parse.py"],
    "jinja2": ["templates/press*.py"],
    "markupsafe": ["templates/press*.py"],
    "peewee": STORES,
    "playhouse": STORES,
    "schedule": ["daemon/loops.py"],
    "holidays": ["rules/holiday.py"],
}
# What the judgement must not know of: files, sockets, clocks, chance, other processes.
IMPURE = (
    {"glob", "io", "os", "pathlib", "shutil", "sqlite3", "tempfile"}
    | {"asyncio", "multiprocessing", "socket", "subprocess", "threading", "urllib"}
    | {"logging", "random", "secrets", "time"}
)
PURE = {"urllib.parse"}  # a part of a module that asks nobody
CLOCKS = {"now", "utcnow", "today"}
TOP_LEVEL = {
    "daemon",
    "mailbox",
    "rules",
    "templates",
    "tests",
    "docs",
    "config.toml",
    "pyproject.toml",
} | {"README.md", "LICENSE", "CHANGELOG.md", "Makefile", ".ci", ".path", ".gitignore"}
# Lines. Tests may be longer: a table of cases is read row by row.
LONGEST, LONGEST_TEST = 350, 500
PLAYED = 60  # seconds; who sleeps that long plays a part that hangs


def stairs(tree: Tree) -> list[str]:
    """A folder imports only from the floors under it, and by full names."""
    found = []
    for path, node in _imports(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            found.append(f"{path}:{node.lineno}: relative import; write postdesk.<folder>.<module>")
        for name in _names(node):
            top, _, rest = name.partition(".")
            folder = rest.partition(".")[0]
            if top in FLOORS and top != "mailbox":  # "mailbox" alone is the standard library's
                found.append(f"{path}:{node.lineno}: import it as postdesk.{top}")
            elif top == "postdesk" and folder not in FLOORS[_folder(path)]:
                found.append(f"{path}:{node.lineno}: {_folder(path)} may not import {name}")
    return found


def doors(tree: Tree) -> list[str]:
    """Each library comes in by one door."""
    return [
        f"{path}:{node.lineno}: {library} is only for {', '.join(DOORS[library])}"
        for path, node in _imports(tree)
        for library in sorted({name.partition(".")[0] for name in _names(node)} & DOORS.keys())
        if not any(fnmatch(path, door) for door in DOORS[library])
    ]


def circles(tree: Tree) -> list[str]:
    """No module imports itself by way of others."""
    modules = {f"postdesk.{path.removesuffix('.py').replace('/', '.')}" for path in _ours(tree)}
    graph: dict[str, set[str]] = defaultdict(set)
    for path, node in _imports(tree):
        module = f"postdesk.{path.removesuffix('.py').replace('/', '.')}"
        graph[module] |= {name for name in _targets(node) if name in modules}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" -> ".join(error.args[1])]
    return []


def purity(tree: Tree) -> list[str]:
    """The rules read no file, no clock and no dice."""
    found = []
    for path, node in _imports(tree):
        for name in _names(node):
            if _folder(path) != "rules" or name in PURE:
                continue
            if name.partition(".")[0] in IMPURE:
                found.append(f"{path}:{node.lineno}: rules are pure, they may not import {name}")
    for path in _ours(tree):
        for call in _calls(tree[path]) if _folder(path) == "rules" else ():
            if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCKS:
                found.append(f"{path}:{call.lineno}: rules are pure, the time comes in")
            elif isinstance(call.func, ast.Name) and call.func.id == "open":
                found.append(f"{path}:{call.lineno}: rules are pure, texts come in")
    return found


def packages(tree: Tree) -> list[str]:
    """No ``__init__.py``: a package called mailbox would hide the standard library's."""
    return [path for path in tree if PurePosixPath(path).name == "__init__.py"]


def lengths(tree: Tree) -> list[str]:
    """No file is longer than people read in one go."""
    lines = {path: source.count("\n") for path, source in tree.items() if path.endswith(".py")}
    return [
        f"{path}: {n} lines; is it two rooms?"
        for path, n in lines.items()
        if n > (LONGEST_TEST if _folder(path) == "tests" else LONGEST)
    ]


def median_length(tree: Tree) -> float:
    """The middle file's length in lines; 0 for no files."""
    return median([tree[path].count("\n") for path in _ours(tree)] or [0])


def twins(tree: Tree) -> list[str]:
    """No two test modules bear one name: pytest's reports and imports go by it."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in tree:
        if fnmatch(PurePosixPath(path).name, "test_*.py"):
            places[PurePosixPath(path).name].append(path)
    return [f"{name}: {', '.join(paths)}" for name, paths in places.items() if len(paths) > 1]


def sleepers(tree: Tree) -> list[str]:
    """No test sleeps: it waits for the thing itself. (Benches may: they pace.)"""
    found = []
    for path, source in tree.items():
        if fnmatch(path, "tests/bench/*"):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module == "time":
                found += [f"{path}:{node.lineno}: sleep" for a in node.names if a.name == "sleep"]
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "time.sleep":
                found += [] if _is_played(node) else [f"{path}:{node.lineno}: time.sleep"]
    return found


def masks(tree: Tree) -> list[str]:
    """No mocks and no patching by dotted path: dependencies are passed in."""
    found = [
        f"{path}:{node.lineno}: mocks; pass a fake in"
        for path, node in _imports(tree, all_files=True)
        if any(name.startswith(("unittest.mock", "mock", "pytest_mock")) for name in _names(node))
    ]
    for path, source in tree.items():
        for call in _calls(source):
            first = call.args[0] if call.args else None
            patches = ast.unparse(call.func).endswith((".setattr", ".patch"))
            if patches and isinstance(first, ast.Constant) and "." in str(first.value):
                found.append(f"{path}:{call.lineno}: patched by dotted path; pass a fake in")
    return found


def exhaustive(source: str) -> list[str]:
    """``apply`` of rules/apply.py ends in ``assert_never``: mypy then sees a forgotten effect."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == "apply":
            return (
                []
                if _ends_in_assert_never(node.body[-1])
                else ["apply: no assert_never at its end"]
            )
    return ["no function apply"]


def _ends_in_assert_never(last: ast.stmt) -> bool:
    while isinstance(last, ast.Match):
        last = last.cases[-1].body[-1]
    match last:
        case ast.Expr(value=ast.Call(func=name)) | ast.Return(value=ast.Call(func=name)):
            return ast.unparse(name).endswith("assert_never")
    return False


def _ours(tree: Tree) -> list[str]:
    return [path for path in tree if _folder(path) in FLOORS and path.endswith(".py")]


def _folder(path: str) -> str:
    return path.partition("/")[0]


def _imports(
    tree: Tree, *, all_files: bool = False
) -> Iterator[tuple[str, ast.Import | ast.ImportFrom]]:
    for path in tree if all_files else _ours(tree):
        for node in ast.walk(ast.parse(tree[path])):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield path, node


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    """What is imported, as full names; of ``from postdesk import x`` the ``postdesk.x``."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if node.module in {"postdesk", "unittest"}:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return [node.module] if node.module and not node.level else []


def _targets(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The modules an import may mean: ``from a import b`` is ``a``, or the module ``a.b``."""
    if isinstance(node, ast.Import):
        return _names(node)
    return _names(node) + [f"{node.module}.{alias.name}" for alias in node.names]


def _calls(source: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def _is_played(call: ast.Call) -> bool:
    match call.args:
        case [ast.Constant(value=int(seconds))]:
            return seconds >= PLAYED
    return False
