"""An in-process kernel: cells sent through a pipe run in this process, as IPython runs them.

The other end of the pipe sends the source of a cell. It receives an event for each output, in
order, and finally whether the cell succeeded.
"""

from __future__ import annotations

import base64
import builtins
import io
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from ipykernel.compiler import XCachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Any as AnyTrait
from traitlets import CBool, Type
from traitlets.config import Config

from cemlib.report.run import file_access

INLINE = "module://matplotlib_inline.backend_inline"
PAUSE = 0.05  # seconds to collect text before it is sent
TERMINAL = {
    "TERM": "xterm-color",
    "CLICOLOR": "1",
    "FORCE_COLOR": "1",
    "CLICOLOR_FORCE": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "MPLBACKEND": INLINE,
}
Send = Callable[[tuple[Any, ...]], None]


def serve(
    connection: Connection, folder: str, environment: dict[str, str], data_folders: Sequence[str]
) -> None:
    """Run each cell that comes through a connection, until it is closed.

    Parameters
    ----------
    connection : Connection
        Delivers the sources of cells and takes events: ``("stream", name, text)``, ``("display",
        data, metadata, id)``, ``("update", data, metadata, id)``, ``("result", data, metadata,
        count)``, ``("error", name, message, traceback)``, ``("clear", wait)``, ``("read", path)``
        and, after each cell, ``("done", ok, count)``.
    folder : str
        Where the cells run.
    environment : dict
        Their environment.
    data_folders : sequence of str
        Folders whose files are reported when they are read.
    """
    os.environ.clear()
    os.environ.update(environment | TERMINAL)
    os.chdir(folder)
    _reseed()
    shell = _shell(connection, environment["IPYTHONDIR"])
    _inline_figures(shell)
    _show_frames_as_in_a_notebook()
    file_access.report_reads(data_folders, lambda path: shell.send(("read", path)))
    try:
        while True:
            source = connection.recv()
            good = shell.run(source)
            shell.send(("done", good, shell.execution_count - 1))
    except EOFError:
        return


class ZMQShell(InteractiveShell):
    """An IPython shell whose outputs are events.

    pandas, tqdm and others recognise a notebook by ``ZMQ`` in the class name and by ``kernel``.
    """

    kernel = None

    displayhook_class = Type("cemlib.report.run.in_process_kernel.Hook")  # type: ignore[assignment]
    display_pub_class = Type("cemlib.report.run.in_process_kernel.Publisher")  # type: ignore[assignment]
    compiler_class = Type(XCachingCompiler)  # names cells in tracebacks as a kernel does
    autoindent = CBool(False)
    send = AnyTrait()
    failed_to_show = CBool(False)

    def run(self, source: str) -> bool:
        """Run a cell, show its value, and return whether it succeeded."""
        self.failed_to_show = False
        result = self.run_cell(source, store_history=True)
        return bool(result.success) and not self.failed_to_show

    def init_hooks(self) -> None:
        """Prevent IPython from opening a pager."""
        super().init_hooks()
        self.set_hook("show_in_pager", lambda *_, **__: None, 99)

    def enable_gui(self, gui: object = None) -> None:
        """Do nothing: there is no window."""

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.failed_to_show |= getattr(self.displayhook, "is_at_work", False)
        self.send(("error", etype.__name__, str(evalue), list(stb)))


class Hook(DisplayHook):
    """Sends the value of a cell's last expression."""

    shell: ZMQShell
    is_at_work = False

    def start_displayhook(self) -> None:
        """Write nothing before the value."""
        self.is_at_work = True

    def write_output_prompt(self) -> None:
        """Write no prompt."""

    def write_format_data(
        self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None
    ) -> None:
        """Send the value in all its forms."""
        self.shell.send(("result", _texts(format_dict), md_dict or {}, self.prompt_count))

    def finish_displayhook(self) -> None:
        """Write nothing after the value."""
        self.is_at_work = False


