"""The values that declare a kind of fact table: its columns, and what a row of it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from hrdgraph.catalogue import Label, Message, add_this, lacks
from hrdgraph.disk_cache import code_version, digest_of, digests_of_files, keep, recall
from hrdgraph.errors import HrdgraphError, OntologyError, Origin, raise_all
from hrdgraph.fact_kinds.cell_types import CELL_TYPES
from hrdgraph.fact_kinds.cell_values import read_declaration
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.nearest import hint_at
from hrdgraph.rdf import IRI
from hrdgraph.vocab import PREFIXES, short_iri

# what an attribute does in a claim; one without a role only describes it
ROLES: Final = (
    "subject",  # whom the claim is about
    "agent",  # who did it, said it, or had a hand in it
    "object",  # what else takes part: an organisation, an edition, an event
    "witness",  # whose word it is
    "kind",  # what sort of fact it is
    "place",
    "time",
    "part",  # another claim, whose subjects are subjects of this one
)
# whether an attribute tells claims apart; "otherwise" where another that does so is not said
IDENTIFIES: Final = ("", "true", "otherwise")
ONE_VALUE: Final = (
    "one-value"  # of claims that agree in what tells them apart one value can be true
)


class _Labelled:
    name: str
    labels: Mapping[str, str]

    @property
    def all_labels(self) -> Label:
        """Return what it is called in each language, for a sentence in any."""
        return Label(tuple(self.labels.items()))

    def label(self, language: str) -> str:
        """Return the label in a language, else in English or in the one there is."""
        return self.labels.get(language) or str(self.all_labels) or self.name


@dataclass(frozen=True)
class Column(_Labelled):
    """A column of a kind. `labels` are its headings by language, `headings` others under which
    people write it; `scheme` is that of a code, `of` the kinds of thing that a name may be of,
    the usual one first, and `kind_column` the column that says which. `many` makes a cell a
    list. `example` is what a cell may hold; `default` what an absent column means.

    A column that has a `predicate` (in the file: `property`) is an attribute: `role` is one of
    ROLES, `identifies` is as above; claims that agree in the columns `one_value_of` contradict each
    other if they differ in a `disputed` one; `edges` are what the network calls the tie that it
    makes: by its code, and "" for any other. `node` names the mapping whose node has the property,
    where that is not the one of the kind."""

    name: str
    predicate: IRI | None = None
    role: str = ""
    identifies: str = ""
    disputed: bool = False
    one_value_of: tuple[str, ...] = ()
    edges: Mapping[str, str] = dataclass_field(default_factory=dict)
    node: str = ""
    field: str = ""  # what the JSON API calls it
    type: str = "words"
    labels: Mapping[str, str] = dataclass_field(default_factory=dict)
    hints: Mapping[str, str] = dataclass_field(default_factory=dict)
    headings: tuple[str, ...] = ()
    required: bool = False
    unless: tuple[str, ...] = ()  # required unless one of these is filled in
    scheme: str = ""
    is_own_scheme: bool = False  # of the project, not of this version
    of: tuple[str, ...] = ()
    kind_column: str = ""
    unnamed: Mapping[str, str] = dataclass_field(default_factory=dict)  # … or of a nameless one
    words_column: str = ""  # the column for what is said of a thing that has no name
    many: bool = False
    default: str = ""
    example: str = ""
    enum: tuple[str, ...] = ()
    visibility: str = "public"
    technical: bool = False  # no person types it: left out of templates
    beside: str = ""  # the column of whose thing it says more: read only in rows that name that
    # the kinds of things of the project that its cells name, with their classes
    own_things: tuple[tuple[str, IRI], ...] = ()
    is_own: bool = False  # declared by the project
    prose: bool | None = None  # free text, or never such; None: what its cells look like

    @cached_property
    def known_headings(self) -> tuple[str, ...]:
        """Return all headings that mean the column, the surest first."""
        return tuple(dict.fromkeys(map(folded, (self.name, *self.labels.values(), *self.headings))))

    @cached_property
    def heading_words(self) -> tuple[frozenset[str], ...]:
        """Return the words of each such heading, but the shortest."""
        return tuple(frozenset(item.split()) for item in self.known_headings if len(item) > 3)


@dataclass(frozen=True)
class Kind(_Labelled):
    """A kind of fact table. `file` holds its mapping, in YARRRML over the names of its columns;
    `labels` name its rows, `singulars` one of them;
    `identity` are the columns that name a row which has no name of its own; `thing` is the part
    of IRIs that says what a row is."""

    name: str
    file: Path
    thing: str
    class_iri: IRI
    labels: Mapping[str, str]
    singulars: Mapping[str, str]
    descriptions: Mapping[str, str]
    sentences: Mapping[str, str]
    columns: tuple[Column, ...]
    identity: tuple[str, ...] = ()
    unsourced: str = "public"  # who may see a row that names no source
    is_claim: bool = False
    # the column whose name is the key of the row, where it has none: a person's name
    key_of: str = ""
    is_own: bool = False  # declared by the project, not by this version
    is_listed: bool = False  # with a list of its own beside those that every site has
    other_classes: tuple[IRI, ...] = ()  # those that a row may be of instead

    def column(self, name: str) -> Column | None:
        """Return the column called so."""
        return next((item for item in self.columns if item.name == name), None)

    def alternatives(self, column: Column) -> tuple[str, ...]:
        """Return the columns of which a row needs one where it needs `column`: where and when it
        was tells of somebody without a name too."""
        roles = ("time", "place") if column.unnamed else ()
        names = (column.name for column in self.columns if column.role in roles)
        return (column.name, *column.unless, *names)

    def lacking(self, taken: Collection[str], *, named: bool = False) -> list[Column]:
        """List the columns without which a row says nothing, where a table has those `taken`; if
        `named`, one has to say who it was."""
        return [
            each
            for each in self.columns
            if each.required
            and not each.default
            and not {each.name, *each.unless}.intersection(taken)
            and (named or not set(self.alternatives(each)).intersection(taken))
        ]

    @property
    def classes(self) -> tuple[IRI, ...]:
        """Return the classes of which a row may be one."""
        return self.class_iri, *self.other_classes

    @cached_property
    def attributes(self) -> tuple[Column, ...]:
        """Return the columns that are properties of what a row is, in the order of the file."""
        return tuple(column for column in self.columns if column.predicate)

    def question_of(self, column: Column) -> tuple[IRI, ...]:
        """Return the properties that two claims share if they contradict each other in a
        disputed column: those it names, else all that tell claims apart."""
        asked = (
            item
            for item in self.attributes
            if (
                item.name in column.one_value_of
                if column.one_value_of
                else item.identifies == "true" and item.type != "yes-no" and item != column
            )
        )
        return tuple(item.predicate for item in asked if item.predicate)

    def properties(self, *roles: str) -> tuple[IRI, ...]:
        """Return the properties that have one of some roles, each once."""
        predicates = (item.predicate for item in self.attributes if item.role in roles)
        return tuple(dict.fromkeys(iri for iri in predicates if iri is not None))

    def description(self, language: str) -> str:
        """Tell what a row is, in a language, else in English or in the one there is."""
        return Label(tuple(self.descriptions.items())).in_language(language)


def claim_kinds(kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    """Return the kinds of claims by the things that they are, the first for each thing."""
    by_thing: dict[str, Kind] = {}
    for kind in kinds.values():
        if kind.is_claim:
            by_thing.setdefault(kind.thing, kind)
    return by_thing


def whole_properties(kind: Kind, kinds: Mapping[str, Kind]) -> tuple[IRI, ...]:
    """Return the properties by which things consist of rows of a kind, as events do of acts."""
    every = (item for fact_kind in kinds.values() for item in fact_kind.attributes)
    parts = (item for item in every if item.role == "part" and item.many and kind.name in item.of)
    return tuple(dict.fromkeys(item.predicate for item in parts if item.predicate))


SHARED_FILE: Final = "shared.yml"  # the columns and fragments of mapping that several kinds use
_KIND_KEYS: Final = (
    "unsourced", "one", "list",
    "label", "description", "class", "thing", "identity", "key", "uses", "sentence", "columns",
    "mapping",
)  # fmt: skip
_COLUMN_KEYS: Final = (
    "type", "label", "hint", "headings", "required", "unless", "scheme", "of", "kind", "words",
    "many", "default", "example", "enum", "visibility", "technical", "prose", "beside", "unnamed",
    "property", "role", "identifies", "disputed", "edge", "node", "field",
)  # fmt: skip


class Own(NamedTuple):
    """Where the kinds of a project lie, the language of their texts, and the prefixes that names
    may have."""

    folder: Path
    language: str
    prefixes: tuple[tuple[str, str], ...]
    schemes: tuple[str, ...]  # the vocabularies of the project


def load_kinds(folder: Path, own: Own | None = None) -> dict[str, Kind]:
    """Load the kinds of a folder by name, and those of a project. OntologyError with all that is
    wrong."""
    there = sorted(folder.glob("*.yml"))
    more = sorted(own.folder.glob("*.yml")) if own else []
    files = tuple((path, path.stat().st_mtime_ns) for path in (*there, *more))
    return dict(_recall_kinds(files, own if more else None))


@cache
def _recall_kinds(files: tuple[tuple[Path, int], ...], own: Own | None) -> Mapping[str, Kind]:
    """Return the kinds that files declare, as the last process read them, if they are the same."""
    folder = own.folder if own else files[0][0].parent if files else None
    name, key = f"kinds {folder and folder.absolute()}", _key(files, own)
    kinds: Mapping[str, Kind] | None = recall(name, key)
    if kinds is None:
        kinds = _load([path for path, _ in files], own)
        if key == _key(files, own):  # else somebody has changed one meanwhile
            keep(name, key, kinds)
    return kinds


def _key(files: tuple[tuple[Path, int], ...], own: Own | None) -> str:
    digests = digests_of_files(path for path, _ in files)
    return digest_of([code_version(), own, *files, *digests])


def _load(files: Sequence[Path], own: Own | None) -> Mapping[str, Kind]:
    documents = {path: read_declaration(path) for path in files}
    shared = next((data for path, data in documents.items() if path.name == SHARED_FILE), {})
    kinds: dict[str, Kind] = {}
    errors: list[HrdgraphError] = []
    for path, data in documents.items():
        if path.name != SHARED_FILE:
            try:
                is_own = own is not None and path.parent == own.folder
                kinds[path.stem] = (
                    _own_kind(path, data, shared, own, kinds.get(path.stem))
                    if own is not None and is_own
                    else _kind(path, data, shared)
                )
            except HrdgraphError as error:
                errors.append(error)
    raise_all([*errors, *(_clashes(kinds, own, files[0].parent.parent) if own else ())])
    things = {kind.thing: kind.class_iri for kind in kinds.values() if kind.is_own and kind.key_of}
    return {name: _with_things(kind, things) for name, kind in kinds.items()} if things else kinds


def _clashes(kinds: Mapping[str, Kind], own: Own, shipped: Path) -> Iterator[OntologyError]:
    """Yield what a project says of lists and properties that are not there, or of properties that
    hold something else."""
    known: dict[IRI | None, Column] = {}
    every = [(kind.name, item) for kind in kinds.values() for item in kind.columns]
    lists = {item.scheme for _, item in every if not item.is_own}
    lists.update(own.schemes, (path.stem for path in (shipped / "vocabularies").glob("*.ttl")))
    for kind, item in every:
        if item.is_own and item.scheme not in lists:
            file, error = own.folder / f"{kind}.yml", Message("not-known-here", name=item.scheme)
            yield _wrong(file, error, hint_at(item.scheme, sorted(lists)), item.name)
        if item.predicate is None:
            continue
        name = item.predicate.value
        other = known.setdefault(item.predicate, item)
        types = [CELL_TYPES[column.type] for column in (item, other)]
        file, short = own.folder / f"{kind}.yml", short_iri(name)
        if (
            item.is_own
            and len({(cell_type.datatype, bool(cell_type.node)) for cell_type in types}) > 1
        ):
            fields = {"property": short, "kind": item.type, "known": other.type}
            yield _wrong(file, Message("property-holds-other", **fields), node=item.name)
        elif item.is_own and other is item and name.startswith(PREFIXES["hrd"]):
            fact = Message("term-not-in-ontology", term=short)
            yield _wrong(file, fact, "leave-out-property", item.name)


def _with_things(kind: Kind, things: Mapping[str, IRI]) -> Kind:
    """Add the classes of the project's things that its columns name to the kind."""
    columns = (
        replace(
            column, own_things=tuple((name, things[name]) for name in column.of if name in things)
        )
        for column in kind.columns
    )
    return replace(kind, columns=tuple(columns))


