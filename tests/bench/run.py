"""Runs the benches: the programs beside this one, each in a process of its own.

python tests/bench/run.py                 every bench that ends by itself within minutes
python tests/bench/run.py NAME [WORDS]    one of them, with its own words
"""

import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.figures import BOOK, kept  # noqa: E402

LONG = {"kill", "soak"}  # only when asked for: they prove, and measure no speed
USAGE = 64  # sysexits


def main(words: list[str]) -> int:
    """Exit code: 0, 1 when a bench failed (the others were run), 64 for an unknown name."""
    known = benches()
    if words and words[0] not in known:
        print(f"No such bench: {words[0]}. There are: {', '.join(known) or 'none yet'}")
        return USAGE
    chosen = words[:1] or [name for name in known if name not in LONG]
    print(conditions(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ[BOOK] = f"{folder}/figures"
        failed = [name for name in chosen if not comes_to_its_end(known[name], words[1:])]
        table = kept(Path(folder) / "figures")
    if len(chosen) > 1 and table:
        print(f"\n{conditions()}", *table, sep="\n", flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def benches() -> dict[str, Path]:
    """Name -> program; what cannot be run by itself is shared by others and no bench."""
    programs = {path.stem: path for path in sorted(HERE.glob("*.py")) if path.name != "run.py"}
    return {name: path for name, path in programs.items() if '"__main__"' in path.read_text()}


def comes_to_its_end(path: Path, words: list[str]) -> bool:
    """Run one bench; what it prints is its result."""
    print(f"\n== {path.stem}", flush=True)
    shared = os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")])
    env = {**os.environ, "PYTHONPATH": shared.rstrip(os.pathsep)}
    return subprocess.run([sys.executable, path, *words], env=env, check=False).returncode == 0


def conditions() -> str:
    """What the figures were measured on, in one line."""
    packages = ("aiosmtpd", "uvloop", "peewee", "Jinja2", "IMAPClient")
    return (
        f"{platform.system()} {platform.release()}, {os.cpu_count()} cores, "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, load {os.getloadavg()[0]:.1f}\n"
        + ", ".join(f"{name} {version(name)}" for name in packages)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
