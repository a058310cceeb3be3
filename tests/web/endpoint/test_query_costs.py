"""What a query is likely to cost, and whose turn it is: look-ups go first, what nobody knows is tried in few workers, what is dear has half."""

from __future__ import annotations

import asyncio
import itertools
import time
from pathlib import Path

import pytest

from hrdgraph.web.endpoint.limits import Cost, QueryCosts
from hrdgraph.web.endpoint.pool import Charge, Full, Pool

HEADS = "PREFIX hrd: <https://w3id.org/hrdgraph/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { <http://x/a> ?p ?o }", "ASK { <http://x/a> ?p ?o }", "select ?s ?p where { ?s ?p <http://x/a> . } limit 10",
        HEADS + 'SELECT ?s { ?s skos:prefLabel "Igor Kalyapin"@en }', HEADS + "SELECT ?a (COUNT(*) AS ?n) { ?c hrd:award ?a } GROUP BY ?a",
        "DESCRIBE <http://x/a>", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5",
    ],
)  # fmt: skip
def test_a_look_up_is_cheap_before_it_was_ever_asked(text: str) -> None:
    assert QueryCosts().guess(text) is Cost.CHEAP


@pytest.mark.parametrize(
    "text",
    [
        CROSS, "SELECT * { ?a ?b ?c } ORDER BY ?c", "SELECT (COUNT(*) AS ?n) { ?a (!<x:x>)* ?b }", "SELECT * { { ?a ?b ?c } { ?d ?e ?f } }",
        "SELECT * { ?a ?b ?c ; ?d ?e }", "SELECT * { ?a ?b ?c, ?d }", "SELECT * { ?s ?p ?o FILTER(REGEX(?o, 'a*b')) }", "no SPARQL",
        f"SELECT * {{ <http://x/{'a' * 3000}> ?p ?o }}",
    ],
)  # fmt: skip
def test_what_could_be_dear_is_not_known(text: str) -> None:
    assert QueryCosts().guess(text) is Cost.UNKNOWN


def test_what_ran_tells_of_its_like() -> None:
    costs = QueryCosts()
    costs.learn(CROSS, 5.0)
    assert costs.guess(f"  {CROSS.replace(' . ', ' .  ')}") is Cost.DEAR
    joined = HEADS + "SELECT ?p {{ ?c hrd:award <http://x/{}> ; hrd:recipient ?p }} LIMIT {}"
    costs.learn(joined.format("a", 5), 0.01)
    assert costs.guess(joined.format("b", 7)) is Cost.CHEAP
    costs.learn(joined.format("c", 5), 9.0)  # once, by chance, or so that others wait
    assert costs.guess(joined.format("b", 7)) is Cost.CHEAP
    for _ in range(3):
        costs.learn(joined.format("c", 5), 9.0)
    assert costs.guess(joined.format("b", 7)) is Cost.DEAR
    for _ in range(3):
        costs.learn(joined.format("b", 5), 0.01)
    assert costs.guess(joined.format("b", 7)) is Cost.CHEAP


def test_no_text_takes_long_to_look_at() -> None:
    """A guess is made in the server itself: none may hold it up."""
    parts = ["SELECT ", "?a ", "{ ", "PREFIX a: ", "<b> ", "a:b ", " ", "#", "'", '"', "\\", "GROUP BY ", "?a", "LIMIT 1 ", "a:a/", "1.", "\n", "<"]  # fmt: skip
    costs, worst = QueryCosts(), 0.0
    pairs = itertools.product(parts, repeat=2)
    for unit in map("".join, itertools.islice(pairs, 0, None, 11)):
        for begin in (
            "",
            "SELECT * { ?s ?p ",
            "CONSTRUCT { ?a ",
            "SELECT * { ?s ?p ?o } GROUP BY ",
        ):
            began = time.process_time()
            costs.guess((begin + unit * 2000)[:1990] + "!")
            worst = max(worst, time.process_time() - began)
    assert worst < 0.2  # 2 ms on a quiet machine
    began = time.process_time()
    for text in ("#" * 65_000, "  #" * 20_000, '"' * 65_000):
        costs.learn(text, 1.0)
    assert time.process_time() - began < 0.5


def test_look_ups_have_workers_that_nothing_else_takes(built: Path) -> None:
    async def run() -> None:
        pool = Pool(Charge(built / "build" / "store", {}, 1 << 28), 3, 64)
        await pool.start()
        dear = await pool.acquire("a", 5, cost=Cost.DEAR)
        with pytest.raises(Full):  # of three, half for what is dear
            await pool.acquire("b", 0.05, cost=Cost.DEAR)
        await pool.acquire("c", 5, cost=Cost.UNKNOWN)
        with pytest.raises(Full):
            await pool.acquire("d", 0.05, cost=Cost.UNKNOWN)
        waiting = asyncio.ensure_future(pool.acquire("e", 5, cost=Cost.DEAR))
        await asyncio.sleep(0)
        first = await pool.acquire("e", 5)  # its look-up does not wait for its dear query
        second = await pool.acquire("f", 5)  # the last worker, for who has none busy
        with pytest.raises(Full):
            await pool.acquire("f", 0.05)
        pool.release("a", dear, whole=True)
        pool.release("e", first, whole=True)
        assert await waiting  # nobody waits for ever
        pool.release("f", second, whole=True)
        await pool.close()

    asyncio.run(run())
