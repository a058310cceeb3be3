"""The names of what was taken down: where they stand in the words of others, in whatever
spelling, and who bears them again."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Final
from unicodedata import normalize
from urllib.parse import unquote

import polars as pl

from hrdgraph.identity.ledger import Ledger, Verdict
from hrdgraph.identity.matching import compare
from hrdgraph.identity.matching.blocking import keys_of
from hrdgraph.identity.matching.compare import THRESHOLD
from hrdgraph.identity.names.person import kind_of
from hrdgraph.identity.names.scripts import script_of, to_latin, unify_letters
from hrdgraph.identity.names.words import fold_names, sort_words
from hrdgraph.identity.records import KINDS, PERSON, Record, records_of
from hrdgraph.privacy.node_kinds import NAMES, PERSONS, mark_instances
from hrdgraph.privacy.withdrawals import (
    CONTEXT,
    KIND,
    NAME,
    WITHDRAW,
    Withdrawal,
    Withdrawals,
    WithdrawnTrait,
    is_stand_in,
)
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, parse_term
from hrdgraph.rdf.marks import Columns, find
from hrdgraph.vocab import HRD, PROV, RDF, XSD

_SHORT: Final = 4  # characters: a shorter name in an alphabet stands in too many words
GLUED: Final = 10  # letters: a name so long is found where its spaces are missing, too
_AT_ONCE: Final = 400  # spellings in one pattern: Polars refuses one that is too large
# scripts that do not part words
_NO_SPACES: Final = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
# accents, and the vowels of Arabic and Hebrew, which most people leave out
_MARKS: Final = re.compile(
    "[\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff]"
)
_ONE_WAY: Final = (
    (re.compile("[’‘ʼʻ‛´′＇]"), "'"),
    (re.compile("[“”„‟«»″＂]"), '"'),
    (re.compile("[‐‑‒–—―−]"), "-"),
    (re.compile("ı"), "i"),  # in capitals, Turkish names do not differ in it
)


def normalise(text: str) -> str:
    """Return a text as names are compared: without accents and capitals, and with one way to
    write quotes, hyphens and spaces."""
    text = text.replace("`", "'")
    if not text.isascii():
        lines = text.splitlines(keepends=True)  # most of a long text have no other signs
        text = "".join(line if line.isascii() else _plain_signs(line) for line in lines)
    return unify_letters(" ".join(text.casefold().split()))


def _plain_signs(text: str) -> str:
    for signs, plain in _ONE_WAY:
        text = signs.sub(plain, text)
    return normalize("NFC", _MARKS.sub("", normalize("NFKD", text)))


def is_telling(name: str) -> bool:
    """Tell whether a name is long enough to mean somebody wherever it stands."""
    return len(name) >= _SHORT or (len(name) > 1 and bool(_NO_SPACES.search(name)))


def read_words(text: str) -> list[str]:
    """Return the words of a literal, none of another term."""
    term = parse_term(text) if text.startswith('"') else None
    return [term.value.strip()] if isinstance(term, Literal) else []


@lru_cache(1 << 14)  # graphs of one build are searched many times
def read_plain_words(text: str) -> frozenset[str]:
    """Return the words of a literal, normalised."""
    return frozenset(map(normalise, read_words(text)))


@dataclass(frozen=True)
class NameSearch:
    """Names that are looked for in texts, all of them as `normalise` writes them."""

    names: tuple[str, ...]
    people: frozenset[str] = frozenset()  # which are looked for without some of their words, too

    @classmethod
    def of(cls, names: Iterable[str], things: Iterable[str] = ()) -> NameSearch:
        """Look for these names, but those that are too short to mean anybody; all are of people
        but those of `things`."""
        every = {text for text in map(normalise, names) if is_telling(text)}
        return cls(tuple(sorted(every)), frozenset(every.difference(things)))

    @cached_property
    def _patterns(self) -> list[str]:
        unspaced = [re.escape(name) for name in self.names if _NO_SPACES.search(name)]
        spaced = [
            f"[ ,]{text}[ ,]"
            for name in self.names
            for text in _list_spellings(name, is_person=name in self.people)
        ]
        return [
            "|".join(spellings[start : start + _AT_ONCE])
            for spellings in (unspaced, spaced)
            for start in range(0, len(spellings), _AT_ONCE)
        ]

    def mark(self, words: pl.Series) -> pl.Series:
        """Mark the texts, as `part_words` writes them, that hold one of the names."""
        marks = words.is_null()
        for pattern in self._patterns:
            marks |= words.str.contains(pattern)
        return marks


def part_words(texts: pl.Series) -> pl.Series:
    """Part the words of normalised texts by spaces, whatever stands between them."""
    for _ in range(2):  # of initials side by side, every second one; `\b` takes ten times as long
        texts = texts.str.replace_all(r"(^|\W)(\p{L})\.", "${1}${2}° ")
    texts = (
        texts.str.replace_all("° ,", "°,", literal=True)
        .str.replace_all(";", ",")
        .str.replace_all(r"%20|[^\p{L}\p{N},°]+", " ")
    )
    return " " + texts + " "


def _list_spellings(name: str, *, is_person: bool) -> Iterator[str]:
    """Yield the patterns of a name in words: in order, with another name after the first, or the
    last ones first; with initials, but for a family name; and of a person of four names without
    those in the middle, or the last. A sign marks the point of an initial."""
    words = _list_in_order(name)
    whole = [f"{word}°?" if len(word) == 1 else word for word in words]
    space = " ?" if sum(map(len, words)) >= GLUED else " "
    yield space.join(whole)
    if len(words) > 1:
        given, *_, last = whole
        yield f"{last},?{space}{space.join(whole[:-1])}"
        if len(words) == 2 and len(last) < _SHORT:
            return
        short = [f"(?:{text}|{word[0]}°)" for text, word in zip(whole, words, strict=True)]
        yield f"{given} [^ ,]+ {' '.join(whole[1:])}"
        yield " ".join([*short[:-1], last])
        for count in range(1, len(words)):  # nobody can tell how many words the family name has
            yield f"{' '.join(whole[count:])},? {' '.join(short[:count])}"
        if len(words) > 2:
            yield " ".join([*whole[:-1], short[-1]])
        if len(words) > 3 and is_person:
            yield f"{short[0]} {' '.join(whole[-2:])}"
            yield f"{' '.join(whole[-2:])},? {short[0]}"
            yield " ".join([whole[0], *short[1:-2], whole[-2]])


def _list_in_order(name: str) -> list[str]:
    """Return the words of a normalised name, what stands before a comma last."""
    first, _, rest = name.partition(", ")
    return re.findall(r"[^\W_]+", f"{rest} {first}")


def list_ends(name: str) -> tuple[str, str]:
    """Return the first and the last word of a normalised name: every spelling has one of them
    whole, and perhaps only initials of the others."""
    words = _list_in_order(name) or [name]
    return words[0], words[-1]


def split_words(name: str) -> list[str]:
    """Return the words of a normalised name, the parts of double names too."""
    return re.findall(r"[^ '-]+", name) or [name]


def collect_own_names(
    graph: ColumnGraph, columns: Columns, things: pl.Series, known: Iterable[str] = ()
) -> NameSearch:
    """Collect the names that the things bear, or are `known` to have borne, and nothing else does:
    in the words of others, another's name may mean the other."""
    naming = columns.having("p", find(graph, NAMES))
    theirs = columns.having("s", things)

    def names(quads: pl.Series) -> set[str]:
        return set[str]().union(*map(read_plain_words, graph.terms.filter(columns.objects(quads))))

    own = {*names(naming & theirs), *map(normalise, known)}
    if not own:
        return NameSearch(())
    no_person = naming & ~columns.having("s", mark_instances(graph, columns, PERSONS))
    return NameSearch.of(own - names(naming & ~theirs), names(no_person))