def _own_kind(
    path: Path, data: Mapping[str, Any], shared: Mapping[str, Any], own: Own, known: Kind | None
) -> Kind:
    """Read a kind of a project, of which little need be written; or, under the name of a kind of
    this version, more columns of that."""
    _check_keys(path, "", data, ("columns", "visibility") if known else (*_KIND_KEYS, "visibility"))
    columns = _own_columns(data)
    if known:
        for name in filter(known.column, columns):
            raise _wrong(
                path,
                Message("there-twice", name=name),
                "choose-name",
                node=name,
            )
        more = tuple(
            column
            for name, declared in columns.items()
            for column in _columns(path, name, declared, columns, own)
        )
        return replace(known, columns=(*known.columns, *more))
    names = [name for name, declared in columns.items() if not declared.get("technical")]
    thing = bool(data.get("key"))
    needed = [name for name, declared in columns.items() if declared.get("required")]
    if any(column.get("identifies") for column in columns.values()):
        for name in needed:
            if "property" in columns[name] and not columns[name].get("disputed"):
                columns[name].setdefault("identifies", True)
    telling = [name for name, declared in columns.items() if declared.get("identifies")]
    rest = "".join(f"[, {{{name}}}]" for name in names[1:6])
    stem = path.stem.replace("-", " ")
    whole = {
        "class": f"local:{stem.title().replace(' ', '')}",
        "label": stem,
        **({"one": stem} if data.get("label") == f"{stem}s" else {}),
        "uses": ["evidence", "row"] if thing else ["claim", "evidence"],
        "identity": [] if thing else [*(telling or needed or names), "document"],
        "sentence": f"{{{names[0]}}}{rest}." if names else path.stem,
        "unsourced": "public" if thing else "restricted",
        **{key: value for key, value in data.items() if key != "visibility"},
        "columns": columns,
    }
    whole.setdefault("description", whole["label"])
    return replace(_kind(path, whole, shared, own), is_own=True, is_listed=True)


