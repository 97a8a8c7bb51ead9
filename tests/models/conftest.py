"""A real HTTP server on 127.0.0.1 with the faults of real ones, and small models to fetch."""

from __future__ import annotations

import hashlib
import io
import json
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from voice_coach.models import File, ModelEntry, download, fetch


class Site:
    """What the server holds and how it misbehaves; `reset` before each use."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.reset()

    def reset(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None, str | None]] = []  # name, Range, If-Range
        self.statuses: list[int] = []  # answers to give instead, one request each
        self.drops: list[int] = []  # body bytes after which to cut, one request each
        self.ignore_range = False
        self.ignore_if_range = False
        self.shift = 0  # bytes by which a range answer starts too late
        self.no_length = False
        self.validators = True
        self.weak = False
        self.kind: str | None = None  # the Content-Type
        self.page: bytes | None = None  # what a network sends in place of everything
        self.cut: int | None = None  # serve only this many bytes, as if they were all

    def serve(self, onnx: bytes, config: bytes = b'{"audio": 1}') -> None:
        """Hold the two files of the voice `v`."""
        self.files = {"v.onnx": onnx, "v.onnx.json": config}

    def fetch(self, entry: ModelEntry, folder: Path, **more: bool) -> Path:
        """Fetch from this server, by default without a bar."""
        more.setdefault("progress", False)
        return fetch(entry, folder, base_url=self.url, **more)

    def half_part(self, folder: Path, content: bytes, length: int | None = None) -> Path:
        """Leave what an interrupted fetch of v.onnx leaves; return the part."""
        part = folder / "v.fetching" / "v.onnx.part"
        part.parent.mkdir(parents=True)
        part.write_bytes(content[: len(content) // 2 if length is None else length])
        note = {"url": f"{self.url}/v.onnx", "validator": self.etag(content)}
        part.with_name("v.onnx.part.json").write_text(json.dumps(note))
        return part

    def etag(self, body: bytes) -> str:
        return ("W/" if self.weak else "") + f'"{hashlib.md5(body).hexdigest()}"'


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        site = self.site
        name = self.path.lstrip("/")
        asked, condition = self.headers["Range"], self.headers["If-Range"]
        site.asked.append((name, asked, condition))
        status = site.statuses.pop(0) if site.statuses else 200
        body = site.files.get(name)
        if site.page is not None:
            return self._send(200, site.page, {})
        if status != 200 or body is None:
            return self._send(404 if status == 200 else status, b"no", {})
        if site.cut is not None:
            body = body[: site.cut]
        headers = {"ETag": site.etag(body)} if site.validators else {}
        found = re.fullmatch(r"bytes=(\d+)-", asked or "")
        fits = condition is None or site.ignore_if_range or condition == site.etag(body)
        if found and fits and not site.ignore_range:
            start, size = int(found[1]), len(body)
            if start >= size:
                return self._send(416, b"", {"Content-Range": f"bytes */{size}"})
            start = min(start + site.shift, size - 1)
            headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
            return self._send(206, body[start:], headers)
        return self._send(200, body, headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        if self.site.kind is not None:
            self.send_header("Content-Type", self.site.kind)
        if not self.site.no_length:
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        if status in (200, 206) and self.site.drops:
            body = body[: self.site.drops.pop(0)]
        self.wfile.write(body)


@pytest.fixture(scope="session")
def server() -> Iterator[Site]:
    handler: Any = type("Handler", (_Handler,), {})
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.site = Site(f"http://127.0.0.1:{running.server_port}")
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield handler.site
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def site(server: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The server, empty and well-behaved; tries follow one another without a pause."""
    monkeypatch.setattr(download, "PAUSES", (0.0, 0.0, 0.0))
    server.reset()
    return server


def _file(name: str, content: bytes, known: str, unpack: bool = False) -> File:
    return File(
        name=name,
        url=f"https://example.org/{name}",
        size=len(content) if "size" in known else None,
        sha256=hashlib.sha256(content).hexdigest() if "sha256" in known else None,
        md5=hashlib.md5(content).hexdigest() if "md5" in known else None,
        unpack=unpack,
    )


@pytest.fixture(scope="session")
def voice() -> Callable[..., ModelEntry]:
    """Make the entry of a voice from its two files' content and what the manifest knows."""

    def make(onnx: bytes, config: bytes = b"{}", known: str = "size sha256 md5") -> ModelEntry:
        files = (_file("v.onnx", onnx, known), _file("v.onnx.json", config, known))
        return ModelEntry(
            name="v", kind="voice", language="en-us", licence="x", description="x", files=files
        )

    return make


@pytest.fixture(scope="session")
def hearing() -> Callable[..., ModelEntry]:
    """Make the entry of a hearing model from its zip."""

    def make(
        content: bytes,
        conf: dict[str, str] | None = None,
        known: str = "size sha256",
        name: str = "m",
    ) -> ModelEntry:
        return ModelEntry(
            name=name,
            kind="hearing",
            language="en-us",
            licence="x",
            description="x",
            files=(_file(f"{name}.zip", content, known, unpack=True),),
            conf=conf or {},
        )

    return make


@pytest.fixture(scope="session")
def zipped() -> Callable[[dict[str, bytes]], bytes]:
    """Make a zip from names and contents; a ZipInfo may stand for a name."""

    def make(content: dict[Any, bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in content.items():
                archive.writestr(name, body)
        return buffer.getvalue()

    return make


MODEL = {
    "model-1/am/final.mdl": bytes(range(256)) * 40,
    "model-1/conf/model.conf": b"--beam=10.0\n--endpoint.rule2.min-trailing-silence=0.5\n",
    "model-1/README": b"a model\n",
}


@pytest.fixture(scope="session")
def model_zip(zipped: Callable[[dict[str, bytes]], bytes]) -> bytes:
    """A zip laid out as vosk's are: everything inside one folder."""
    return zipped(MODEL)


def names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def listing() -> Callable[[Path], set[str]]:
    """Return the relative names of all files in a folder."""
    return names_in
