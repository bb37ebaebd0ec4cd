"""How a Dask cluster is reached: its address, and the certificates that keep others out.

Jobs and results are pickled. Whoever can answer in the place of a scheduler or of a worker can run
any code on the other machines, so only this machine itself is reached without certificates.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cemlib.report.errors import RequestError

if TYPE_CHECKING:
    from distributed import Security


@dataclass(frozen=True)
class Access:
    """The address of a scheduler, and who may answer there.

    Parameters
    ----------
    address : str
        Address of the scheduler: ``tls://10.0.0.1:8786``, or ``tcp://127.0.0.1:8786``.
    ca, cert, key : Path, optional
        PEM files: the authority whose certificates are trusted, this machine's certificate, and
        its private key.
    insecure : bool
        Whether other machines may be reached without certificates.
    """

    address: str
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    insecure: bool = False

    def check(self) -> None:
        """Check that nobody else can answer in the place of the cluster.

        Raises
        ------
        RequestError
            If certificates are incomplete, do not fit the address, or are missing for another
            machine.

        Examples
        --------
        >>> Access("tcp://127.0.0.1:8786").check()
        >>> Access("tls://[::1]:1").check()
        Traceback (most recent call last):
        cemlib.report.errors.RequestError: tls://[::1]:1 needs --tls-ca, --tls-cert, --tls-key
        """
        files = {"--tls-ca": self.ca, "--tls-cert": self.cert, "--tls-key": self.key}
        absent = [name for name, file in files.items() if file is None]
        is_tls = self.address.startswith("tls://")
        if 0 < len(absent) < len(files):
            raise RequestError(f"certificates are incomplete: give {' and '.join(absent)} too")
        if is_tls and absent:
            raise RequestError(f"{self.address} needs {', '.join(absent)}")
        if not is_tls and not absent:
            raise RequestError(f"{self.address} takes no certificates: begin it with tls://")
        if absent and not self.insecure and not _is_here(self.address):
            raise RequestError(
                f"{self.address} is another machine, which could run any code on this one: start "
                "scheduler and workers with certificates and give --tls-ca, --tls-cert and "
                "--tls-key, or --insecure where nobody else can reach the network"
            )

    def security(self) -> Security | None:
        """Return Dask's settings of the certificates; None without any."""
        if self.ca is None:
            return None
        from distributed import Security

        return Security(
            tls_ca_file=str(self.ca),
            tls_client_cert=str(self.cert),
            tls_client_key=str(self.key),
            require_encryption=True,
        )


def _is_here(address: str) -> bool:
    host = urlsplit(address if "://" in address else f"tcp://{address}").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
