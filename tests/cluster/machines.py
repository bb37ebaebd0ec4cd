"""Machines for tests: network namespaces on a bridge where root allows, else processes."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path

NETWORKS = ("198.51.100", "203.0.113", "192.0.2")  # kept for examples by RFC 5737
MARK = "CEM_TEST_MACHINES"
TAKEN = count(1)
QUIET = {
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "False",
    "DASK_LOGGING__DISTRIBUTED": "warning",
}


class Machines:
    """A scheduler here, and workers each on a machine of its own.

    Parameters
    ----------
    folder : Path
        For the logs and the workers' own files.
    """

    def __init__(self, folder: Path, secure: bool = True, **environment: str) -> None:
        self.folder = folder
        self.certificates = certificates(folder) if secure else None
        self.mark = f"{os.getpid()}-{time.monotonic_ns()}"
        self.environment = {**os.environ, **QUIET, **environment, MARK: self.mark}
        self.stack = ExitStack()
        self.count = 0
        # the kernel takes links down some time after `ip netns del`: a name is used once
        self.name = f"cem{os.getpid() % 100_000}-{next(TAKEN)}"
        self.network = ""
        self.apart = self._bridge()
        self.host = f"{self.network}.1" if self.apart else "127.0.0.1"
        with socket.socket() as probe:
            probe.bind((self.host, 0))
            self.port = probe.getsockname()[1]
        self.address = f"{'tls' if secure else 'tcp'}://{self.host}:{self.port}"

    @property
    def access(self):
        """How the scheduler is reached."""
        from cemlib.report.cluster.access import Access

        return Access(self.address, *(self.certificates or ()), insecure=not self.certificates)

    @property
    def options(self) -> list[str]:
        """The same, as options of ``cem build``."""
        if self.certificates is None:
            return ["--scheduler", self.address, "--insecure"]
        files = zip(("--tls-ca", "--tls-cert", "--tls-key"), self.certificates, strict=True)
        return ["--scheduler", self.address, *(str(each) for pair in files for each in pair)]

    def __enter__(self) -> Machines:
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()
        left = self.left()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if left:
            raise RuntimeError(f"left running: {left}")

    def scheduler(self) -> subprocess.Popen:
        options = ["--host", self.host, "--port", str(self.port), *self._shared()]
        return self._start("scheduler", [], options)

    def worker(self, *, hidden: Path | None = None, **environment: str) -> subprocess.Popen:
        """Start a worker; `hidden` is a folder that it is not to see."""
        self.count += 1
        before: list[str] = []
        host = "127.0.0.1"
        if self.apart:
            before = ["ip", "netns", "exec", self.namespace(self.count)]
            host = f"{self.network}.{self.count + 1}"
            if hidden:
                cover = f'mount -t tmpfs none {hidden} && exec "$@"'
                before += ["sh", "-c", cover, "sh"]
        options = [self.address, "--host", host, "--nthreads", "1", *self._shared()]
        options += ["--local-directory", str(self.folder / f"worker-{self.count}")]
        return self._start("worker", before, options, environment)

    def stop(self, process: subprocess.Popen) -> None:
        """Stop a scheduler or a worker with all that it started."""
        process.terminate()
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def left(self, seconds: float = 5.0) -> list[int]:
        """Return the processes that do not end by themselves, whatever has become of parents."""
        deadline = time.monotonic() + seconds
        while (pids := list(self.running())) and time.monotonic() < deadline:
            time.sleep(0.1)
        return pids

    def running(self):
        mark = f"{MARK}={self.mark}".encode()
        for path in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if mark in path.read_bytes().split(b"\0"):
                    yield int(path.parent.name)

    def _shared(self) -> list[str]:
        if self.certificates is None:
            return ["--no-dashboard"]
        names = ("--tls-ca-file", "--tls-cert", "--tls-key")
        files = zip(names, map(str, self.certificates), strict=True)
        return ["--no-dashboard", "--protocol", "tls", *(each for pair in files for each in pair)]

    def _start(self, kind, before, options, environment=None) -> subprocess.Popen:
        log = (self.folder / f"{kind}-{self.count}.log").open("wb")
        process = subprocess.Popen(
            [*before, sys.executable, "-m", f"distributed.cli.dask_{kind}", *options],
            env=self.environment | (environment or {}),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self.stack.callback(self.stop, process)
        return process

    def _bridge(self) -> bool:
        """Make a bridge on a network that nobody uses here, if that is allowed."""
        if not shutil.which("ip") or os.environ.get("CEM_TEST_LOOPBACK"):
            return False
        with (Path(tempfile.gettempdir()) / "cem-test-networks.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # else two test processes could take one network
            return self._network()

    def _network(self) -> bool:
        used = Path("/proc/net/fib_trie").read_text()
        self.network = next((each for each in NETWORKS if f" {each}." not in used), "")
        if not self.network or not _ip("link", "add", self.name, "type", "bridge"):
            return False
        self.stack.callback(_ip, "link", "del", self.name)
        return _ip("addr", "add", f"{self.network}.1/24", "dev", self.name) and _ip(
            "link", "set", self.name, "up"
        )

    def namespace(self, number: int) -> str:
        name, here, there = (f"{self.name}{end}{number}" for end in "nab")
        address = f"{self.network}.{number + 1}/24"
        self._do("netns", "add", name)
        self.stack.callback(_ip, "netns", "del", name)
        self._do("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        self._do("link", "set", here, "master", self.name, "up")
        self._do("-n", name, "link", "set", "lo", "up")
        self._do("-n", name, "addr", "add", address, "dev", there)
        self._do("-n", name, "link", "set", there, "up")
        return name

    def _do(self, *arguments: str) -> None:
        if not _ip(*arguments):
            raise RuntimeError(f"ip {' '.join(arguments)} failed")


def certificates(folder: Path, name: str = "cluster") -> tuple[Path, Path, Path]:
    """Make a certificate that is its own authority; return the files of authority, it, its key."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", key, "-out", cert]
    subprocess.run(command, check=True, capture_output=True)
    return cert, cert, key


def _ip(*arguments: str) -> bool:
    return subprocess.run(["ip", *arguments], capture_output=True, check=False).returncode == 0
