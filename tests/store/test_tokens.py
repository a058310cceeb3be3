"""The tokens of a query are those that Oxigraph reads: what it parses can be put together again from them, and nothing hides from the guards."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.store.tokens import Token, blank_opaque, tokens_of

PREFIXES = {"ex": "http://e/", "": "http://d/", "صوت": "http://v/"}
STORE = ox.Store()


def parses(text: str) -> bool:
    """Whether Oxigraph reads a query; what it says of functions that it does not have comes later."""
    try:
        STORE.query(text, prefixes=PREFIXES, base_iri="http://b/")
    except SyntaxError:
        return False
    except (RuntimeError, ValueError):
        return True
    return True


def rewritten(text: str) -> str:
    """The query from its tokens alone: a space for comments and spaces, another IRI and string for each."""
    other = {"iri": "<http://x/>", "text": "'x'"}
    parts, place = [], 0
    for token in tokens_of(text):
        parts.append(" " * (place < token.start))
        parts.append(other.get(token.kind, text[token.start : token.end]))
        place = token.end
    return "".join(parts)


PIECES = [
    "?a", "$b", "?", "?a ", " <http://x/#'>", "<?b#>", "<(>", "<#>", "<'>", "<", "<=", ">", ">>", "<<", "<<(", ")>>", "<\\u0041>",
    "#", "#\r", "\n", "\r", " ", "(", ")", "[", "]", "{", "}", ".", ",", ";", "|", "||", "&&", "!", "^", "^^", "*", "+", "-", "/", "=",
    "'", '"', "'''", '"""', "'x'", '"x\\""', "'\\u0027'", "'\\uD800'", "\\z", "\\", '"""a"b""c"""', '"" "', "@en-gb", "@fr--ltr",
    "ex:a", "ex:", ":", ":a.b", "ex:a\\'b", "ex:a\\#", "ex:a%41", "ex:%zz", "ex:é", "صوت:اسم", "_:a.b", "_", "FILTERex:f", "HAVINGex:f",
    "1", "1.5", "1e5", "1.", ".5", "a", "aex:p", "true", "trueFILTER", "FILTER", "FILTER(", "FILTERSTR(", "BIND(", " AS ?c)", "NOT EXISTS{",
    "EXISTS{", "OPTIONAL{", "GRAPH ?g{", "SELECT", "SELECT ", "(1 AS ?d)", "WHERE", "VALUES", "VALUES?v{", "UNDEF", "COUNT(", "DISTINCT ",
    "GROUP BY ", "ORDER BY ", "DESC(", "HAVING(", "HAVING", "LIMIT 1", "IN(", "STR(", "IF(", "ex:f(", "<http://f/>(", "{|", "|}", "~",
    "?a<?b", "?a<<http://x/>", "?a<'>'", "\u1680", "\u00a0", "\x0b",
]  # fmt: skip
WHOLE = [
    "?s ?p ?o", "?s a ex:c;ex:p 1,'b'@en", "?s ex:p/^ex:q|(ex:r)* ?o", "FILTER(?a<?b#>\n)", "FILTER(?a<'>'&&?b>'<')", "FILTER ex:f(?a<?b#>\n)",
    "FILTER<http://f/>(?a<?b#>\n)", "FILTERex:f(?a<?b#>\n)", "?s ?p(1(true<http://x/#>)\"\"\"a\"\"\")", "?s<p#'>?o", "(truefalse<?b#>)?p ?o",
    "?s ?p trueFILTER(1<2#>\n)", "FILTER(EXISTS{?s<?b#>?o}<?b#>\n)", "FILTER(<<(?s<?b#>?o)>><?b#>\n)", "<<?s<?b#>?o>>?p ?o",
    "BIND(<?b#>AS?z)", "BIND(?a<<?b#>AS?z)", "VALUES(?x ?y){(<?b#>UNDEF)(true<?b#>)}", "VALUES?x{<?b#>true}", "{SELECT(?a<?b#>\n AS?z){}}",
    "{SELECT?q(COUNT(DISTINCT<?b#>)AS?z){}GROUP BY ex:f(?a<?b#>\n)?q HAVING(?a<?b#>\n)(?a<?b#>\n)}", "{SELECT*{}ORDER BY?a ex:f(?a<?b#>\n)<?b#>(?a<?b#>\n)LIMIT 1}",
    "{SELECT?b{}GROUP BY?b HAVINGex:f(1)(?b<?b#>\n)}", "FILTER(?a IN(<?b#>,?a<?b#>\n))", "?s ?p(\"\"\"a\" #\\z\"\"\"\n)", "[ex:p[]]ex:q()", "?s ?p ?o{|ex:a<?b#>|}",
    "?s aex:p", "?s ex:p?o", "?s ex:p*?o", "FILTER(?x-1<1)", "_:a.b ex:a\\'b ex:a\\#", "FILTER(ex:a<?b#>\n)", "FILTER(1<?b#>\n)", "FILTER(true<?b#>\n)",
    "FILTER('a'@en<?b#>\n)", "FILTER('a'^^<?b#><?b#>\n)", "FILTER((?a)<?b#>\n)", "FILTER(STR(?a)<?b#>\n)", "FILTER(!<?b#>)", "FILTER(?a*<?b#>)", "FILTER(COALESCE(?a<?b#>\n,1))",
    "SERVICE SILENT ex:s{}", "MINUS{}", "?s !(ex:p|^<?b#>)?o", "?s(<?b#>)?o", "?s(<?b#>/<?b#>)+?o",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
GROUPS = st.lists(st.one_of(*[st.sampled_from(WHOLE)] * 3, TEXTS), max_size=6)
QUERIES = st.builds(
    lambda head, parts, joint, tail: f"{head}{{{joint.join(parts)}}}{tail}",
    st.sampled_from(["ASK", "SELECT*", "SELECT(1 AS?one)(?a<?b#>\n AS?two)", "PREFIXs:<http://s/#'>SELECT?s", "BASE<http://x/#>ASK"]),
    GROUPS, st.sampled_from([" ", ".", " . ", "#'\n", "#<\r", "}{"]),
    st.one_of(st.sampled_from(["", "#", "LIMIT 1", "ORDER BY?a(?a<?b#>\n)", "VALUES?v{<?b#>}"]), TEXTS),
)  # fmt: skip


@pytest.mark.parametrize("pattern", WHOLE)
def test_each_construction_is_read_as_oxigraph_reads_it(pattern: str) -> None:
    text = f"SELECT*{{{pattern}}}"
    assert parses(text), text
    assert parses(rewritten(text)), rewritten(text)


@given(st.one_of(QUERIES, TEXTS))
@settings(max_examples=examples(3000), deadline=None)
@example("ASK{?s ?p '''\\uD800'''}#'''")
def test_what_oxigraph_parses_is_read_as_oxigraph_reads_it(text: str) -> None:
    tokens = tokens_of(text)
    gaps = [text[one.end : other.start] for one, other in zip((Token("", "", 0, 0), *tokens), tokens, strict=False)]  # fmt: skip
    assert "".join(gap + text[token.start : token.end] for gap, token in zip(gaps, tokens, strict=True)) == text  # fmt: skip
    assert len(blank_opaque(text)) == len(text)
    if parses(text):
        assert parses(rewritten(text)), rewritten(text)


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    "piece",
    ["a.", "a.a:", "<", "<a", '"', "'''", '"""a', "#", "\\u0041", "ex:\\'", ":", "?", "(", "<<", "a-", "ex:a.", "_:a.", "1e", "'\\"],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * (64_000 // len(piece) + 1))[:64_000]
    started = time.process_time()
    tokens_of(text)
    assert time.process_time() - started < 2  # about 0.2 s at the worst
