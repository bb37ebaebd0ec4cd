"""Run the tests of what differs from main: those that mirror a changed folder and can see it.

What a change does elsewhere is left to `make test`. With `--list` the test files are only named.

    python tests/quick.py [--list]
"""

import json
import subprocess
import sys
from pathlib import Path

from cemlib.report.plan.imports import Sources

ROOT = Path(__file__).parents[1]
SLOW = {"attack", "browser", "cluster", "recovery"}  # run where they themselves are changed


def changed():
    """Return the files that differ from where this branch left main, by their paths."""

    def git(*words):
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.split("\n")[:-1] if done.returncode == 0 else []

    base = (git("merge-base", "HEAD", "origin/main") or git("merge-base", "HEAD", "main"))[:1]
    untracked = git("ls-files", "--others", "--exclude-standard")
    return {*git("diff", "--name-only", *(base or ["HEAD"])), *untracked}


def mirrored(path):
    """Return the folder of tests that mirrors a file of the package, or its own name at the top."""
    parts = Path(path).parts[1:]
    return parts[1] if parts[0] == "studies" else parts[0].removesuffix(".py")


def selected(differing):
    """Return the test files to run."""
    package = {path for path in differing if path.startswith("cemlib/")}
    folders = {mirrored(path) for path in package if len(Path(path).parts) > 1}
    sources, files = Sources(), set()
    for path in sorted(ROOT.glob("tests/**/test_*.py")):
        name = path.relative_to(ROOT).as_posix()
        folder = (
            path.parent.name if path.parent.name != "tests" else path.stem.removeprefix("test_")
        )
        if name in differing:
            files.add(name)
        elif folder in folders - SLOW:
            seen = {
                f"cemlib/{each}" for each in sources.reached([path.read_text(encoding="utf-8")])
            }
            if seen & package:
                files.add(name)
    notebooks = {path for path in differing if path.startswith("notebooks/")}
    return sorted(files), sorted(notebooks)


def main():
    """Run what was selected, and return the exit code."""
    files, notebooks = selected(changed())
    if "--list" in sys.argv:
        print(json.dumps({"tests": files, "notebooks": notebooks}, indent=2))
        return 0
    always = ["tests/test_structure.py", "tests/test_gate.py"]
    pytest = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "loadscope", "-q"]
    code = subprocess.call([*pytest, *sorted({*always, *files})], cwd=ROOT)
    if notebooks:
        code = code or subprocess.call([*pytest, "--nbval", *notebooks], cwd=ROOT)
    return code


if __name__ == "__main__":
    sys.exit(main())