def mark_in_words(
    graph: ColumnGraph, columns: Columns, things: pl.Series, known: Iterable[str] = ()
) -> pl.Series:
    """Mark the statements whose words hold a name of one of the things, or one `known` of them:
    notes, motivations, labels of claims. Names of other things stay (an award named after a
    person), and so do names that another thing bears too."""
    naming = columns.having("p", find(graph, NAMES))
    search = collect_own_names(graph, columns, things, known)
    if not search.names:
        return naming & False
    shortest = min(len(end) for name in search.names for end in list_ends(name))
    places = columns.objects(~naming) & graph.terms.str.starts_with('"')
    places &= graph.terms.str.len_chars() > shortest
    texts = [
        " ".join(normalise(unquote(word)) for word in read_words(text))
        for text in graph.terms.filter(places)
    ]
    is_named = search.mark(part_words(pl.Series(texts, dtype=pl.String)))
    return columns.having("o", columns.mark(places.arg_true().filter(is_named))) & ~naming


def find_bearers(name: str, graph: ColumnGraph) -> list[str]:
    """List the IRIs of the things that bear a name: the same words in whatever order, case and
    accents."""
    columns, wanted = Columns.of(graph), sort_words(pl.Series([name]))[0]
    naming = columns.having("p", find(graph, NAMES))
    texts = columns.objects(naming).arg_true()
    own = texts.filter(sort_words(graph.terms.gather(texts)) == wanted)
    things = graph.terms.filter(columns.subjects(naming & columns.having("o", columns.mark(own))))
    return [text[1:-1] for text in things if wanted and text.startswith("<")]


