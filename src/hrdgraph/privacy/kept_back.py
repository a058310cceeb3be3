"""Find all that names people whom a private row keeps back: in their source at once, in other
sources as far as somebody has answered.

A row that is not public keeps back the people in it, not only what the row says. Whoever bears the
name of one of them in the same source, in any order of words, case and accents, is taken for her,
and so is whoever a judgement joins to her. Another source may mean somebody else: what it said in
the last build stays, what is new waits for an answer in `data/private/namesakes.csv`, to which a
build adds the questions.

A longer name that holds hers ("Soledad Ferreyra Quiroga") is taken for hers as well, for second
family names are often left out; and so is in the same source a shorter one, of half its words and
two at least, or what stands before a comma, a bracket or an alias. A longer one is somebody else
only where both died, on days that no slip of the pen explains, and either where `apart` names it.
What can be done to one person twice (a threat, an arrest) proves nothing, whatever its dates and
places."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import combinations, permutations
from typing import Final
from urllib.parse import unquote

import polars as pl

from hrdgraph.atomic_files import write_file, writing_to
from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.evidence.dates import bounds
from hrdgraph.fact_kinds.cell_values import codes_of
from hrdgraph.fact_kinds.confidentiality import SCHEME
from hrdgraph.findings.model import Finding, Severity, find_in_rows
from hrdgraph.identity.ledger import Ledger, Verdict
from hrdgraph.identity.names.words import fold_names, is_unspaced, sort_words
from hrdgraph.ledger_files import ledger_text, read_ledger_rows
from hrdgraph.paths import project_path
from hrdgraph.privacy.levels import Level, Policy, Question
from hrdgraph.privacy.node_kinds import GROUPS, NAMES, PERSONS, mark_instances
from hrdgraph.privacy.readable_build import read_built_graph
from hrdgraph.privacy.withdrawals import close_folder
from hrdgraph.privacy.withdrawn_names import GLUED, pair_scripts
from hrdgraph.project import Project
from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.rdf.marks import Columns, find
from hrdgraph.vocab import HRD, RDF

_WORDS: Final = 4  # of a name: of longer ones not every order is looked for
_TYPE_OR_LANGUAGE: Final = r'"(?:@[\w-]+|\^\^<[^>]*>)$'
_ADDED: Final = re.compile(r"(?:\s*[\[(]|,?\s(?:alias|dite?)\s).*", re.DOTALL)  # to a name
_TELLING: Final = 4  # letters: a shorter word alone stands for nobody within a text
_GIVEN: Final = {"text": pl.String, "home": pl.UInt32}
_MONTH, _YEAR = (
    31,
    366,
)  # days that two deaths are apart, in places without a common word, and in any


Others = Mapping[str, Collection[str]]  # the longer names of other people, by the name in them


@dataclass(frozen=True, eq=False)
class KeptBack:
    """Marks on quads and on nodes that are kept back, the names that were looked for, the
    questions that nobody has answered, and, by source, the names that hold one of these and are
    somebody else's."""

    quads: pl.Series
    nodes: pl.Series
    names: NamePatterns
    questions: tuple[Question, ...] = ()
    others: Mapping[str, Others] = field(default_factory=dict)


