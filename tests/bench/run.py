"""Runs the benches, each a module beside this one with a ``main(*words: str) -> None``.

``run.py`` runs every ``bench_*.py`` in the order of their names; ``run.py spool`` runs
``bench_spool.py`` or ``spool.py`` with the words that follow.
"""

import importlib.util
import os
import platform
import sys
import traceback
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
USAGE = 64  # sysexits


def main(words: list[str]) -> int:
    """Exit code: 0, 1 when a bench failed (the others were run), 64 for an unknown name."""
    if not words:
        chosen = sorted(HERE.glob("bench_*.py"))
    elif found := find(words[0]):
        chosen = [found]
    else:
        print(f"No such bench: {words[0]}. There are: {', '.join(names()) or 'none yet'}")
        return USAGE
    print(conditions(), flush=True)
    failed = [path.stem for path in chosen if not runs(path, words[1:])]
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def find(name: str) -> Path | None:
    """The bench of that name, with or without its ``bench_``."""
    places = (HERE / f"bench_{name}.py", HERE / f"{name}.py")
    return next((place for place in places if place.exists()), None)


def names() -> list[str]:
    """The words that may be given."""
    return sorted(p.stem.removeprefix("bench_") for p in HERE.glob("*.py") if p.name != "run.py")


def runs(path: Path, words: list[str]) -> bool:
    """Whether the bench came to its end; its trouble is printed, the next one runs."""
    print(f"\n== {path.stem.removeprefix('bench_')}", flush=True)
    try:
        load(path).main(*words)
    except Exception:
        traceback.print_exc()
        return False
    return True


def load(path: Path) -> ModuleType:
    """The bench as a module; benches may import each other's pieces by name."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {path}")
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def conditions() -> str:
    """What the figures were measured on, in one line."""
    return (
        f"{platform.system()} {platform.release()}, {os.cpu_count()} cores, "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))  # what the tests share: real.parts and the like
    sys.exit(main(sys.argv[1:]))