def make_tombstones(things: Iterable[tuple[IRI, date]], graph: IRI) -> list[Quad]:
    """State that things were taken down, and since when, so that a server answers 410."""
    return [
        quad
        for thing, day in things
        for quad in (
            Quad(thing, RDF.type, HRD.Withdrawn, graph),
            Quad(
                thing,
                PROV.invalidatedAtTime,
                Literal(f"{day.isoformat()}T00:00:00Z", XSD.dateTime.value),
                graph,
            ),
        )
    ]


@dataclass(frozen=True)
class LikelyReturn:
    """Somebody in the sources who may be somebody that was withdrawn: the IRI that a source
    gives, the name that it gives, and the IRI that was withdrawn."""

    iri: str
    name: str
    withdrawn: str


def find_returns(down: Withdrawals, ledger: Ledger, graph: ColumnGraph) -> tuple[LikelyReturn, ...]:
    """Find who bears the name of somebody that was withdrawn, in whatever spelling, and whom
    nobody has judged to be another; whether they were there when that was withdrawn or come
    later."""
    if not down.standing:  # of a large ledger it takes long to ask who stands for whom
        return ()
    # the people, organisations and awards of a graph with their names, and nothing else
    columns = Columns.of(graph)
    wanted = columns.having("p", find(graph, (RDF.type, *NAMES)))
    records = records_of(ColumnGraph(graph.terms, graph.quads.filter(wanted)))
    sought = _list_gone(down, ledger, records)
    if not sought:
        return ()
    gone = {iri.value for iri in down.list_down(ledger)}
    answers = ledger.answers()
    by_key: dict[str, list[Record]] = {}
    for record in sought:
        for key in _list_keys(record):
            by_key.setdefault(key, []).append(record)
    likely_returns = []
    for record in records:
        if record.iri in gone or record.kind not in KINDS:
            continue
        likely = {near.iri: near for key in _list_keys(record) for near in by_key.get(key, ())}
        for lost in likely.values():
            is_other = answers.verdict(record.iri, lost.iri) is Verdict.NOT_SAME
            if not is_other and (name := _find_common_name(record, lost)):
                likely_returns.append(LikelyReturn(record.iri, name, lost.iri))
                break
    return tuple(likely_returns)


