"""A withdrawal holds at once: for what is served, exported, released, written; and the check says
that nothing is left only where nothing is older than it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click
import httpx
import pytest
from starlette.responses import PlainTextResponse
from tests.pipeline.canaries import read_outputs
from tests.small_projects import KHAWAJA, MARIA, create_small_project, rename_people

import hrdgraph
from hrdgraph.cli import completion
from hrdgraph.cli.app import run
from hrdgraph.errors import HrdgraphError
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.privacy.readable_build import read_recorded
from hrdgraph.project import open_project
from hrdgraph.web.middleware import WithdrawalGate

ADA: Final = "https://example.org/id/person/Ada_Example"
OLD: Final = "https://example.org/id/person/example/Ada_Example"  # what her source calls her
QUICK: Final = BuildOptions(validate=False)
Said = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project that is built. Never change it."""
    folder = tmp_path_factory.mktemp("holds") / "small"
    create_small_project(folder, "Small")
    rename_people(folder)
    build(open_project(folder), QUICK)
    return folder


@pytest.fixture
def small(known: Path, tmp_path: Path) -> Path:
    """A copy of it, to spoil."""
    return shutil.copytree(known, tmp_path / "small")


@pytest.fixture
def said(small: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a command in that copy; exit code and output."""

    def call(name: str, *arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        place = [str(small)] if name in ("site", "serve") else ["-p", str(small)]
        code = run([name, *arguments, *place])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return call


def tells(text: str) -> bool:
    """Whether a text has a name or an IRI of her."""
    return any(
        word in text for word in ("Ada_Example", "María", "Ñáñez", "Mar\\u00eda", "Mar%C3%ADa")
    )


def withdraw(small: Path, said: Said) -> None:
    assert said("withdraw", ADA, "--reason", "asked for")[0] == 0
    with (small / "data" / "sources" / "example" / "mapping.ttl").open(
        "a", encoding="utf-8"
    ) as file:
        file.write(
            "this is no Turtle"
        )  # the build that would take her out fails for another reason
    with pytest.raises(HrdgraphError):
        build(open_project(small), QUICK)


def mend(small: Path) -> None:
    path = small / "data" / "sources" / "example" / "mapping.ttl"
    path.write_text(path.read_text("utf-8").removesuffix("this is no Turtle"), encoding="utf-8")
    build(open_project(small), QUICK)


OUTPUTS: Final[dict[str, tuple[str, ...]]] = {
    "export": ("-f", "nq", "-o", "{}/out.nq"),
    "site": ("--output", "{}/site"),
    "release": ("--output", "{}/releases"),
    "serve": ("--port", "0"),
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", OUTPUTS)
def test_an_older_build_is_refused_whatever_else_is_said(
    name: str, small: Path, said: Said, tmp_path: Path
) -> None:
    withdraw(small, said)
    arguments = [part.format(tmp_path / "out") for part in OUTPUTS[name]]
    code, out = said(name, *arguments, "--anyway")
    assert code == 1, out
    assert "withdrawn since the last build" in out
    assert not tells(out)
    assert not (tmp_path / "out").exists()


ASK: Final = "SELECT ?o { ?s ?p ?o FILTER(isLiteral(?o)) }"
READERS: Final[dict[str, tuple[str, ...]]] = {
    "query": ("{}/ask.rq", "-f", "csv"),
    "explain": (MARIA,),
    "stats": (),
    "analyse": ("--json",),
    "path": ("--path", MARIA, "Award of the hrdgraph example"),
    "validate": ("--severity", "info"),
    "validated file": ("{}/build/graph.nq",),
    "reconcile": ("--min-score", "0"),
    "review": ("--who", "me"),
}
COMMANDS: Final = {
    "stats": ("graphs", "stats"),
    "analyse": ("graphs", "analyse"),
    "path": ("graphs", "analyse"),
    "validated file": ("validate",),
    "reconcile": ("names", "reconcile"),
    "review": ("names", "review"),
}


def test_no_command_reads_an_older_build(small: Path, said: Said) -> None:
    (small / "ask.rq").write_text(ASK, encoding="utf-8")
    calls = {
        name: (*COMMANDS.get(name, (name,)), *(part.format(small) for part in arguments))
        for name, arguments in READERS.items()
    }
    before = {name: said(*call)[0] for name, call in calls.items()}
    assert set(before.values()) <= {0, 3}, before
    assert said("withdraw", ADA, "--reason", "asked for")[0] == 0
    for name, call in calls.items():
        code, out = said(*call)
        assert (code, "withdrawn" in out, tells(out)) == (1, True, False), (name, out)
    build(open_project(small), QUICK)
    after = {name: said(*call)[1] for name, call in calls.items()}
    assert not [name for name, out in after.items() if "withdrawn since" in out]


@pytest.mark.heavy
def test_no_older_graph_is_compared(small: Path, said: Said, tmp_path: Path) -> None:
    assert said("release", "one", "--date", "2026-01-01", "--anyway")[0] == 0
    shutil.copytree(small / "releases" / "one", tmp_path / "copy")
    withdraw(small, said)
    old, patch = str(small / "releases" / "one"), str(tmp_path / "p.rdfp")
    for place in (small, small / "build", small / "build" / "graph.nq"):
        assert run(["graphs", "diff", str(tmp_path / "copy"), str(place)]) == 1
    mend(small)
    assert run(["graphs", "diff", old, str(small), "--patch", patch]) == 1
    assert run(["graphs", "diff", f"{old}/graph.nq", str(small), "--patch", patch]) == 1
    assert run(["graphs", "patch", old, patch]) == 1
    assert not Path(patch).exists()
    assert said("release", "two", "--date", "2026-01-02", "--clear-removals", "--anyway")[0] == 1
    assert said("release", "two", "--date", "2026-01-02", "--anyway")[0] == 0
    changes = (small / "releases" / "two" / "changes.rdfp").read_text("utf-8")
    assert not tells(changes)
    # what lies outside of the project is anybody's copy
    assert run(["graphs", "diff", str(tmp_path / "copy"), str(small)]) == 0


def test_an_opened_graph_heeds_a_withdrawal_at_once(small: Path, said: Said) -> None:
    graph = hrdgraph.open(small)
    explained, asked = graph.explain(MARIA), graph.query(ASK)
    assert explained
    assert MARIA in asked.column("o")
    assert said("withdraw", ADA, "--reason", "asked for")[0] == 0
    readings: list[Callable[[], object]] = [
        lambda: graph.columns, lambda: graph.store, lambda: graph.reader, lambda: graph.query(ASK),
        lambda: graph.explain(MARIA), lambda: graph.entity(ADA), graph.stats, graph.measures,
        graph.statements, graph.to_rdflib, graph.to_networkx, lambda: hrdgraph.open(small),
        lambda: hrdgraph.validate(graph), lambda: hrdgraph.validate(small / "build" / "graph.ttl"),
        lambda: hrdgraph.export(project=graph, even_with_violations=True),
        lambda: hrdgraph.reconcile(project=small), lambda: hrdgraph.diff(small, small),
    ]  # fmt: skip
    for number, reading in enumerate(readings):
        with pytest.raises(HrdgraphError) as caught:
            reading()
        assert "withdraw" in str(caught.value.code), number
    assert hrdgraph.withdraw(KHAWAJA, reason="too", project=small)  # found by name all the same
    build(open_project(small), QUICK)
    assert MARIA not in hrdgraph.open(small).query(ASK).column("o")


def test_nothing_is_offered_of_an_older_build(small: Path, said: Said) -> None:
    context = click.Context(click.Command("explain"))
    context.params = {"root": small}
    assert completion.things(context, click.Argument(["what"]), "person/")
    assert said("withdraw", ADA, "--reason", "asked for")[0] == 0
    assert completion.things(context, click.Argument(["what"]), "person/") == []


@pytest.mark.heavy
def test_the_check_knows_what_was_asked_and_drawn(small: Path, said: Said, tmp_path: Path) -> None:
    (small / "ask.rq").write_text(ASK, encoding="utf-8")
    table, net = tmp_path / "table.csv", tmp_path / "net.graphml"
    assert said("query", str(small / "ask.rq"), "-f", "csv", "-o", str(table))[0] == 0
    assert said("export", "-f", "graphml", "-o", str(net), "--anyway")[0] == 0
    assert said("withdraw", ADA, "--reason", "asked for")[0] == 0
    build(open_project(small), QUICK)
    assert set(older(said)) == {"table.csv", "net.graphml"}


@pytest.mark.heavy
def test_after_the_next_build_all_is_as_before(small: Path, said: Said, tmp_path: Path) -> None:
    withdraw(small, said)
    mend(small)
    assert said("export", "-f", "nq", "-o", str(tmp_path / "out.nq"), "--anyway")[0] == 0
    assert not tells((tmp_path / "out.nq").read_text("utf-8"))


@pytest.mark.heavy
def test_the_check_never_says_that_nothing_is_left_while_a_build_is_older(
    small: Path, said: Said
) -> None:
    withdraw(small, said)
    assert said("withdraw", "--check")[0] != 0
    mend_tables = small / "data" / "sources" / "example"
    for name in ("people.csv", "conferrals.csv"):  # no source says any more what to look for
        table = mend_tables / name
        lines = table.read_text("utf-8").splitlines(keepends=True)
        table.write_text("".join(line for line in lines if "Ada" not in line), encoding="utf-8")
    path = mend_tables / "mapping.ttl"
    path.write_text(path.read_text("utf-8").removesuffix("this is no Turtle"), encoding="utf-8")
    (small / "data" / "known_findings.csv").write_text(
        f"rule,focus,why\nwithdrawal-of-nothing,{OLD},her rows are gone\n", encoding="utf-8"
    )
    code, out = said("withdraw", "--check")
    assert (code, "older:" in out, "is no longer in" in out) == (3, True, False), out
    build(open_project(small), QUICK)
    assert said("withdraw", "--check")[0] == 0


def older(said: Said) -> list[str]:
    code, out = said("withdraw", "--check", "--json")
    found: list[str] = json.loads(out)["older"]
    assert code == (3 if found else 0), out
    return [Path(path).name for path in found]


@pytest.mark.heavy
def test_the_check_looks_at_what_was_written_elsewhere_and_at_what_is_served(
    small: Path, said: Said, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere" / "graph.nq"
    elsewhere.parent.mkdir()
    assert said("export", "-f", "nq", "-o", str(elsewhere), "--anyway")[0] == 0
    assert said("release", "one", "--date", "2026-01-01", "--anyway")[0] == 0
    served = small / ".serve-abc" / "digest"  # a disk without locks: it is not swept away
    served.mkdir(parents=True)
    (served / "manifest.json").write_bytes((small / "build" / "manifest.json").read_bytes())
    assert said("withdraw", ADA, "--reason", "asked for")[0] == 0
    assert set(older(said)) == {"build", "graph.nq", "one", "digest"}
    build(open_project(small), QUICK)
    assert set(older(said)) == {"graph.nq", "one", "digest"}
    assert said("export", "-f", "nq", "-o", str(elsewhere), "--anyway")[0] == 0
    (served / "manifest.json").write_bytes((small / "build" / "manifest.json").read_bytes())
    assert older(said) == ["one"]


def test_what_a_killed_server_left_is_removed_by_the_next_command(small: Path, said: Said) -> None:
    left = small / ".serve-killed.passing"
    (left / "digest").mkdir(parents=True)
    (left / "digest" / "graph.nq").write_text("Ada", encoding="utf-8")
    os.utime(left, (time.time() - 60,) * 2)
    assert said("query", "--list")[0] == 0
    assert not left.exists()


def test_a_tombstone_carries_no_name(small: Path, said: Said) -> None:
    assert said("withdraw", ADA, "--reason", "asked for")[0] == 0
    build(open_project(small), QUICK)
    assert not [name for name, data in read_outputs(small / "build") if b"Ada_Example" in data]
    graph = (small / "build" / "graph.nq").read_text("utf-8")
    stones = re.findall(r"<(\S+)> <\S+#type> <\S+#Withdrawn>", graph)
    assert stones == [f"https://example.org/id/withdrawn/{row}" for row in (2, 3)]  # both names


def test_what_was_down_is_recorded_where_nobody_sees_it(small: Path, said: Said) -> None:
    assert said("withdraw", ADA, "--reason", "asked for")[0] == 0
    assert read_recorded(small / "build") == frozenset()
    build(open_project(small), QUICK)
    assert read_recorded(small / "build") == {ADA, OLD}
    assert not tells((small / "build" / "manifest.json").read_text("utf-8"))


class Visitor:
    """Asks a gate before an application that says a name, whatever it is asked."""

    def __init__(self, small: Path, known: frozenset[str] = frozenset()) -> None:
        async def shown(scope: Any, receive: Any, send: Any) -> None:
            await PlainTextResponse(MARIA)(scope, receive, send)

        self._app = WithdrawalGate(shown, open_project(small), lambda: known)

    def get(self, path: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as one:
                return await one.get(path)

        return asyncio.run(ask())


PATHS: Final = {
    "/en/id/person/Ada_Example": 410, "/en/id/person/example/Ada_Example": 410, "/data/person/example/Ada_Example.ttl": 410,
    "/id/person/example/Ada%5FExample": 410, "/prefix/fr/id/person/example/Ada_Example/": 410,
    "/sparql?query=ASK%7B%7D": 503, "/": 503, "/downloads/graph.nq": 503,
    "/en/id/person/Berta_Example": 503,
}  # fmt: skip


def test_the_server_heeds_a_withdrawal_before_each_answer(small: Path, said: Said) -> None:
    visitor = Visitor(small)
    assert {visitor.get(path).text for path in PATHS} == {MARIA}
    assert said("withdraw", ADA, "--reason", "asked for")[0] == 0
    answers = {path: visitor.get(path) for path in PATHS}
    assert {path: answer.status_code for path, answer in answers.items()} == PATHS
    assert not [path for path, answer in answers.items() if tells(answer.text)]
    later = Visitor(small, frozenset((ADA, OLD)))  # a build without her is served
    assert {later.get(path).status_code for path in PATHS} == {200}
    assert said("withdraw", ADA, "--undo", "--reason", "back")[0] == 0
    assert {visitor.get(path).text for path in PATHS} == {MARIA}


@pytest.mark.sampled(1)
@pytest.mark.parametrize("harm", ["gone", "damaged", "judgements"])
def test_a_list_that_cannot_be_read_lets_nothing_through(
    harm: str, small: Path, said: Said
) -> None:
    assert said("withdraw", ADA, "--reason", "asked for")[0] == 0
    visitor = Visitor(small, frozenset((ADA, OLD)))
    assert visitor.get("/").status_code == 200
    listed = small / "data" / "withdrawn.csv"
    if harm == "gone":
        listed.unlink()
    elif harm == "damaged":
        listed.write_text(
            listed.read_text("utf-8").replace("withdraw,", "withdrew,"), encoding="utf-8"
        )
    else:
        (small / "data" / "judgements.csv").write_text("left,right\nx\n", encoding="utf-8")
    assert visitor.get("/").status_code == 503


def test_what_is_under_way_is_broken_off(small: Path, said: Said) -> None:
    """An answer of which a part is sent already, and one that begins after another build is served:
    both are of the old one."""
    known, sent = [frozenset[str]()], list[list[str]]()

    async def slow(scope: Any, _: Any, send: Any) -> None:
        steps: list[dict[str, Any]] = [
            {"type": "http.response.start", "status": 200, "headers": []},
            {"type": "http.response.body", "body": b"some", "more_body": True},
            {"type": "http.response.body", "body": b"Ada", "more_body": False},
        ]
        for number, step in enumerate(steps):
            if number == int(scope["path"][1:]):
                assert said("withdraw", ADA, "--reason", "asked for")[0] == 0
                known[0] = frozenset((ADA,))
            await send(step)

    async def ask(path: str) -> list[str]:
        got: list[str] = []

        async def send(message: Any) -> None:
            got.append(str(message.get("status", message.get("body", b"").decode()[:4])))

        async def receive() -> dict[str, str]:
            return {"type": "http.request"}

        scope = {"type": "http", "path": path, "method": "GET", "headers": [], "query_string": b""}
        gate = WithdrawalGate(slow, open_project(small), lambda: known[0])
        await gate(scope, receive, send)
        return got

    sent.append(asyncio.run(ask("/2")))
    (small / "data" / "withdrawn.csv").unlink()
    shutil.rmtree(small / "data" / "private")
    known[0] = frozenset()
    sent.append(asyncio.run(ask("/0")))
    assert sent[0] == ["200", "some"]  # without its end, which nobody takes for whole
    assert sent[1][0] == "503"


def test_who_is_withdrawn_while_it_is_built_is_known_to_be_in_it(small: Path, said: Said) -> None:
    def progress(stage: str) -> None:
        if stage == "writing":
            assert said("withdraw", ADA, "--reason", "asked for")[0] == 0

    build(open_project(small), QUICK, progress)
    assert read_recorded(small / "build") == frozenset()
    assert said("export", "-f", "nq", "--anyway")[0] == 1


def test_many_at_once_are_all_refused(small: Path, said: Said) -> None:
    """The list is read while others wait: none of these may pass by."""
    assert said("withdraw", ADA, "--reason", "asked for")[0] == 0
    passed: list[int] = []

    async def shown(*_: Any) -> None:
        passed.append(1)

    gate, sent = WithdrawalGate(shown, open_project(small), frozenset), list[int]()

    async def send(message: Any) -> None:
        sent.extend([message["status"]] if "status" in message else [])

    async def receive() -> dict[str, str]:
        return {"type": "http.request"}

    async def ask() -> None:
        scope = {
            "type": "http",
            "path": "/sparql",
            "method": "GET",
            "headers": [],
            "query_string": b"",
        }
        await asyncio.gather(*(gate(dict(scope), receive, send) for _ in range(20)))

    asyncio.run(ask())
    assert (passed, sent) == ([], [503] * 20)
