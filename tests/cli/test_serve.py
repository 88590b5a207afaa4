"""The static server: types, headers, what it refuses."""

import http.client
import socket
import threading

import pytest

from pybrowserml.tools.failures import Failure
from pybrowserml.tools.serve import POLICY, make_server


@pytest.fixture
def fetch(tmp_path):
    """fetch(path) -> (status, headers, body) from a server of tmp_path."""
    server = make_server(tmp_path, port=0)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def get(path):
        connection = http.client.HTTPConnection(*server.server_address[:2], timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    yield get
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "name, kind",
    [
        ("model.js", "text/javascript"),
        ("index.html", "text/html; charset=utf-8"),
        ("try.css", "text/css"),
        ("model.json", "application/json"),
        ("model.safetensors", "application/octet-stream"),
        ("a.mjs", "text/javascript"),
        ("a.wasm", "application/wasm"),
    ],
)
def test_types_and_headers(fetch, tmp_path, name, kind):
    (tmp_path / name).write_bytes(b"content")
    status, headers, body = fetch(f"/{name}")
    assert (status, body) == (200, b"content")
    assert headers["Content-Type"] == kind
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_policy_is_the_promised_one():
    promised = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; style-src 'self'; "
        "img-src 'self' data: blob:"
    )
    assert POLICY.startswith(promised)
    assert "require-trusted-types-for 'script'" in POLICY


def test_folder_gives_its_index_and_lists_nothing(fetch, tmp_path):
    (tmp_path / "secret.txt").write_text("here")
    status, _, body = fetch("/")
    assert status == 404
    assert b"secret" not in body
    (tmp_path / "index.html").write_text("<p>hello")
    assert fetch("/")[2] == b"<p>hello"


@pytest.mark.parametrize("path", ["/../outside", "/%2e%2e/outside", "/..%2foutside"])
def test_nothing_outside_the_folder(fetch, tmp_path, path):
    outside = tmp_path.parent / "outside"
    outside.write_text("private")
    try:
        assert b"private" not in fetch(path)[2]
    finally:
        outside.unlink()


def test_only_this_machine_by_default(tmp_path):
    server = make_server(tmp_path, port=0)
    try:
        assert server.server_address[0] == "127.0.0.1"
        assert server.address == f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.server_close()


def test_port_in_use(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Failure, match=f"port {port}.*choose another --port"):
            make_server(tmp_path, port=port)


def test_no_such_folder_or_port(tmp_path):
    with pytest.raises(Failure, match="is not a folder"):
        make_server(tmp_path / "none")
    with pytest.raises(Failure, match="port 70000 does not exist"):
        make_server(tmp_path, port=70000)
