"""A hub on this machine: as much of the real one's HTTP interface as its own client needs to push and to fetch.

The paths and the fields are those that huggingface_hub 2.4 sends and reads (``hf_api``, ``_commit_api``, ``lfs``,
``file_download``); large files go by the LFS protocol, not by xet, which is a protocol of its own.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

TOKEN = "hf_here_may_write"
READER = "hf_here_may_read"
USER = "ann"


@dataclass
class Repository:
    """One dataset repository: commits are never changed, names point to them."""

    private: bool
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    large: set[str] = field(default_factory=set)

    def commit(self, name: str, files: dict[str, bytes]) -> str:
        """A new commit under this name."""
        said = [len(self.commits), *((path, hashlib.sha1(body).hexdigest()) for path, body in sorted(files.items()))]
        oid = hashlib.sha1(json.dumps(said).encode()).hexdigest()
        self.commits[oid] = files
        self.names[name] = oid
        return oid

    def oid(self, revision: str) -> str | None:
        """The commit of a branch, a pull request or an oid."""
        return self.names.get(revision) or (revision if revision in self.commits else None)


class HubHere:
    """The hub and all that happened to it."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.blobs: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []
        """Method and path of each request."""
        self.faults: list[tuple[str, int, str]] = []
        """Method and pattern of a path, as ``POST /api/repos``; the status and the message of the answer."""
        self.meddles: Callable[[str, bytes], bytes] = lambda path, body: body
        """What the hub makes of a file that it hands out."""
        self.address = self.storage = ""

    def repository(self, name: str, *, private: bool = True, files: dict[str, bytes] | None = None) -> Repository:
        """A new repository; like the real one it begins with a ``.gitattributes``."""
        made = self.repositories[name] = Repository(private)
        made.commit("main", {".gitattributes": b"*.parquet filter=lfs diff=lfs merge=lfs -text\n", **(files or {})})
        return made

    def files(self, name: str, revision: str) -> dict[str, bytes]:
        """What stands in a repository at a commit, a branch or a pull request."""
        repository = self.repositories[name]
        oid = repository.oid(revision)
        assert oid is not None
        return repository.commits[oid]


class Answer(Exception):
    """The end of a request."""

    def __init__(self, status: int, body: Any = None, **headers: str) -> None:
        self.status, self.body, self.headers = status, body, headers


def _refused(status: int, message: str, code: str = "") -> Answer:
    named = {"X-Error-Code": code} if code else {}
    return Answer(status, {"error": message}, **{"X-Error-Message": message, **named})