def pair_scripts(names: Iterable[str], texts: Iterable[str]) -> list[tuple[str, str]]:
    """Pair names of people with texts that may be one of them in another script."""
    sides = [{text: script_of(text) for text in side} for side in (names, texts)]
    if len({*sides[0].values(), *sides[1].values()} - {""}) < 2:
        return []
    by_key: dict[str, list[Record]] = {}
    for name in sides[0]:
        record = Record(name, PERSON, (name,))
        for key in keys_of(record):
            by_key.setdefault(key, []).append(record)
    pairs = []
    for text, script in sides[1].items():
        record = Record(text, PERSON, (text,))
        likely = {near.iri: near for key in keys_of(record) for near in by_key.get(key, ())}
        for name, near in likely.items():
            if sides[0][name] != script and compare(near, record).score >= THRESHOLD:
                pairs.append((name, text))
    return pairs


def find_mentions(down: Withdrawals, graph: ColumnGraph) -> tuple[LikelyReturn, ...]:
    """Find what a graph says in words with two names of a person of three or more who was
    withdrawn, with all of them and another name among them, initials and particles or not, or
    with a typing error: it may mean another, so it stays until somebody has looked."""
    kinds, every = down.list_traits(KIND), down.list_traits(NAME).items()
    people = [each for each in every if "person" in kinds.get(each[0], ("person",))]
    names = {_list_names(text): iri for iri, texts in people for text in texts}
    pairs = {pair: iri for name, iri in names.items() for pair in _list_pairs(name)}
    if not any(len(name) > 1 for name in names):
        return ()
    theirs = {part for pair in pairs for word in pair.split() for part in (word, word[0])}
    long = [(name, [word for word in name if len(word) >= _SHORT]) for name in names]
    telling = sorted({word for name, some in long for word in (some if some[1:] else name)})
    columns = Columns.of(graph)
    naming = columns.having("p", find(graph, NAMES))
    naming &= columns.having("s", mark_instances(graph, columns, PERSONS))
    borne = fold_names(graph.terms.filter(columns.objects(naming)))
    borne = borne.filter(borne.str.contains_any(telling))
    gone = find(graph, map(IRI, down.standing))
    own = [trait.text for trait in down.traits if trait.what == NAME]
    stays = ~(naming | columns.having("s", gone) | mark_in_words(graph, columns, gone, own))
    places = (columns.objects(stays) & graph.terms.str.starts_with('"')).arg_true()
    folded = fold_names(graph.terms.gather(places))
    mentions = dict[tuple[int, str], LikelyReturn]()
    for place in places.filter(folded.str.contains_any(telling)):
        text = " ".join(read_words(graph.terms[place]))
        for name, iri in _list_mentions(text, names, pairs, theirs):
            words, [plain] = {*_list_in_order(normalise(name))}, fold_names(pl.Series([text]))
            longer = (other_name for other_name in borne if words.issubset(other_name.split()))
            if (place, iri) not in mentions and not any(
                f" {other_name} " in f" {plain} " for other_name in longer
            ):
                subject = graph.terms[columns.s.filter(stays & (columns.o == place))[0]]
                mentions[place, iri] = LikelyReturn(subject.strip("<>"), name, iri)
    return tuple(mentions.values())


