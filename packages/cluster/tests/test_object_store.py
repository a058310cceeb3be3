"""A mapping into an object store and shapes over it, on Sail: what one machine gives on its disk.

It needs a server of S3 on this machine: the variable MOTO names the folder that
`pip install --target DIR 'moto[s3,server]'` leaves. Without it the test is skipped, and says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from hrdgraph_cluster.storage import StorageFolder
from spark import free_port, is_open
from test_mapping_job import MAPPING, TABLES, plan_at

import hrdgraph
from hrdgraph.cli.app import run

HOME = Path(os.environ.get("MOTO") or "/nowhere")
pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(
        not (HOME / "moto").is_dir(),
        reason="needs MOTO: the folder of `pip install --target DIR 'moto[s3,server]'`",
    ),
]
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
ex:Award a sh:NodeShape ; sh:targetClass ex:Award ;
    sh:property [ sh:path ex:of ; sh:minCount 1 ; sh:property [ sh:path ex:name ; sh:maxCount 1 ] ] .
"""


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a bucket in a store that this machine serves, named as the guide says."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": address,
        "AWS_ENDPOINT": address,
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    environment = os.environ | {"PYTHONPATH": str(HOME)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait_for(port, server)
            request = urllib.request.Request(f"{address}/graphs", method="PUT")
            assert urllib.request.urlopen(request).status == 200
            yield "s3://graphs"
        finally:
            server.kill()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if is_open(port):
            return
        assert server.poll() is None
        time.sleep(0.1)
    raise AssertionError


def test_it_is_as_on_a_disk(bucket: str, tmp_path: Path) -> None:
    pytest.importorskip(
        "pysail", reason="needs the extra sail: pip install 'hrdgraph-cluster[sail]'"
    )
    plan_at(tmp_path / "p", MAPPING, TABLES)
    (tmp_path / "shapes.ttl").write_text(SHAPES, "utf-8")
    here, there = str(tmp_path / "out"), f"{bucket}/one"
    for output in (here, there):
        assert run(["map", str(tmp_path / "p/mapping.yml"), "--on", "sail", "-o", output]) == 0
    told = [json.loads(StorageFolder.of(one).read("manifest.json")) for one in (here, there)]
    assert told[0]["statements"] == told[1]["statements"] > 0
    on_disk, in_store = (
        hrdgraph.validate(place, tmp_path / "shapes.ttl", on=on)
        for place, on in ((here, None), (there, "sail"))
    )
    assert len(on_disk) > 0
    assert in_store.findings == on_disk.findings
