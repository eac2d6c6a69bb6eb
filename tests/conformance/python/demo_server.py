"""Runs the demo server for the tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEFAULT = Path(__file__).parents[3] / "target/release/demo-server"


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """Starts the server on a free port and yields its base URL; `DEMO_SERVER` names another build."""
    program = os.environ.get("DEMO_SERVER", str(DEFAULT))
    server = subprocess.Popen([program, "--port", "0", *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line.startswith("listening on "), f"{program} is not ready: {line!r}"
        yield line.removeprefix("listening on ").strip()
    finally:
        server.kill()
        server.wait()
