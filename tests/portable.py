"""Hold the workbooks against their stored outputs under the arithmetic of other processors.

A processor decides which kernels OpenBLAS and NumPy take, and so the last bits of what they return.
Two settings choose the kernels of older processors: each workbook runs under each of them, in both
kinds of kernels of Python, and must give the bytes that are stored. The unit tests that hold
reference values run under the first.

    python tests/portable.py [--no-tests]
"""

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHON = [sys.executable, "-W", "error::ImportWarning"]  # NumPy warns so of a feature unknown to it
TESTS = (  # what holds printed, published, committed or independent values; none that needs a clock
    "printed or published or reference or committed or agree or textbook or hand or exact or stored"
)
PROBE = """
import hashlib, json
import numpy as np
import scipy.linalg  # a BLAS of its own
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
from threadpoolctl import threadpool_info
x = np.random.default_rng(1).random((137, 53))
last_bits = [x.T @ x, np.exp(x), np.log(x), x**1.7, np.linalg.inv(x.T @ x)]
print(json.dumps({
    "blas": sorted({each["architecture"] for each in threadpool_info()
                    if each["internal_api"] == "openblas"}),
    "numpy": [name for name in __cpu_dispatch__ if __cpu_features__.get(name)],
    "bits": hashlib.sha256(b"".join(each.tobytes() for each in last_bits)).hexdigest(),
}))
"""


def probe(setting=None):
    """Return the kernels in use under a setting, and a digest of what they compute."""
    run = subprocess.run(
        [*PYTHON, "-c", PROBE], env=os.environ | (setting or {}), capture_output=True, text=True
    )
    if run.returncode:
        sys.exit(f"FAILED: no such setting: {setting}\n{run.stderr}")
    return json.loads(run.stdout)


def settings(here):
    """Return the settings: no wide kernels at all, and those of processors before AVX-512.

    Where OpenBLAS takes the kernels of AVX2 by itself, the second goes without them.
    """
    wider = [name for name in here["numpy"] if name.startswith(("X86_V4", "AVX512"))]
    older = "Sandybridge" if {"Haswell", "Zen"} & set(here["blas"]) else "Haswell"
    return [
        {"OPENBLAS_CORETYPE": core, "NPY_DISABLE_CPU_FEATURES": " ".join(without)}
        for core, without in (("Nehalem", here["numpy"]), (older, wider))
    ]


def verify(setting, here):
    """End with 1 unless a setting takes hold, and changes last bits: else it would show nothing."""
    got = probe(setting)
    left = set(setting["NPY_DISABLE_CPU_FEATURES"].split()) & set(got["numpy"])
    if got["blas"] != [setting["OPENBLAS_CORETYPE"]] or left or got["bits"] == here["bits"]:
        sys.exit(f"FAILED: {setting} has no effect on this machine: {got}, without it {here}")


def run(label, command, setting):
    """Run a command under a setting; return whether it ended well."""
    began = time.monotonic()
    good = subprocess.run(command, cwd=ROOT, env=os.environ | setting).returncode == 0
    print(f"{'as stored' if good else 'FAILED'}: {label} ({time.monotonic() - began:.0f} s)")
    return good


def main():
    """Run all, and end with 1 if anything differs."""
    sys.stdout.reconfigure(line_buffering=True)
    if platform.machine().lower() not in ("x86_64", "amd64"):
        print(f"skipped: {platform.machine()} has no kernels of x86 to choose from")
        return
    for name in ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"):
        os.environ.pop(name, None)
    here = probe()
    print(f"this machine: OpenBLAS {here['blas']}, NumPy {here['numpy']}")
    chosen = settings(here)
    refresh = [*PYTHON, "-c", "from cemlib.cli import main; main(prog_name='cem')", "refresh"]
    good = True
    for setting in chosen:
        verify(setting, here)
        words = " ".join(f"{name}={value!r}" for name, value in setting.items())
        for kind, further in (("forked", []), ("ordinary", ["--isolated"])):
            command = [*refresh, "--check", "--here", *further]
            good &= run(f"workbooks, {kind} kernels, {words}", command, setting)
    if "--no-tests" not in sys.argv:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "-k",
            TESTS,
        ]
        command += [
            "tests",
            *(f"--ignore=tests/{name}" for name in ("press", "browser", "recovery")),
        ]
        good &= run("reference values", command, chosen[0])
    sys.exit(not good)


if __name__ == "__main__":
    main()