def _list_mentions(
    text: str, names: Mapping[tuple[str, ...], str], pairs: Mapping[str, str], theirs: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield the words of a text that may be one of the names, and whose it is; `theirs` are the
    words of the pairs, and their initials."""
    words = [
        word
        for word in re.finditer(r"[^\W_]+", text)
        if normalise(word[0]) in theirs or not _is_particle(word[0])
    ]
    for name, iri in names.items():
        may_be = partial(_may_be_part, " ".join(name))
        for size in range(len(name), len(name) + 3 if len(name) > 2 else 0):
            for start in range(len(words) - size + 1):
                run = [word[0] for word in words[start : start + size]]
                if any(word[0].islower() for word in run):
                    continue
                # what stands beside a name is no part of it
                whole, *parts = (" ".join(some) for some in (run, run[1:], run[:-1]))
                if may_be(whole) and not any(map(may_be, parts)):
                    yield text[words[start].start() : words[start + size - 1].end()], iri
        for some in zip(*(words[at:] for at in range(len(name))), strict=False):
            odd = [at for at, word in enumerate(some) if normalise(word[0]) != name[at]]
            if (
                some[1:]
                and len(odd) == 1
                and some[0][0][0].isupper()
                and _is_misspelt(name[odd[0]], normalise(some[odd[0]][0]))
            ):
                yield text[some[0].start() : some[-1].end()], iri
    afters = [*(word[0] for word in words[2:]), ""]
    for first, two, after in zip(words, words[1:], afters, strict=False):
        pair = normalise(f"{first[0]} {two[0]}")
        # another name follows: of somebody else
        if pair in pairs and (not after[:1].isupper() or normalise(after) in theirs):
            yield text[first.start() : two.end()], pairs[pair]


def _list_names(text: str) -> tuple[str, ...]:
    """Return the words of a person's name, without particles where three or more are left."""
    words = _list_in_order(normalise(text))
    bare = [word for word in words if not _is_particle(word)]
    return tuple(bare if len(bare) > 2 else words)


def _is_misspelt(word: str, typed: str) -> bool:
    """Tell whether a long word was typed with one letter wrong, missing or too many, or two of
    them in the wrong order."""
    pairs = zip(word, typed, strict=False)
    at = next((n for n, (own, other) in enumerate(pairs) if own != other), len(typed))
    own, other = word[at:], typed[at:]
    is_near = own[1:] in (other, other[1:]) or own == other[1:]
    return len(word) > _SHORT and (is_near or own == other[1::-1] + other[2:])


def _is_particle(word: str) -> bool:
    """Tell whether a word may be missing in a name: `de`, `van`, `y`; a capital is an initial."""
    return kind_of(normalise(word)) == "particle" and (len(word) > 1 or word.islower())


def _list_pairs(words: Sequence[str]) -> Iterator[str]:
    """Yield two names of a person of three or more, in either order, one of them perhaps of the
    family; the first one as an initial, too."""
    for at, first in enumerate(words[:-2]):
        lasts = [last for last in words[at + 1 + (len(words) > 3) :] if len(last) >= _SHORT]
        for given in (first,) if at else (first, first[0]):
            yield from (text for last in lasts for text in (f"{given} {last}", f"{last} {given}"))


def return_fields(each: LikelyReturn, down: Withdrawals) -> dict[str, str]:
    """Return the fields of the question whether somebody has come back."""
    iri = each.withdrawn
    [gone, *_] = down.list_traits(NAME).get(iri) or [unquote(iri.rpartition("/")[2])]
    about = ", ".join(down.list_traits(CONTEXT).get(iri, [])) or "–"
    when = down.standing[iri].when.isoformat()
    return {"name": each.name, "iri": each.iri, "gone": gone, "when": when, "about": about}


def collect_traits(
    things: Collection[str],
    ledger: Ledger,
    graph: ColumnGraph,
    known: Iterable[WithdrawnTrait] = (),
) -> tuple[list[WithdrawnTrait], list[LikelyReturn]]:
    """Collect what a graph says of withdrawn things that helps to know them again, and who bears
    a name of one of them, also a `known` one, without being one."""
    clusters = {iri: ledger.members.get(iri, (iri,)) for iri in things}
    own: list[WithdrawnTrait] = []
    for record in records_of(graph):
        theirs = [iri for iri, names in clusters.items() if record.iri in names]
        if theirs and record.kind in KINDS:
            traits = {(KIND, record.kind), *((NAME, name) for name in record.names)}
            traits |= {(CONTEXT, context.label) for context in record.contexts if context.label}
            traits |= {(CONTEXT, place.rpartition("/")[2]) for place in record.countries}
            traits |= {(CONTEXT, f"{year}") for year in (record.birth, record.death) if year}
            traits |= {(CONTEXT, source.rpartition("/")[2]) for source in record.sources}
            own += [WithdrawnTrait(iri, *each) for iri in theirs for each in sorted(traits)]
    rows = tuple(Withdrawal(iri, WITHDRAW, date.min, "", "", tombstone=False) for iri in things)
    return own, list(find_returns(Withdrawals(rows, (*own, *known)), ledger, graph))


def _list_gone(down: Withdrawals, ledger: Ledger, records: Iterable[Record]) -> list[Record]:
    """Return what was withdrawn with its names: those that were noted, and those that sources
    still say."""
    standing, clusters = down.standing, ledger.members
    names, kinds = down.list_traits(NAME), down.list_traits(KIND)
    by_iri = {record.iri: record for record in records}
    withdrawn = []
    for iri in standing:
        own = [by_iri[name] for name in clusters.get(iri, (iri,)) if name in by_iri]
        every = tuple(
            dict.fromkeys([*names.get(iri, ()), *(n for member in own for n in member.names)])
        )
        of = {*kinds.get(iri, ()), *(member.kind for member in own)}.intersection(KINDS) or KINDS
        withdrawn += [Record(iri, kind, every) for kind in sorted(of) if every]
    return withdrawn


def _list_keys(record: Record) -> Iterator[str]:
    """Yield what two records share whose names may be one: keys of identity, and words."""
    yield from keys_of(record)
    for name in record.names:
        words = _list_words(name)
        known = (*words, "".join(words), "".join(words[-1:] + words[:-1]))
        yield from (f"{record.kind}={word}" for word in dict.fromkeys(known) if len(word) > 1)


def _list_words(name: str) -> list[str]:
    """Return the words of a name in Latin letters, as far as these are known."""
    words = _list_in_order(normalise(name)) or [name]
    return [word if word.isascii() else to_latin(word, script_of(word)) or word for word in words]


def _may_be_part(withdrawn: str, name: str) -> bool:
    """Tell whether two words or more of a withdrawn name, with a whole one among them, are all in
    another: a name of a person who was taken down may be a part of one that she bears. An initial
    stands for a word in either that is not there whole, but one before a strange name for no
    family name."""
    words, whole = _list_words(withdrawn), _list_words(name)
    if "".join(whole) in ("".join(words), "".join(words[-1:] + words[:-1])):
        return True
    initial = next((at for at, word in enumerate(whole) if at and len(word) == 1), len(whole))
    strange = [
        word for word in whole[initial + 1 :] if not any(_may_be_same(word, w) for w in words)
    ]
    if len(words[-1]) > 1 and words[-1] not in whole and strange:
        return False
    shared = {word for word in words if len(word) > 1}.intersection(whole)
    rest = [other for other in whole if other not in shared]
    return (
        len(words) > 1
        and all(
            word in shared or any(_may_be_same(word, other) for other in rest) for word in words
        )
        and bool(shared)
    )


def _may_be_same(word: str, other: str) -> bool:
    return word == other or (1 in (len(word), len(other)) and word[0] == other[0])


def _find_common_name(record: Record, withdrawn: Record) -> str:
    """Return the name by which a record may be one that was withdrawn, or ""."""
    for name in record.names:
        named = Record(record.iri, record.kind, (name,))
        if normalise(name) in map(normalise, withdrawn.names):
            return name
        is_loose = record.kind == "person" or is_stand_in(withdrawn.iri)
        if is_loose and any(_may_be_part(gone_name, name) for gone_name in withdrawn.names):
            return name
        if named.kind == withdrawn.kind and compare(named, withdrawn).score >= THRESHOLD:
            return name
    return ""
