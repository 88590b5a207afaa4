"""A server on the loopback for a folder and for what its pages report by POST."""

import http.server
import json
import queue
import threading
import urllib.parse
from pathlib import Path

TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript"}


class Site:
    """Serves `folder`; a POST of JSON to /report/NAME goes into the queue of NAME."""

    def __init__(self, folder: Path, headers: dict[str, str] | None = None):
        self.folder = Path(folder).resolve()
        self.headers = {"Cache-Control": "no-store", **(headers or {})}
        self.reports: dict[str, queue.Queue] = {}
        site = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **TYPES}

            def __init__(self, *args):
                super().__init__(*args, directory=str(site.folder))

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                site.reports_of(self.path.removeprefix("/report/")).put(json.loads(body))
                self.send_response(204)
                self.end_headers()

            def end_headers(self):
                for name, value in site.headers.items():
                    self.send_header(name, value)
                super().end_headers()

            def log_message(self, format, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reports_of(self, name: str) -> queue.Queue:
        return self.reports.setdefault(urllib.parse.unquote(name), queue.Queue())

    def url(self, path: str, **query: str) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/{path}?{urllib.parse.urlencode(query)}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