class _Handler(BaseHTTPRequestHandler):
    hub: HubHere
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body in one packet: the client would wait 40 ms for the second

    def log_message(self, format: str, *args: Any) -> None:
        """Not a word."""

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_POST = do_PUT = do_GET

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = self._chunks()
        told = urlsplit(self.path)
        self.hub.asked.append((self.command, unquote(told.path)))
        try:
            self._fail_if_told(unquote(told.path))
            self._route(told.path, parse_qs(told.query), body)
        except Answer as answer:
            self._send(answer)

    def _chunks(self) -> bytes:
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _fail_if_told(self, path: str) -> None:
        for pattern, status, message in self.hub.faults:
            if re.match(pattern, f"{self.command} {path}"):
                raise _refused(status, message)

    def _route(self, path: str, query: dict[str, list[str]], body: bytes) -> None:
        if path.startswith("/storage/"):
            self._storage(path.removeprefix("/storage/"), query, body)
        self._known()
        for pattern, method in ROUTES.items():
            if found := re.fullmatch(pattern, f"{self.command} {path}"):
                getattr(self, method)(*map(unquote, found.groups()), query=query, body=body)
        raise _refused(404, f"no such page: {self.command} {path}")

    def _known(self) -> None:
        if self.headers.get("Authorization") not in (f"Bearer {TOKEN}", f"Bearer {READER}"):
            raise _refused(401, "Invalid credentials in Authorization header")

    def _writer(self) -> None:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise _refused(403, "You don't have the required permissions to perform this action")

    def _repository(self, name: str, revision: str | None = None) -> tuple[Repository, str]:
        found = self.hub.repositories.get(name)
        if found is None:
            raise _refused(404, "Repository not found", "RepoNotFound")
        oid = found.oid(revision or "main")
        if oid is None:
            raise _refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return found, oid

    def create(self, *, query: Any, body: bytes) -> None:
        self._writer()
        told = json.loads(body)
        assert told["type"] == "dataset"
        name = f"{told['organization'] or USER}/{told['name']}"
        if name in self.hub.repositories:
            raise _refused(409, "You already created this dataset repo")
        self.hub.repository(name, private=told.get("visibility") == "private" or told.get("private", False))
        raise Answer(200, {"url": f"{self.hub.address}/datasets/{name}", "name": name})

    def validate(self, *, query: Any, body: bytes) -> None:
        head = json.loads(body)["content"]
        if not head.startswith("---\n"):
            raise Answer(200, {"errors": [], "warnings": [{"message": "empty or missing yaml metadata in repo card"}]})
        raise Answer(200, {"errors": [], "warnings": []})

    def info(self, name: str, revision: str | None = None, *, query: Any, body: bytes) -> None:
        found, oid = self._repository(name, revision)
        siblings = [{"rfilename": path} for path in sorted(found.commits[oid])]
        raise Answer(200, {"id": name, "sha": oid, "private": found.private, "siblings": siblings, "tags": []})

    def preupload(self, name: str, revision: str, *, query: Any, body: bytes) -> None:
        self._writer()
        found, oid = self._repository(name, revision)
        there = found.commits[oid]
        files = []
        for each in json.loads(body)["files"]:
            path = each["path"]
            large = path.endswith(".parquet") or each["size"] > 10_000_000
            files.append({"path": path, "uploadMode": "lfs" if large else "regular", "shouldIgnore": False,
                          "oid": _oid(there[path], large=large) if path in there else None})  # fmt: skip
        raise Answer(200, {"files": files})

    def batch(self, name: str, *, query: Any, body: bytes) -> None:
        self._writer()
        self._repository(name)
        objects = []
        for each in json.loads(body)["objects"]:
            told = {"oid": each["oid"], "size": each["size"]}
            if each["oid"] not in self.hub.blobs:
                told["actions"] = {"upload": {"href": f"{self.hub.storage}/storage/{each['oid']}", "header": {}}}
            objects.append(told)
        raise Answer(200, {"transfer": "basic", "objects": objects})

    def _storage(self, oid: str, query: dict[str, list[str]], body: bytes) -> None:
        """Where large files lie: elsewhere, as at the real hub, where nobody needs a token and none may arrive."""
        assert self.headers.get("Authorization") is None
        if self.command == "PUT":
            if hashlib.sha256(body).hexdigest() != oid:
                raise _refused(400, "the content is not what its name says")
            self.hub.blobs[oid] = body
            raise Answer(200, {})
        raise Answer(200, self.hub.meddles(query["path"][0], self.hub.blobs[oid]))

    def commit(self, name: str, revision: str, *, query: dict[str, list[str]], body: bytes) -> None:
        self._writer()
        found, oid = self._repository(name, revision)
        files = dict(found.commits[oid])
        for line in map(json.loads, body.splitlines()):
            told = line["value"]
            if line["key"] == "header" and told.get("parentCommit", oid) != oid:
                raise _refused(412, "The branch has moved since your parent commit")
            if line["key"] == "file":
                files[told["path"]] = base64.b64decode(told["content"])
            if line["key"] == "lfsFile":
                files[told["path"]] = self.hub.blobs[told["oid"]]
                found.large.add(told["path"])
            if line["key"] == "deletedFile":
                del files[told["path"]]
        number = sum(each.startswith("refs/pr/") for each in found.names) + 1
        asks = query.get("create_pr") == ["1"]
        made = found.commit(f"refs/pr/{number}" if asks else revision, files)
        page = f"{self.hub.address}/datasets/{name}"
        raise Answer(200, {"success": True, "commitOid": made, "commitUrl": f"{page}/commit/{made}",
                           "pullRequestUrl": f"{page}/discussions/{number}" if asks else None})  # fmt: skip

    def tree(self, name: str, revision: str, *, query: Any, body: bytes) -> None:
        found, oid = self._repository(name, revision)
        raise Answer(200, [_entry(path, content, path in found.large)
                           for path, content in sorted(found.commits[oid].items())])  # fmt: skip

    def resolve(self, name: str, revision: str, path: str, *, query: Any, body: bytes) -> None:
        found, oid = self._repository(name, revision)
        if path not in found.commits[oid]:
            raise _refused(404, "Entry not found", "EntryNotFound")
        content = found.commits[oid][path]
        if path in found.large:
            name = _oid(content, large=True)
            raise Answer(302, b"", **{
                "Location": f"{self.hub.storage}/storage/{name}?path={quote(path)}", "X-Repo-Commit": oid,
                "X-Linked-Etag": f'"{name}"', "X-Linked-Size": str(len(content)),
            })  # fmt: skip
        etag = f'"{_oid(content, large=False)}"'
        raise Answer(200, self.hub.meddles(path, content), **{"ETag": etag, "X-Repo-Commit": oid})

    def _send(self, answer: Answer) -> None:
        raw = isinstance(answer.body, bytes)
        body = answer.body if raw else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/octet-stream" if raw else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


_ID = "([^/]+/[^/]+)"
ROUTES = {
    r"POST /api/repos/create": "create",
    r"POST /api/validate-yaml": "validate",
    rf"GET /api/datasets/{_ID}": "info",
    rf"GET /api/datasets/{_ID}/revision/([^/]+)": "info",
    rf"POST /api/datasets/{_ID}/preupload/([^/]+)": "preupload",
    rf"POST /datasets/{_ID}\.git/info/lfs/objects/batch": "batch",
    rf"POST /api/datasets/{_ID}/commit/([^/]+)": "commit",
    rf"GET /api/datasets/{_ID}/tree/([^/]+)": "tree",
    rf"(?:GET|HEAD) /datasets/{_ID}/resolve/([^/]+)/(.+)": "resolve",
}


def _oid(content: bytes, *, large: bool) -> str:
    """As git names it; the hub names what LFS keeps by its SHA-256."""
    if large:
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _entry(path: str, content: bytes, large: bool) -> dict[str, Any]:
    told = {"type": "file", "path": path, "size": len(content), "oid": _oid(content, large=False)}
    kept = {"oid": _oid(content, large=True), "size": len(content), "pointerSize": 130}
    return {**told, "lfs": kept} if large else told


@contextmanager
def hub_here() -> Iterator[HubHere]:
    """A hub that listens on this machine as long as the block lasts."""
    hub = HubHere()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    hub.storage = f"http://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