def _own_columns(data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Complete the columns of a kind of a project with what need not be written: a heading, a
    property, what the column does in the claim, and that nobody may see it."""
    columns: dict[str, dict[str, Any]] = {}
    level = data.get("visibility", "withheld")
    done: set[str] = {"object"} if data.get("key") else set()
    for name, value in dict(data.get("columns") or {}).items():
        column = {"type": "words", **dict(value or {})}
        kind = column["type"]
        role = {"date": "time", "year": "time", "country": "place", "subdivision": "place"}.get(
            kind
        )
        if kind == "name":
            column.setdefault("of", ["person"])
            role = "object" if "subject" in done else "subject"
        if name != data.get("key") and not column.get("technical"):
            dated = kind == "date" and "time" not in done
            titled = name == "name" and kind == "words"
            camel = re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)
            usual = "hrd:date" if dated else "skos:prefLabel" if titled else f"local:{camel}"
            column = {"property": usual, **column}
        if role and "property" in column and not data.get("key"):
            column.setdefault("role", role)
        done.add(str(column.get("role")))
        label = name.replace("_", " ").capitalize()
        columns[name] = {"label": label, "visibility": level, **column}
    if key := data.get("key"):
        columns = {"key": {"type": "key", "technical": True}, **columns}
        columns[key] = {"visibility": level, **columns.get(key, {}), "required": True}
    return columns


def _kind(
    path: Path, data: Mapping[str, Any], shared: Mapping[str, Any], own: Own | None = None
) -> Kind:
    _check_keys(path, "", data, _KIND_KEYS)
    named = dict(data.get("columns") or {})
    columns = dict(named)
    for group in data.get("uses") or ():
        if group not in shared.get("columns", {}):
            raise _wrong(
                path,
                Message("not-known-here", name=group),
                Message("there-is", known=", ".join(shared.get("columns", {}))),
            )
        columns |= {
            name: value for name, value in shared["columns"][group].items() if name not in columns
        }
    all_columns = tuple(
        column
        for key, value in columns.items()
        for column in _columns(path, key, value, columns, own if key in named else None)
    )
    classes = data.get("class") or "hrd:Claim"
    first, *further = [classes] if isinstance(classes, str) else classes
    kind = Kind(
        name=path.stem, file=path, thing=str(data.get("thing") or path.stem),
        class_iri=_iri(path, first, own=own),
        other_classes=tuple(_iri(path, iri, own=own) for iri in further),
        labels=_texts(path, data, "label", own=own),
        singulars=_texts(path, data, "one", needed=False, own=own),
        descriptions=_texts(path, data, "description", own=own),
        sentences=_texts(path, data, "sentence", own=own), columns=all_columns,
        unsourced=str(data.get("unsourced") or "public"),
        is_claim="claim" in (data.get("uses") or ()), is_listed=bool(data.get("list")),
        identity=tuple(data.get("identity") or ()), key_of=str(data.get("key") or ""),
    )  # fmt: skip
    _check_names(kind)
    return kind


def _columns(
    path: Path, name: str, data: Any, columns: Mapping[str, Any], own: Own | None
) -> Iterator[Column]:
    """Yield a column as it is declared, and those that it implies."""
    for key, value in _with_implied(name, dict(data or {}), columns).items():
        yield _column(path, key, value, own)


def _with_implied(
    name: str, data: Mapping[str, Any], columns: Mapping[str, Any]
) -> dict[str, Mapping[str, Any]]:
    """Return a column, and those that nobody need write: the language of an attribute in words,
    and what kind of thing a name of several kinds is of."""
    with_implied = {name: data}
    if "property" in data and "node" not in data and data.get("type", "words") == "words":
        with_implied[f"{name}_language"] = {
            "type": "language",
            "default": "@language",
            "technical": True,
        }
    if kind := data.get("kind"):
        with_implied[kind] = {"enum": data["of"], "default": data["of"][0], "technical": True}
    return {key: value for key, value in with_implied.items() if key == name or key not in columns}


def _iri(path: Path, name: str, node: str = "", own: Own | None = None) -> IRI:
    """Return the IRI of a name with a prefix."""
    prefix, _, local = name.partition(":")
    prefixes = dict(own.prefixes) if own else PREFIXES
    if prefix not in prefixes:
        known = Message("there-is", known=", ".join(prefixes))
        raise _wrong(
            path,
            Message("not-known-here", name=f"{prefix}:"),
            hint_at(prefix, prefixes, known),
            node,
        )
    return IRI(prefixes[prefix] + local)


def _snake(name: str) -> str:
    """`hrd:actType` as `act_type`."""
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name.partition(":")[2]).lower()


def _one_of(path: Path, name: str, data: Mapping[str, Any], key: str, known: Sequence[str]) -> str:
    """Return the value of a key that may have one of some values."""
    value = str(data.get(key, "")).replace("True", "true")
    if value not in known:
        hint = hint_at(value, known)
        raise _wrong(path, Message("not-known-here", name=value), hint, name)
    return value


def _columns_of_question(path: Path, name: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns in which claims agree that may not differ in this one, if named."""
    value = data.get("disputed", [])
    if not isinstance(value, list):
        _one_of(path, name, data, "disputed", (ONE_VALUE,))
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _column(path: Path, name: str, data: Mapping[str, Any], own: Own | None = None) -> Column:
    _check_keys(path, name, data, _COLUMN_KEYS)
    kind = _one_of(path, name, {"type": "words", **data}, "type", tuple(CELL_TYPES))
    if kind == "code" and not data.get("scheme"):
        raise _wrong(path, Message("missing", option="scheme"), add_this("scheme: act-type"), name)
    return Column(
        name=name,
        predicate=_iri(path, str(data["property"]), name, own) if "property" in data else None,
        role=_one_of(path, name, data, "role", ("", *ROLES)),
        identifies=_one_of(path, name, data, "identifies", IDENTIFIES),
        disputed=bool(data.get("disputed")),
        one_value_of=_columns_of_question(path, name, data),
        edges={"": edge} if isinstance(edge := data.get("edge") or {}, str) else edge,
        node=str(data.get("node") or ""),
        field=str(data.get("field") or _snake(str(data.get("property") or ""))), type=kind,
        labels=_texts(path, data, "label", needed=not data.get("technical"), node=name, own=own),
        hints=_texts(path, data, "hint", needed=False, node=name, own=own),
        headings=tuple(map(str, data.get("headings") or ())), required=bool(data.get("required")),
        unless=tuple(data.get("unless") or ()), scheme=str(data.get("scheme") or ""),
        is_own=own is not None,
        is_own_scheme=own is not None and data.get("scheme") in own.schemes,
        of=tuple(data.get("of") or ()), kind_column=str(data.get("kind") or ""),
        words_column=str(data.get("words") or ""), many=bool(data.get("many")),
        unnamed=_texts(path, data, "unnamed", needed=False, node=name, own=own),
        default=str(data.get("default") or ""),
        example=str(data.get("example") or CELL_TYPES[kind].example),
        enum=tuple(map(str, data.get("enum") or ())),
        visibility=str(data.get("visibility") or "public"), technical=bool(data.get("technical")),
        beside=str(data.get("beside") or ""), prose=data.get("prose"),
    )  # fmt: skip


def _texts(
    path: Path, data: Mapping[str, Any], key: str, *, needed: bool = True, node: str = "",
    own: Own | None = None,
) -> dict[str, str]:  # fmt: skip
    """Texts by language; a text alone is in the language of the project, else English. English,
    French and Spanish are there, or none at all; of a kind of a project one is enough."""
    value = data.get(key) or {}
    texts = (
        {own.language if own else "en": value}
        if isinstance(value, str)
        else {str(tag): str(text) for tag, text in dict(value).items()}
    )
    missing = [tag for tag in ("en", "fr", "es") if tag not in texts and own is None]
    if missing and (needed or texts):
        raise _wrong(
            path, lacks(key, ", ".join(missing)),
            "write-in-three-languages", node,
        )  # fmt: skip
    return texts


def _check_keys(path: Path, node: str, data: Mapping[str, Any], known: Sequence[str]) -> None:
    for key in data:
        if key not in known:
            raise _wrong(
                path, Message("not-known-here", name=key),
                hint_at(str(key), known, Message("there-is", known=", ".join(known))), node,
            )  # fmt: skip


def _check_names(kind: Kind) -> None:
    """Check that what a kind says of its columns names columns that it has."""
    names = [column.name for column in kind.columns]
    mentioned = [*kind.identity, *filter(None, (kind.key_of,))]
    for column in kind.columns:
        mentioned += [
            *column.unless,
            *column.one_value_of,
            *filter(None, (column.kind_column, column.words_column)),
        ]
    for name in mentioned:
        if name not in names:
            raise _wrong(
                kind.file,
                Message("column-unknown", column=name),
                hint_at(name, names),
            )


def _wrong(
    path: Path, fact: str | Message, hint: str | Message | None = None, node: str = ""
) -> OntologyError:
    return OntologyError(fact, origin=Origin(str(path), node=node or None), hint=hint)


def is_loose(column: Column, heading: str) -> bool:
    """Tell whether a technical name is met as a plain word, as `value` or `class` are."""
    return (
        column.technical
        and column.name in ("class", "value", "value_kind", "key")
        and heading != column.name
    )


def match_headings(
    kind: Kind, headings: Sequence[str], taken: Iterable[str] = ()
) -> dict[str, str]:
    """Match headings to columns: by the column's own name before its labels, and by these before
    others. `taken` are columns that need none."""
    heading_of: dict[str, str] = {}
    without = set(taken)
    meant: dict[str, list[str]] = {}
    for item in dict.fromkeys(headings):
        meant.setdefault(folded(item), []).append(item)
    ways = sorted(
        (reach, place)
        for place, column in enumerate(kind.columns)
        if column.name not in without
        for reach, known in enumerate(column.known_headings)
        if known in meant
    )
    for reach, place in ways:
        column = kind.columns[place]
        same = meant[column.known_headings[reach]]
        if same and column.name not in heading_of:
            heading_of[column.name] = same.pop(0)
    return heading_of


def match_open_headings(
    kind: Kind, headings: Sequence[str], withheld: Container[str], taken: Iterable[str] = ()
) -> dict[str, str]:
    """Match headings as `match_headings` does, but of those that are `withheld` only what protects
    people: who may see a row, and who is in it."""
    matched = match_headings(kind, headings, taken)
    protect = {
        column.name
        for column in kind.columns
        if column.scheme == "visibility" or column.required or column.type == "name"
    }
    return {
        name: heading
        for name, heading in matched.items()
        if heading not in withheld or name in protect
    }
