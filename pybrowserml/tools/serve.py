"""A static server for bundles and demo pages: right types, nothing cached, and a strict policy.

The policy is the strictest under which a bundle promises to work, so what runs here runs on a careful site.
"""

import functools
import http.server
from pathlib import Path

from .failures import Failure

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
TYPES = {
    ".bin": "application/octet-stream",
    ".cjs": "text/javascript",
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".safetensors": "application/octet-stream",
    ".svg": "image/svg+xml",
    ".ts": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
}


class _Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {"": "application/octet-stream", **TYPES}
    protocol_version = "HTTP/1.1"

    def __init__(self, *args, headers: dict[str, str], log, **kwargs):
        self.fixed = headers
        self.log = log
        super().__init__(*args, **kwargs)

    def end_headers(self):
        for name, value in self.fixed.items():
            self.send_header(name, value)
        super().end_headers()

    def list_directory(self, path):
        self.send_error(404, "no index.html here")
        return None

    def log_message(self, format, *args):
        if self.log is not None:
            self.log(format % args)


class Server(http.server.ThreadingHTTPServer):
    """Serves one folder at `address`, once `serve_forever()` is called."""

    daemon_threads = True

    def __init__(self, folder: Path, host: str, port: int, headers: dict[str, str], log=None):
        handler = functools.partial(_Handler, directory=str(folder), headers=headers, log=log)
        super().__init__((host, port), handler)

    @property
    def address(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}/"

    def handle_error(self, request, client_address):
        """A browser that closes a connection early is no news."""


def make_server(
    folder: Path, host: str = "127.0.0.1", port: int = 8000, headers: dict[str, str] | None = None, log=None
) -> Server:
    """A server for `folder`, not yet running.

    port: 0 picks a free one; headers: of every answer (default HEADERS); log: called per request.
    Raises Failure when the folder does not exist or the port cannot be had.
    """
    if not folder.is_dir():
        raise Failure(f"{folder} is not a folder; give the folder that `pybrowserml build` wrote")
    try:
        return Server(folder, host, port, HEADERS if headers is None else headers, log)
    except OverflowError:
        raise Failure(f"port {port} does not exist; choose one between 0 (any free one) and 65535") from None
    except OSError as problem:
        reason = problem.strerror or problem
        raise Failure(
            f"cannot listen on {host}, port {port} ({reason}); choose another --port (0 takes any free one)"
        ) from None
