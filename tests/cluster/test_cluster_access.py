"""Who may answer in the place of a cluster: only this machine, or who has a certificate."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from cemlib.cli import main
from cemlib.report.cluster import pool as cluster
from cemlib.report.cluster.access import Access
from cemlib.report.cluster.pool import ClusterPool
from cemlib.report.errors import RequestError

PEM = Path("some.pem")


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:8786", "127.4.5.6:8786", "localhost:8786", "tcp://[::1]:8786"]
)
def test_this_machine_needs_no_certificates(address):
    Access(address).check()
    assert Access(address).security() is None


@pytest.mark.parametrize(
    "address",
    ["tcp://10.0.0.1:8786", "example.com:8786", "tcp://[2001:db8::1]:8786", "tcp://", "ucx://a",
     "tcp://127.0.0.1.example.com:8786", "tcp://localhost@10.0.0.1:8786"],
)  # fmt: skip
def test_another_machine_needs_certificates_or_a_word(address):
    with pytest.raises(RequestError, match="--tls-ca, --tls-cert and --tls-key, or --insecure"):
        Access(address).check()
    Access(address, insecure=True).check()


@pytest.mark.parametrize(
    ("access", "message"),
    [
        (Access("tls://a:1", ca=PEM, cert=PEM), "incomplete: give --tls-key too"),
        (Access("tls://a:1", key=PEM), "give --tls-ca and --tls-cert too"),
        (Access("tls://a:1"), "needs --tls-ca, --tls-cert, --tls-key"),
        (Access("tls://a:1", insecure=True), "needs --tls-ca"),
        (Access("tcp://127.0.0.1:1", PEM, PEM, PEM), "begin it with tls://"),
    ],
)
def test_certificates_are_complete_and_fit_the_address(access, message):
    with pytest.raises(RequestError, match=message):
        access.check()


def test_the_command_refuses_before_it_connects(study, tmp_path):
    study("alone", ("prints", {}))
    words = ["build", "alone", "--scheduler", "tcp://192.0.2.1:8786", "-o", str(tmp_path)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "could run any code on this one" in result.output


def test_a_foreign_certificate_is_not_let_in(machines, tmp_path, monkeypatch):
    """Neither a client whom the cluster does not know, nor one that knows another authority."""
    from machines import certificates

    monkeypatch.setattr(cluster, "CONNECT", 3)
    foreign = Access(machines.address, *certificates(tmp_path, "foreign"))
    with (
        pytest.raises(RequestError, match="there is no scheduler at"),
        ClusterPool(foreign) as pool,
    ):
        pool.open()
    mixed = Access(machines.address, machines.certificates[0], *certificates(tmp_path, "other")[1:])
    with pytest.raises(RequestError, match="there is no scheduler at"), ClusterPool(mixed) as pool:
        pool.open()


def test_machines_can_start_while_a_process_of_earlier_ones_ends(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent)
    from machines import Machines

    lingering = []
    for _ in range(2):
        with Machines(tmp_path) as machines:
            if not machines.apart and not lingering:
                pytest.skip("there are no network namespaces")
            inside = ["ip", "netns", "exec", machines.namespace(1)]
            lingering.append(subprocess.Popen([*inside, "sleep", "2"]))
            time.sleep(0.2)  # so that it is inside before the namespace goes
    for process in lingering:
        assert process.wait() == 0