class NamePatterns:
    """Names that are found in texts in any case, accents, order of words and spacing. `apart` are
    shorter names of other people."""

    def __init__(self, names: Iterable[str] = (), apart: Iterable[str] = ()) -> None:
        self.names = sorted(set(names))
        folded = fold_names(pl.Series(self.names, dtype=pl.String))
        rows = [
            (pattern, number)
            for number, words in enumerate(folded.str.split(" ").to_list())
            for pattern in _list_spellings([word for word in words if word])
        ]
        schema = {"pattern": pl.String, "name": pl.UInt32}
        self._rows = pl.DataFrame(rows, schema=schema, orient="row").unique(maintain_order=True)
        self._patterns = self._rows["pattern"].unique(maintain_order=True)
        cut = [
            (number, text, text != name)
            for number, name in enumerate(self.names)
            for text in {name, _ADDED.sub("", name), name.partition(",")[0]}
        ]
        split = sort_words(pl.Series([text for _, text, _ in cut], dtype=pl.String)).str.split(" ")
        shorter = [
            (" ".join(some), number)
            for (number, _, is_cut), words in zip(cut, split.to_list(), strict=True)
            for size in range(max(2, (len(words) + 1) // 2, len(words) - 2), len(words) + is_cut)
            for some in combinations(words, size)
        ]
        schema = {"words": pl.String, "name": pl.UInt32}
        apart_names = sort_words(pl.Series([*apart], dtype=pl.String))
        short_names = pl.DataFrame(shorter, schema=schema, orient="row").unique()
        self._shorter = short_names.filter(~short_names["words"].is_in(apart_names.implode()))

    def is_in(self, texts: pl.Series) -> pl.Series:
        """Mark the texts that hold a name."""
        if not len(self._patterns):
            return texts.is_null()
        spaced, glued = _in_both_spacings(texts)
        patterns = self._patterns.to_list()
        return spaced.str.contains_any(patterns) | glued.str.contains_any(patterns)

    def is_beside(self, texts: pl.Series, longer_names: Iterable[str]) -> pl.Series:
        """Mark the texts that hold a name outside these longer ones."""
        longer = [f" {name} " for name in fold_names(pl.Series([*longer_names], dtype=pl.String))]
        rest = (" " + fold_names(texts) + " ").str.replace_many(longer, [" - "] * len(longer))
        return self.is_in(rest)

    def find(self, texts: pl.Series) -> pl.DataFrame:
        """List the names that texts hold: `text` and `name` (their positions), and whether the
        name is the whole text (`is_whole`) or one word (`is_word`) of it, or the text a part of
        the name (`is_short`)."""
        there = self.is_in(texts).arg_true()
        spaced, glued = _in_both_spacings(texts.gather(there))
        short = self._find_short(texts)
        if not len(there):
            return short
        patterns = self._patterns.to_list()
        hits = [
            pl.DataFrame(
                [there.cast(pl.UInt32).alias("text"), spaced.alias("spaced"),
                 each.str.extract_many(patterns, overlapping=True).alias("pattern")]
            ).explode("pattern").drop_nulls("pattern")
            for each in (spaced, glued)
        ]  # fmt: skip
        whole = pl.col("spaced").str.strip_chars() == pl.col("pattern").str.strip_chars()
        held = (
            pl.concat(hits)
            .join(self._rows, on="pattern")
            .with_columns(is_whole=whole, is_word=pl.col("pattern").str.count_matches(" ") == 2)
            .group_by("text", "name")
            .agg(pl.col("is_whole").any(), pl.col("is_word").all())
            .with_columns(is_short=False)
        )
        rest = short.join(held, on=["text", "name"], how="anti")
        return pl.concat([held, rest.select(held.columns)]).sort("text", "name")

    def _find_short(self, texts: pl.Series) -> pl.DataFrame:
        """List the texts that are part of a name."""
        plain = texts.str.replace(_TYPE_OR_LANGUAGE, "")
        words = pl.DataFrame({"words": sort_words(plain)}).with_row_index("text")
        hits = words.join(self._shorter, on="words").select("text", "name").sort("text", "name")
        return hits.with_columns(is_whole=True, is_word=False, is_short=True)


def _list_spellings(words: list[str]) -> Iterable[str]:
    """Yield the patterns of a name in folded words; a space stands where a word must end."""
    if not words:
        return
    if len(words) == 1 and is_unspaced(words[0]):
        if len(words[0]) > 1:
            yield words[0]
        return
    turns = [[*words[place:], *words[:place]] for place in range(len(words))]
    for order in permutations(words) if len(words) <= _WORDS else turns:
        yield f" {' '.join(order)} "
        if len(words) > 1 and sum(map(len, words)) >= GLUED:
            yield "".join(order)


def _in_both_spacings(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    folded = fold_names(texts)
    return " " + folded + " ", folded.str.replace_all(" ", "", literal=True)


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What is known of a graph in which each thing has one name, and of its columns in the names
    of the sources (`own`): the thing that each name stands for (`place`), the first of the graphs
    of each source (`rooms`), marks on what public sources say (`told`), and on the nodes that
    are claims, or that say themselves that they are hidden.
    """

    graph: ColumnGraph
    columns: Columns
    own: Columns
    place: pl.Series
    rooms: pl.Series
    told: pl.Series
    is_claim: pl.Series
    hidden: pl.Series


def find_kept_back(around: Surroundings, policy: Policy) -> KeptBack | None:
    """Mark what names somebody who is kept back; None where nobody is."""
    if not (policy.kept_rows or around.hidden.any()):
        return None
    return _Search(around, policy).run()


class _Search:
    """The search for everything that names people who are kept back. Rows of its tables: the
    `node` of a thing, the number of a `name`, the `home` that keeps it back and the `room` that
    speaks of it, which are the first graphs of their sources."""

    def __init__(self, around: Surroundings, policy: Policy) -> None:
        self._around, self._policy = around, policy
        graph, columns = around.graph, around.columns
        self._graph, self._columns = graph, columns
        self._persons = mark_instances(graph, columns, PERSONS)
        self._agents = self._persons | mark_instances(graph, columns, GROUPS)
        quads = [
            pl.int_range(len(columns.s), dtype=pl.UInt32, eager=True).alias("quad"),
            columns.s.alias("s"),
            columns.o.alias("o"),
            around.rooms.gather(columns.g).alias("room"),
        ]
        self._quads = pl.DataFrame(quads)
        self._labels = self._quads.filter(columns.having("p", find(graph, NAMES)))
        # somebody has said of these that they are several people
        self._apart = sort_words(pl.Series(sorted(policy.apart), dtype=pl.String)).to_list()
        self._given = pl.concat([pl.DataFrame(schema=_GIVEN), *self._list_given_names()])

    def _list_given_names(self) -> Iterator[pl.DataFrame]:
        """Yield the names (`text`) that rows give to people, even those left out of the graph."""
        for rows, home in self._list_kept_rows():
            yield pl.DataFrame({"text": names_of_people(rows)}).with_columns(home=home)

    def _list_kept_rows(self) -> Iterator[tuple[ColumnGraph, pl.Expr]]:
        """Yield what rows say that are not shown, with their source."""
        for rows in self._policy.kept_rows:
            home = self._graph.position(rows.graph)
            if rows.level > self._policy.shown and home is not None:
                yield rows.said, pl.lit(self._around.rooms[home], pl.UInt32)

    def _find_starts(self) -> pl.DataFrame:
        """List the people (`node`) whom rows or their visibility keep back, by source (`home`)."""
        around, graph, columns = self._around, self._graph, self._columns
        frames = [pl.DataFrame(schema={"node": pl.UInt32, "home": pl.UInt32})]
        foundings = mark_instances(graph, columns, (HRD.Founding,))
        for rows, home in self._list_kept_rows():
            described, mentioned = self._mark_ends(rows, "s"), self._mark_ends(rows, "o")
            # a row that claims something is about people; an organisation may stand in many
            is_claim = (described & around.is_claim & ~foundings).any()
            groups = self._mark_ends(rows, "o", f"<{HRD.victim.value}>")
            groups = groups if is_claim else groups | described
            people = ((described | mentioned) & self._persons) | (groups & self._agents)
            nodes = people.arg_true().cast(pl.UInt32)
            frames.append(pl.DataFrame({"node": nodes}).with_columns(home=home))
        marking = columns.having("p", find(graph, (HRD.visibility,)))
        marking = marking & columns.having("s", around.hidden & self._agents)
        itself = self._quads.filter(marking)
        frames.append(itself.select(node="s", home="room"))
        return pl.concat(frames).unique()

    def _mark_ends(self, graph: ColumnGraph, end: str, predicate: str = "") -> pl.Series:
        """Mark the things at one end of statements."""
        text = graph.text()
        text = text.filter(pl.col("p") == predicate) if predicate else text
        places = self._graph.positions(text[end].unique()).drop_nulls()
        return self._columns.mark(self._around.place.gather(places))

    def run(self) -> KeptBack | None:
        """Follow people to their names, names to all who bear them, and these to the quads that
        speak of them; and decide which of these to hide."""
        starts = self._find_starts()
        if not (starts.height or self._given.height):
            return None
        starts = self._add_namesakes(starts)
        names, owners = self._collect_names(starts)
        strangers = self._mark_strangers(starts)
        trusted = find(self._graph, self._policy.trusted)
        spoken = self._quads.filter(self._around.told & ~trusted.gather(self._quads["room"]))
        matches = self._find_names(names, spoken).join(
            owners.select("name", "home").unique(), on="name"
        )
        namesakes = self._find_others(matches, names, owners)
        matches = matches.with_columns(is_other=self._mark_others(matches, names, namesakes))
        hits = self._find_hits(spoken, matches, owners, strangers)
        sources = self._name_sources()
        by_source = {sources.get(home, ""): each for home, each in namesakes.items()}
        return replace(self._decide(hits, names), others=by_source)

    def _find_others(
        self, hits: pl.DataFrame, names: NamePatterns, owners: pl.DataFrame
    ) -> dict[int, dict[str, set[str]]]:
        """Find the names of other people that hold one of the names, by source."""
        longer = hits.filter(~pl.col("is_whole") & ~pl.col("is_word")).join(
            self._labels.select(term="o", home="room", node="s"), on=["term", "home"]
        )
        longer = longer.filter(self._persons.gather(longer["node"])).unique()
        longer_names: dict[int, dict[str, set[str]]] = {}
        for (name, home, term), rows in longer.group_by("name", "home", "term"):
            theirs = owners.filter(name=name, home=home)["node"].drop_nulls().unique()
            text = _read_words(self._graph.terms[term])
            is_named = sort_words(pl.Series([text]))[0] in self._apart
            if is_named or (
                home not in self._incomplete
                and self._are_apart(theirs.to_list(), rows["node"].to_list())
            ):
                longer_names.setdefault(home, {}).setdefault(names.names[name], set()).add(text)
        return longer_names

    def _mark_others(
        self, hits: pl.DataFrame, names: NamePatterns, others: Mapping[int, Others]
    ) -> pl.Series:
        """Mark what holds a name only within longer ones of other people."""
        marks = pl.repeat(False, hits.height, dtype=pl.Boolean, eager=True)
        for home, each in others.items():
            for name, longer in each.items():
                number = names.names.index(name)
                hers = (hits["name"] == number) & (hits["home"] == home)
                at = (hers & ~hits["is_short"]).arg_true()
                texts = self._graph.terms.gather(hits["term"].gather(at))
                marks = marks.scatter(at, ~NamePatterns([name]).is_beside(texts, longer))
        return marks

    @cached_property
    def _incomplete(self) -> frozenset[int]:
        """The sources with an act in a private row that is not in the graph."""
        homes = set[int]()
        for rows in self._policy.kept_rows:
            text, home = rows.said.text(), self._graph.position(rows.graph)
            acts = text.filter(pl.col("p") == HRD.victim.n3())["s"].unique()
            if home is not None and self._graph.positions(acts).null_count():
                homes.add(self._around.rooms[home])
        return frozenset(homes)

    def _are_apart(self, one: Collection[int], other: Collection[int]) -> bool:
        """Tell whether no death of some people can be one of some others."""
        sides = [[self._deaths.get(node, []) for node in nodes] for nodes in (one, other)]
        if not all(side and all(side) for side in sides):
            return False
        deaths, of_others = ([each for side in some for each in side] for some in sides)
        return all(_are_two_deaths(*a, *b) for a in deaths for b in of_others)

    @cached_property
    def _deaths(self) -> dict[int, list[tuple[date | None, frozenset[str]]]]:
        """What can be done to a person once: by person the day, if one is said, and the words of
        its places."""
        graph, columns, quads = self._graph, self._columns, self._quads

        def said(predicate: IRI) -> pl.DataFrame:
            return quads.filter(columns.having("p", find(graph, (predicate,)))).select("s", "o")

        once = columns.objects(columns.having("p", find(graph, (HRD.onlyWith,))))
        acts = said(HRD.actType).filter(pl.Series(once.gather(said(HRD.actType)["o"])))["s"]
        whose = said(HRD.victim).filter(pl.col("s").is_in(acts.implode())).unique()
        events = said(HRD.act).select(act="o", event="s").unique()
        events = pl.concat([events, whose.select(act="s", event="s")]).unique()
        told: dict[int, tuple[set[str], set[str]]] = {}
        for at, predicate in enumerate((HRD.date, HRD.place)):
            of_act = said(predicate).join(events, left_on="s", right_on="event")
            for act, term in of_act.select("act", "o").unique().iter_rows():
                told.setdefault(act, (set(), set()))[at].add(_read_words(graph.terms[term]))
        deaths: dict[int, list[tuple[date | None, frozenset[str]]]] = {}
        for act, node in whose.iter_rows():
            dates, places = told.get(act, (set(), set()))
            spans = [bounds(text) for text in dates]
            days = {
                span.earliest if span and span.earliest == span.latest else None for span in spans
            }
            words = fold_names(pl.Series([*places], dtype=pl.String)).str.split(" ")
            day = days.pop() if len(days) == 1 else None
            deaths.setdefault(node, []).append((day, frozenset(words.explode().drop_nulls())))
        return deaths

    def _add_namesakes(self, starts: pl.DataFrame) -> pl.DataFrame:
        """Add everybody in the same source who bears a name of one of the people."""
        labels = self._labels["o"].unique()
        words = pl.DataFrame({"o": labels, "words": sort_words(self._graph.terms.gather(labels))})
        named = self._labels.join(words, on="o").select("words", "room", node="s")
        given = self._given.select("home", words=sort_words(self._given["text"]))
        named = named.filter(~named["words"].is_in(self._apart))
        given = given.filter(~given["words"].is_in(self._apart))
        bearers = named.filter(self._agents.gather(named["node"])).rename({"room": "home"})
        bearers = pl.concat([bearers, self._list_in_other_scripts(starts)])
        while True:
            theirs = starts.join(named.select("words", "node"), on="node")
            names = pl.concat([theirs.select("home", "words"), given]).unique()
            alike = bearers.join(names, on=["home", "words"])
            alike = alike.filter(~self._mark_strangers(starts).gather(alike["node"]))
            grown = pl.concat([starts, alike.select("node", "home")]).unique()
            if grown.height == starts.height:
                return starts
            starts = grown

    def _list_in_other_scripts(self, starts: pl.DataFrame) -> pl.DataFrame:
        """List the people of a source (`home`, `node`) whose name may be one of those that it
        keeps back in another script, with the words of that one."""
        named = self._labels.filter(self._persons.gather(self._labels["s"]))
        own = starts.join(named.select("o", node="s"), on="node")
        rows: list[tuple[str, int, int]] = []
        for (home,), labels in named.group_by("room"):
            kept = {_read_words(self._graph.terms[term]) for term in own.filter(home=home)["o"]}
            kept |= {*self._given.filter(home=home)["text"]}
            nodes: dict[str, list[int]] = {}
            for term, node in labels.select("o", "s").iter_rows() if kept else ():
                nodes.setdefault(_read_words(self._graph.terms[term]), []).append(node)
            for name, text in pair_scripts(kept, nodes):
                words = sort_words(pl.Series([name]))[0]
                rows += [(words, home, node) for node in nodes[text]]
        schema = {"words": pl.String, "home": pl.UInt32, "node": pl.UInt32}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _mark_strangers(self, starts: pl.DataFrame) -> pl.Series:
        """Mark those whom a judgement says to be somebody else."""
        sides = {
            name: self._graph.positions("<" + pl.Series(texts, dtype=pl.String) + ">")
            for name, texts in zip("ab", zip(*self._policy.different, strict=True), strict=False)
        }
        if not sides:
            return self._columns.none
        pairs = pl.DataFrame(sides).drop_nulls()
        pairs = pairs.select(self._around.place.gather(pairs[name]).alias(name) for name in "ab")
        both = pl.concat([pairs, pairs.select(a="b", b="a")])
        strangers = both.filter(both["a"].is_in(starts["node"].implode()))["b"]
        return self._columns.mark(strangers) & ~self._columns.mark(starts["node"])

    def _collect_names(self, starts: pl.DataFrame) -> tuple[NamePatterns, pl.DataFrame]:
        """List the people's names and who bears which; of somebody without one, the end of the
        IRI."""
        named = starts.join(self._labels.select("o", node="s").unique(), on="node", how="left")
        terms = self._graph.terms
        texts = [
            _read_words(terms[node] if label is None else terms[label])
            for node, label in named.select("node", "o").iter_rows()
        ]
        named = named.with_columns(pl.Series("text", texts, dtype=pl.String))
        given = self._given.select(pl.lit(None, pl.UInt32).alias("node"), "home", "text")
        named = pl.concat([named.select("node", "home", "text"), given])
        named = named.filter(~sort_words(named["text"]).is_in(self._apart))
        names = NamePatterns(named["text"], self._apart)
        schema = {"text": pl.String, "name": pl.UInt32}
        numbers = pl.DataFrame({"text": names.names, "name": range(len(names.names))}, schema)
        return names, named.join(numbers, on="text").select("node", "home", "name").unique()

    def _find_names(self, names: NamePatterns, spoken: pl.DataFrame) -> pl.DataFrame:
        """List the terms (`term`) that hold a name. One word counts where it is the whole text,
        and in running text; not within another name or an IRI."""
        terms = pl.concat([spoken["s"], spoken["o"]]).unique()
        hits = names.find(self._graph.terms.gather(terms))
        hits = hits.with_columns(terms.gather(hits["text"]).alias("term"))
        lengths = pl.Series([len(name) for name in names.names], dtype=pl.UInt32)
        running = self._graph.terms.gather(hits["term"]).str.starts_with('"')
        running = running & ~self._columns.mark(self._labels["o"]).gather(hits["term"])
        telling = running & (lengths.gather(hits["name"]) >= _TELLING)
        return hits.filter(~hits["is_word"] | hits["is_whole"] | telling)

    def _find_hits(
        self, spoken: pl.DataFrame, names: pl.DataFrame, owners: pl.DataFrame, strangers: pl.Series
    ) -> pl.DataFrame:
        """List the quads that name somebody, by their words or by a thing that bears the name."""
        is_iri = self._graph.terms.gather(names["term"]).str.starts_with("<")
        is_hers = ~pl.col("is_other") | (pl.col("room") != pl.col("home"))
        worded = spoken.join(names.filter(~is_iri), left_on="o", right_on="term").filter(is_hers)
        # another source means somebody by a single word only where it calls somebody so
        sure = (worded["room"] == worded["home"]) | ~worded["is_word"]
        calls = worded["quad"].is_in(self._labels["quad"].implode())
        worded = worded.filter(sure | (calls & self._agents.gather(worded["s"])))
        worded = worded.filter(~strangers.gather(worded["s"]))
        worded = worded.filter((worded["room"] == worded["home"]) | ~worded["is_short"])
        bearing = worded.join(self._labels.select("quad"), on="quad", how="semi")
        by_iri = names.filter(is_iri).select("name", "home", node="term", is_other="is_other")
        called = pl.concat(
            [owners.select("name", "home", "node"), bearing.select("name", "home", node="s")]
        )
        nodes = pl.concat([called.with_columns(is_other=False), by_iri]).drop_nulls().unique()
        nodes = nodes.filter(~strangers.gather(nodes["node"]))
        parts = [worded.with_columns(node=pl.lit(None, pl.UInt32))]
        parts += [
            spoken.join(nodes.with_columns(end=pl.col("node")), left_on=end, right_on="end").filter(
                is_hers
            )
            for end in ("s", "o")
        ]
        columns = ["quad", "s", "room", "home", "name", "node"]
        return pl.concat([part.select(columns) for part in parts]).unique()

    def _decide(self, hits: pl.DataFrame, names: NamePatterns) -> KeptBack:
        """Hide what names a person who is kept back in the same source; in another source where a
        person answered so, or where nobody answered yet and the last build did not have it."""
        other = hits.filter(pl.col("room") != pl.col("home"))
        pairs = other.select("name", "home", "room").unique().sort("name", "home", "room")
        sources = self._name_sources()
        questions = [
            Question(names.names[name], sources.get(home, ""), sources.get(room, ""))
            for name, home, room in pairs.iter_rows()
        ]
        levels = [self._policy.answers.get(key_of(question)) for question in questions]
        is_open = [level is None for level in levels]
        is_hidden = [level is not None and level > self._policy.shown for level in levels]
        pairs = pairs.with_columns(
            pl.Series("open", is_open, dtype=pl.Boolean),
            pl.Series("hidden", is_hidden, dtype=pl.Boolean),
        )
        other = other.join(pairs, on=["name", "home", "room"])
        waiting = other.filter("open")
        new = waiting.join(self._select_published(waiting), on="quad", how="anti")
        own = hits.filter(pl.col("room") == pl.col("home"))
        ends = ["quad", "s", "node"]
        gone = pl.concat([own.select(ends), other.filter("hidden").select(ends), new.select(ends)])
        quads = pl.repeat(False, len(self._columns.s), dtype=pl.Boolean, eager=True)
        quads = quads.scatter(gone["quad"].unique(), True) if gone.height else quads
        is_party = (gone["node"] != gone["s"]) & self._around.is_claim.gather(gone["s"])
        left = self._columns.only(self._around.told & ~quads)
        bearers = self._columns.mark(gone["node"].drop_nulls().unique())
        nodes = bearers & ~(left.mark(left.s) | left.mark(left.o))
        nodes = nodes | self._columns.mark(gone["s"].filter(is_party.fill_null(False)))
        asked = tuple(question for question, waits in zip(questions, is_open, strict=True) if waits)
        return KeptBack(quads, nodes, names, asked)

    def _name_sources(self) -> dict[int, str]:
        """Return the graph of the source that each room is."""
        places = ((name.n3(), self._graph.position(name)) for name in self._policy.graphs)
        return {self._around.rooms[at]: name for name, at in places if at is not None}

    def _select_published(self, waiting: pl.DataFrame) -> pl.DataFrame:
        """Select the quads that the last build says too."""
        if not waiting.height:
            return waiting.select("quad")
        numbers = waiting["quad"].unique()
        own = self._around.own
        columns = {name: getattr(own, name).gather(numbers) for name in COLUMNS}
        texts = pl.DataFrame({name: self._graph.terms.gather(at) for name, at in columns.items()})
        return pl.DataFrame({"quad": numbers.filter(self._policy.was_published(texts))})


def _are_two_deaths(
    day: date | None, places: frozenset[str], other: date | None, elsewhere: frozenset[str]
) -> bool:
    """Tell whether nobody can have died both deaths, though a day was noted later or wrongly."""
    if day is None or other is None:
        return False
    apart = abs((day - other).days)
    is_far = bool(places and elsewhere) and places.isdisjoint(elsewhere)
    is_slip = (day.day, day.month) == (other.day, other.month)  # in the year
    return apart > (_MONTH if is_far else _YEAR) and not is_slip


def names_of_people(graph: ColumnGraph, public_names: Collection[str] = ()) -> pl.Series:
    """Return the names that statements give to people, but for some `others` (N-Triples texts)."""
    text, agents = graph.text(), [person_class.n3() for person_class in PERSONS]
    people = text.filter((pl.col("p") == RDF.type.n3()) & pl.col("o").is_in(agents))["s"]
    is_name = pl.col("p").is_in([property_iri.n3() for property_iri in NAMES])
    people = people.filter(~people.is_in([*public_names]))
    named = text.filter(is_name & pl.col("s").is_in(people.implode()))
    return pl.Series(map(_read_words, named["o"]), dtype=pl.String)


def key_of(question: Question) -> tuple[str, str, str]:
    """Return the question as a key, the same for every spelling of the name."""
    return (
        sort_words(pl.Series([question.name], dtype=pl.String))[0],
        question.kept_in,
        question.named_in,
    )


def _read_words(term: str) -> str:
    """Return the text of a literal, or the last part of an IRI."""
    literal = parse_term(term) if term.startswith('"') else None
    if isinstance(literal, Literal):
        return literal.value
    end = unquote(term.removesuffix(">").rstrip("/#")).replace("#", "/").rpartition("/")[2]
    return end.replace("_", " ")


RULE: Final = "namesake-kept-back"
HEADINGS: Final = ("name", "kept back in", "named in", "answer")


def read_answers(project: Project) -> Mapping[tuple[str, str, str], Level]:
    """Read who may see what another source says of a name, by `key_of` the question. SourceError
    on an unknown answer."""
    answers: dict[tuple[str, str, str], Level] = {}
    codes = codes_of(project.vocabulary_dirs, SCHEME)
    for number, (name, kept_in, named_in, answer) in _read_rows(project):
        if answer:
            code = codes.find_code(answer)
            if code is None:
                place = Origin(str(project.namesakes_file), row=number, column=HEADINGS[-1])
                hint = Message("there-is", known=", ".join(level.code for level in Level))
                raise SourceError("not-known-here", name=answer, origin=place, hint=hint)
            graphs = (f"<{project.graph_name(source)}>" for source in (kept_in, named_in))
            answers[key_of(Question(name, *graphs))] = Level[code.upper()]
    return answers


def _read_rows(project: Project) -> list[tuple[int, list[str]]]:
    """Read the rows below the header with their numbers; people save them with semicolons too."""
    path = project.namesakes_file
    return read_ledger_rows(path, HEADINGS, delimiters=",;") if path.exists() else []


def add_questions(project: Project, questions: Iterable[Question]) -> None:
    """Add the questions that the file does not have yet, without an answer."""
    path, graphs = project.namesakes_file, _sources_by_graph(project)
    there = [cells for _, cells in _read_rows(project)]
    known = {tuple(cells[:3]) for cells in there}
    asked = (
        (each.name, graphs[each.kept_in], graphs[each.named_in])
        for each in questions
        if each.kept_in in graphs and each.named_in in graphs
    )
    new = [row for row in dict.fromkeys(asked) if row not in known]
    if not new:
        return
    text = ledger_text(HEADINGS, [*there, *([*row, ""] for row in new)])
    with writing_to(path):
        close_folder(path.parent)
    write_file(path, [text.encode("utf-8-sig")])  # Excel reads UTF-8 by its mark
    with writing_to(path):
        path.chmod(0o600)


def find_namesakes_kept_back(project: Project, questions: Iterable[Question]) -> list[Finding]:
    """Warn of each question without an answer. Only for whoever builds: it names somebody who is
    kept back."""
    graphs, file = _sources_by_graph(project), project_path(project.namesakes_file, project.root)
    return [
        find_in_rows(
            Severity.WARNING,
            Message(
                RULE,
                name=each.name,
                source=graphs.get(each.kept_in, ""),
                other=graphs.get(each.named_in, ""),
                file=file,
            ),
            file,
            (),
            value=each.name,
        )
        for each in questions
    ]


def _sources_by_graph(project: Project) -> dict[str, str]:
    return {f"<{project.graph_name(source.name)}>": source.name for source in project.sources}


def list_different_names(ledger: Ledger) -> tuple[tuple[str, str], ...]:
    """List the pairs of names that people judged to be two."""
    rows = ledger.standing.values()
    return tuple((row.left, row.right) for row in rows if row.verdict == Verdict.NOT_SAME)


def mark_published(project: Project, ledger: Ledger, quads: pl.DataFrame) -> pl.Series:
    """Mark the quads, texts in the names of their sources, that the last build says. Properties
    are not compared: which of its names a thing has first may change."""
    import polars as pl

    built = read_built_graph(project)
    if built is None:
        return quads["s"].is_null()
    things = {f"<{alias}>": f"<{iri}>" for alias, iri in ledger.canonical.items()}
    old, new = (pl.Series(texts, dtype=pl.String) for texts in (things.keys(), things.values()))
    ends = ("s", "o", "g")
    named = (quads[end].replace(old, new) if things else quads[end] for end in ends)
    at = pl.DataFrame(
        [built.positions(texts).alias(end) for end, texts in zip(ends, named, strict=True)]
    )
    there = built.quads.select(ends).unique().with_columns(is_there=pl.lit(True))
    return at.join(there, on=ends, how="left", maintain_order="left")["is_there"].fill_null(False)
