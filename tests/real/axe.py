"""axe-core in headless Chromium: what keeps people with a screen reader or weak eyes from a page.

The pages are written one after the other into one window, so that one start of the browser is
enough, and each is the whole document while it is judged.
"""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from importlib.resources import files
from pathlib import Path

from pictures import QUIET
from real.parts import real_part

PATIENCE = 60  # seconds
# Of the browser's own clock, which jumps ahead whenever nothing is left to do.
VIRTUAL_PATIENCE = 600_000  # milliseconds
SHADES = {"light": "1", "dark": "0"}  # as blink numbers them

# The judge lives in the window, which stays when its document is replaced.
JUDGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>axe</title><body>
<script>%(axe)s</script>
<script>
const pages = %(pages)s, found = {};
function show(html) { document.open(); document.write(html); document.close(); }
async function judge() {
  for (const [name, html] of Object.entries(pages)) {
    show(html);
    // The ground the browser draws; axe-core takes it for white, in the dark as well.
    document.documentElement.style.backgroundColor = "Canvas";
    const { violations, passes } = await axe.run(document, { resultTypes: ["violations"] });
    found[name] = {
      shade: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
      passed: passes.map(rule => rule.id),
      barriers: violations.flatMap(rule => rule.nodes.map(
        node => [node.impact || rule.impact, rule.id, node.html, node.failureSummary])),
    };
  }
}
window.addEventListener("load", () => judge().catch(e => { found.error = String(e); }).then(() => {
  show("<pre></pre>");
  document.querySelector("pre").textContent = JSON.stringify(found);
}));
</script>"""


@dataclass(frozen=True, slots=True)
class Barrier:
    """One element that breaks a rule of axe-core, and how much that hinders."""

    impact: str  # minor, moderate, serious or critical
    rule: str
    element: str
    why: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What axe-core says of one page: the rules it passed, and where it breaks one."""

    shade: str
    passed: frozenset[str]
    barriers: tuple[Barrier, ...]

    @property
    def severe(self) -> list[Barrier]:
        """What makes a page hard or impossible to use for some."""
        return [barrier for barrier in self.barriers if barrier.impact in ("serious", "critical")]


def judge(pages: Mapping[str, str], shade: str, folder: Path) -> dict[str, Judgement]:
    """Judge each page (name -> HTML) as a reader of light or dark pages sees it.

    Files go to ``folder``. AssertionError when the browser comes to no judgement.
    """
    browser = real_part("chromium")
    page = folder / "judge.html"
    page.write_text(JUDGE % {"axe": _axe(), "pages": _literal(pages)}, encoding="utf-8")
    run = subprocess.run(
        [browser, *QUIET, f"--blink-settings=preferredColorScheme={SHADES[shade]}",
         f"--user-data-dir={folder / 'profile'}", f"--virtual-time-budget={VIRTUAL_PATIENCE}",
         "--dump-dom", page.resolve().as_uri()],
        check=True, capture_output=True, timeout=PATIENCE, encoding="utf-8",
    )  # fmt: skip
    shown = re.search(r"<pre>(\{.*\})</pre>", run.stdout, re.DOTALL)
    assert shown, f"no judgement; the browser says:\n{run.stderr[-2000:]}"
    found = json.loads(unescape(shown[1]))
    assert "error" not in found, found["error"]
    return {
        name: Judgement(
            one["shade"], frozenset(one["passed"]), tuple(Barrier(*row) for row in one["barriers"])
        )
        for name, one in found.items()
    }


def _axe() -> str:
    return (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")


def _literal(pages: Mapping[str, str]) -> str:
    """JavaScript that no ``</script>`` within can end."""
    return json.dumps(dict(pages)).replace("<", r"\u003c")