class Publisher(DisplayPublisher):
    """Sends what is displayed."""

    def publish(  # type: ignore[override]
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Send one output in all its forms."""
        kind = "update" if update else "display"
        display_id = (transient or {}).get("display_id")
        self.shell.send((kind, _texts(data), metadata or {}, display_id))

    def clear_output(self, wait: bool = False) -> None:
        """Request that the cell's outputs are cleared."""
        self.shell.send(("clear", wait))


class Stream(io.TextIOBase):
    """Standard output or error: each text written is an event."""

    encoding = "utf-8"

    def __init__(self, name: str, send: Send, descriptor: int) -> None:
        self.name, self._send, self._descriptor = name, send, descriptor

    def write(self, text: str) -> int:
        """Send a text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if text:
            self._send(("stream", self.name, text))
        return len(text)

    def writable(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the descriptor that subprocesses write to."""
        return self._descriptor


class Sender:
    """Sends events from any thread; texts written shortly after one another are sent together."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._descriptors = {"stdout": Descriptor(1), "stderr": Descriptor(2)}
        self._lock = threading.RLock()
        self._name, self._texts = "", list[str]()
        self._written = threading.Event()
        threading.Thread(target=self._flush_regularly, daemon=True).start()

    def __call__(self, event: tuple[Any, ...]) -> None:
        """Send an event, after all text written before it."""
        with self._lock:
            for name, descriptor in self._descriptors.items():  # subprocesses write past Python
                self._write(name, descriptor.unread())
            if event[0] == "stream":
                self._write(*event[1:])
            else:
                self._flush()
                self._connection.send(event)

    def _write(self, name: str, text: str) -> None:
        if text:
            if name != self._name:
                self._flush()
            self._name = name
            self._texts.append(text)
            self._written.set()

    def _flush(self) -> None:
        if self._texts:
            self._connection.send(("stream", self._name, "".join(self._texts)))
            self._texts.clear()
        self._written.clear()

    def _flush_regularly(self) -> None:
        while self._written.wait():
            time.sleep(PAUSE)
            with self._lock:
                self._flush()


class Descriptor:
    """A file in place of descriptor 1 or 2, for programs that do not write through Python."""

    def __init__(self, number: int) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._read = 0
        os.dup2(self._file.fileno(), number)

    def unread(self) -> str:
        """Return what was written since the last call."""
        size = os.fstat(self._file.fileno()).st_size
        if size == self._read:
            return ""
        text = os.pread(self._file.fileno(), size - self._read, self._read)
        self._read = size
        return text.decode("utf-8", "replace")


def _shell(connection: Connection, private: str) -> ZMQShell:
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.ipython_dir = private
    send = Sender(connection)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stdout = Stream("stdout", send, 1)
    sys.stderr = Stream("stderr", send, 2)
    sys.argv = ["ipykernel_launcher.py"]
    _add_working_folder()
    ZMQShell.clear_instance()
    shell = ZMQShell.instance(config=config, send=send)
    builtins.input = _no_input
    return shell


def _add_working_folder() -> None:
    """Give the path the form that it has in a kernel, with the working folder after the library.

    A fork inherits what its parent put before the standard library; a kernel has only the folders
    of PYTHONPATH there.
    """
    named = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    library = [index for index, path in enumerate(sys.path) if path.endswith(".zip")]
    rest = sys.path[library[0] :] if library else sys.path
    sys.path[:] = [*named, *(path for path in rest if path)]
    installed = [index for index, path in enumerate(sys.path) if path.endswith("-packages")]
    sys.path.insert(installed[0] if installed else 0, "")


def _no_input(prompt: object = "") -> NoReturn:
    raise StdinNotImplementedError(
        "raw_input was called, but this frontend does not support input requests."
    )


def _inline_figures(shell: ZMQShell) -> None:
    """Make pyplot draw into outputs, as in a kernel, if the parent has imported matplotlib."""
    if "matplotlib.pyplot" in sys.modules:
        from IPython.core.pylabtools import activate_matplotlib
        from matplotlib_inline.backend_inline import configure_inline_support

        activate_matplotlib(INLINE)
        configure_inline_support(shell, INLINE)
    elif matplotlib := sys.modules.get("matplotlib"):
        matplotlib.use(INLINE)


def _show_frames_as_in_a_notebook() -> None:
    """Undo what pandas set for a terminal when the parent imported it."""
    if pandas := sys.modules.get("pandas"):
        pandas.set_option("display.max_columns", 20)  # pandas/core/config_init.py


def _reseed() -> None:
    """Seed the global random generators: forked processes would otherwise draw the same numbers."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


def _texts(data: dict[str, Any]) -> dict[str, Any]:
    return {
        mime: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for mime, value in data.items()
    }
