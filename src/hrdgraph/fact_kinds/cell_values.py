"""Read cells as people write them: addresses of the Web, codes, countries, numbers, languages; and
files of YAML that declare kinds and codes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from unicodedata import category, digit

from hrdgraph.catalogue import Message, is_not, write_like
from hrdgraph.errors import OntologyError, Origin
from hrdgraph.fact_kinds.headings import folded, read_meanings, read_words
from hrdgraph.nearest import hint_at
from hrdgraph.rdf import IRI, Literal, Quad
from hrdgraph.rdfio.read import read_quads
from hrdgraph.vocab import RDF, SKOS


class CellError(ValueError):
    """A cell that says nothing of its type. `fact` says why, `hint` what to write instead."""

    def __init__(self, fact: Message, hint: Message) -> None:
        super().__init__(fact)
        self.fact, self.hint = fact, hint

    def __str__(self) -> str:
        return f"{self.fact}; {self.hint}" if self.hint else str(self.fact)


_WHOLE: Final = ("http://", "https://")
_NOT: Final = r"\s<>\"{}|\\^`"  # what no address holds
_SCHEME: Final = re.compile(rf"(https?://)([^{_NOT}]+)", re.IGNORECASE)
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_BARE: Final = re.compile(
    rf"((?:{_LABEL}\.)+([^\W\d_]{{2,24}}))(?::\d{{2,5}})?(?:[/?#][^{_NOT}@]*)?", re.IGNORECASE
)
# the ends of names of hosts that are no country's
_GENERIC: Final = frozenset(read_words("host-ends"))
# ends of names of files that are those of countries too
_FILES: Final = frozenset(("md", "py", "sh", "pl", "rs", "ps", "ai", "so", "cc", "ml"))
_LIKE: Final = re.compile(
    r"(?:(?:h?t?tps?|ftp|htt)\s*[:;]?\s*/{1,3}|https?\s*[:;]|www\s*[.,;])\s*\S", re.IGNORECASE
)


def whole_address(text: str) -> str:
    """Return the address that a text is, with its scheme, or ""."""
    if text.startswith(_WHOLE):
        return text
    if match := _SCHEME.fullmatch(text):
        return match[1].lower() + match[2]
    return f"https://{text}" if _is_bare(text) else ""


def is_completed(text: str) -> bool:
    """Tell whether a text is an address that lacks what begins one."""
    return not text.startswith(_WHOLE) and bool(whole_address(text))


def looks_like_address(text: str) -> bool:
    """Tell whether somebody meant an address by a text that is none."""
    return bool(_LIKE.match(text)) and not whole_address(text)


def web_address(text: str) -> str:
    """Return the address that a text is. ValueError where it is none."""
    address = whole_address(text)
    if not address:
        raise CellError(is_not(text, "address"), Message("copy-address"))
    return address


def _is_bare(text: str) -> bool:
    """Tell whether a text is an address without its scheme: a host that ends as hosts do."""
    match = _BARE.fullmatch(text)
    if match is None:
        return False
    host, end = match[1].casefold(), match[2].casefold()
    is_host = end in _GENERIC or (len(end) == 2 and end.isascii())
    if host.startswith("www."):
        return is_host and host.count(".") > 1
    is_file = host == text.casefold() and end in _FILES
    return is_host and not is_file and len(host.rpartition(".")[0]) > 2


@cache
def _between(separators: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of separators. A word such as "and" needs spaces around it."""
    ways = (
        rf"\s+{re.escape(mark)}\s+" if mark.isalpha() else re.escape(mark).replace(r"\n", r"\r?\n")
        for mark in separators
    )
    return re.compile("|".join(ways), re.IGNORECASE)


ANDS: Final = ("and", "et", "y", "e", "и", "و", "und")
# between items; a comma may stand between the names of one person
SIGNS: Final = ("\n", ";", "|", " / ", "/", " & ")


def split_cell(text: str, separators: tuple[str, ...]) -> list[str]:
    """List the items of a cell that is a list, none of them empty. A word parts whole names or
    single ones, and none where it stands within a name: José Ortega y Gasset."""
    signs = tuple(separator for separator in separators if not separator.isalpha())
    words = tuple(separator for separator in separators if separator.isalpha())
    items = []
    for item in _between(signs).split(text) if signs else [text]:
        parts = [part.strip() for part in _between(words).split(item)] if words else [item.strip()]
        is_whole = 0 < sum(" " in part for part in parts) < len(parts)
        items += [item.strip()] if is_whole else parts
    return [part for part in items if part]


def read_items(
    text: str, separators: tuple[str, ...], values: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return the items of a cell; of a text for which a person gave codes, these codes."""
    if (whole := values.get(text.strip())) is not None:
        return [*whole]
    items = split_cell(text, separators)
    return [meant for item in items for meant in values.get(item, (item,))]


_CHOICES: Final = read_meanings("choice-")


@dataclass(frozen=True)
class Codes:
    """The codes of a scheme. `labels` are the preferred ones by code and language; `by_name`
    knows every name without case and accents, but those that two codes share (`shared`)."""

    scheme: str
    labels: Mapping[str, Mapping[str, str]]
    by_name: Mapping[str, str]
    shared: Mapping[str, frozenset[str]]

    def code(self, text: str, language: str = "") -> str:
        """Return the code that a text is, or is a label of. ValueError with the nearest ones
        otherwise, in the language of the text where one is near there."""
        code = self.find_code(text)
        if code is None:
            unknown = Message("not-known-here", name=text)
            raise CellError(unknown, self._near(text, language))
        return code

    def find_code(self, text: str) -> str | None:
        """Find the code that a text is, or is a label of; None where there is none."""
        name = folded(text)
        return self.by_name.get(name) or self.by_name.get(_singular(name))

    def find_shared(self, cells: Iterable[str]) -> dict[str, str]:
        """Find the codes of the texts of a column that two codes share, where the other texts mean
        all but one of these: beside `H` for men `M` is women, and beside `F` it is men."""
        names = {cell: folded(cell) for cell in cells}
        meant = {self.find_code(cell) for cell in names}
        left = {cell: self.shared.get(name, frozenset()) - meant for cell, name in names.items()}
        return {cell: min(codes) for cell, codes in left.items() if len(codes) == 1}

    def _near(self, text: str, language: str) -> Message:
        known = [label for names in self.labels.values() for label in names.values()]
        own = [names[language] for names in self.labels.values() if language in names]
        otherwise = Message("there-is", known=tuple(own or self.labels)[:12])
        anywhere = hint_at(text, [*self.labels, *known], otherwise)
        return hint_at(text, own, anywhere) if own else anywhere

    def label(self, code: str, language: str) -> str:
        """Return the label of a code in a language, else in English, else the code."""
        names = self.labels.get(code, {})
        return names.get(language) or names.get("en") or code


def _singular(name: str) -> str:
    """Return a folded name with its words in the singular, as the Romance languages and English
    have it: `menaces de mort` is a `menace de mort`."""
    return re.sub(r"(?<=\w{3})s\b", "", name)


def folder_of(folders: Sequence[Path], scheme: str) -> Path:
    """Return the folder of vocabularies that has a scheme."""
    has = (folder for folder in folders[1:] if any(folder.glob(f"{scheme}.*")))
    return next(has, folders[0])


def codes_of(folders: Sequence[Path], scheme: str) -> Codes:
    """Read the codes of a scheme in folders of vocabularies; none where they have no such file."""
    folder = folder_of(folders, scheme)
    paths = [folder / f"{scheme}{ending}" for ending in (".ttl", ".yml")]
    path = next((candidate for candidate in paths if candidate.is_file()), paths[0])
    return _codes(path, path.stat().st_mtime_ns if path.is_file() else 0)


def read_declaration(path: Path) -> dict[str, Any]:
    """Read what a file declares. OntologyError where it is malformed or empty."""
    import yaml

    place = Origin(str(path))
    try:
        declared = _of_text(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise OntologyError(
            "not-valid", format="YAML", hint="look-at-yaml", reason=error, origin=place
        ) from error
    if not isinstance(declared, dict):
        raise OntologyError("not-as-expected", origin=place, hint="write-kind")
    return declared


@lru_cache(maxsize=64)
def _of_text(text: str) -> Any:
    """Parse a document; nobody changes it. Most projects have the same ones."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Takes the keys `on`, `no` and `2021` for words."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode):
                    key.tag = "tag:yaml.org,2002:str"
            return super().construct_mapping(node, deep)

    return yaml.load(text, Loader=Loader)


def read_vocabulary(path: Path, space: str = "local:/", language: str = "") -> tuple[Quad, ...]:
    """Read the statements of a vocabulary: a file of Turtle, or of YAML with a label, several
    names, or labels by language for each code."""
    if path.suffix != ".yml":
        return tuple(read_quads(path))
    scheme = IRI(f"{space}{path.stem}")
    label = Literal(path.stem.replace("-", " "), language=language)
    quads = [Quad(scheme, RDF.type, SKOS.ConceptScheme), Quad(scheme, SKOS.prefLabel, label)]
    for code, words in read_declaration(path).items():
        concept, names = (
            IRI(f"{scheme.value}/{code}"),
            words if isinstance(words, list) else [words],
        )
        quads += [Quad(concept, RDF.type, SKOS.Concept), Quad(concept, SKOS.inScheme, scheme)]
        first = names[0] if isinstance(names[0], dict) else {language: names[0]}
        quads += [
            Quad(concept, SKOS.prefLabel, Literal(str(text), language=str(tag)))
            for tag, text in first.items()
        ]
        quads += [
            Quad(concept, SKOS.altLabel, Literal(str(text), language=language))
            for text in names[1:]
        ]
    return tuple(quads)


@cache
def _codes(path: Path, _changed: int) -> Codes:
    labels: dict[str, dict[str, str]] = {}
    names: dict[str, set[str]] = {}
    for quad in read_vocabulary(path) if path.is_file() else ():
        if not isinstance(quad.subject, IRI) or f"/{path.stem}/" not in quad.subject.value:
            continue
        code = quad.subject.value.rpartition("/")[2]
        if quad.predicate == RDF.type and quad.object == SKOS.Concept:
            labels.setdefault(code, {})
            names.setdefault(folded(code), set()).add(code)
        if isinstance(quad.object, Literal) and quad.predicate in (
            SKOS.prefLabel,
            SKOS.altLabel,
            SKOS.hiddenLabel,
            SKOS.notation,
        ):
            if quad.predicate == SKOS.prefLabel:
                labels.setdefault(code, {})[quad.object.language or ""] = quad.object.value
            for text in (quad.object.value, re.sub(r"\s*\(.*\)$", "", quad.object.value)):
                names.setdefault(folded(text), set()).add(code)
    for name, its_codes in list(names.items()):
        names.setdefault(_singular(name), set()).update(its_codes)
    known = {name: next(iter(codes)) for name, codes in names.items() if len(codes) == 1}
    known |= {folded(code): code for code in labels}
    shared = {name: frozenset(codes) for name, codes in names.items() if name not in known}
    return Codes(path.stem, labels, known, shared)


def choice(text: str, choices: tuple[str, ...]) -> str:
    """Return the choice that a text is, or means in another language. ValueError otherwise."""
    code = {folded(item): item for item in choices}.get(folded(text)) or _CHOICES.get(
        folded(text).replace(" ", "")
    )
    if code not in choices:
        fact = Message("not-known-here", name=text)
        raise CellError(fact, Message("there-is", known=choices))
    return code


def is_choice(text: str, choices: tuple[str, ...]) -> bool:
    """Tell whether a text is one of some choices, or means one in another language."""
    try:
        return bool(choice(text, choices))
    except CellError:
        return False


FILE: Final = Path(__file__).parent / "words" / "countries.csv"
# the beginnings of words for who and what is of a country, by language
DEMONYMS: Final = FILE.with_name("demonyms.csv")
_OF_SEVERAL: Final = read_words("demonyms-of-several")
_ENDINGS: Final = re.compile(r"[aeo]|[aeo]?s|nn?es?|is|ses?|an[ao]s?|[а-я]{1,4}|[هةىي]|ين|ون")
_SEVERAL: Final = {
    "cs": ("Czechoslovakia (CSHH)", "Serbia and Montenegro (CSXX)"),
    "congo": ("Congo-Brazzaville (CG)", "Congo-Kinshasa (CD)"),
    "كونغو": ("Congo-Brazzaville (CG)", "Congo-Kinshasa (CD)"),
    "конго": ("Congo-Brazzaville (CG)", "Congo-Kinshasa (CD)"),
    "korea": ("South Korea (KR)", "North Korea (KP)"),
    "coree": ("Corée du Sud (KR)", "Corée du Nord (KP)"),
    "corea": ("Corea del Sur (KR)", "Corea del Norte (KP)"),
}
_ARTICLES: Final = (
    "the ", "la ", "le ", "les ", "l ", "el ", "los ", "las ", "o ", "a ", "os ", "as ",
)  # fmt: skip


@cache
def names() -> Mapping[str, str]:
    """Return the code of each name, the names without case and accents."""
    by_name: dict[str, str] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in (row["code"], *row["names"].split("|")):
                by_name.setdefault(folded(name), row["code"])
    return MappingProxyType({name: code for name, code in by_name.items() if name not in _SEVERAL})


@cache
def _demonyms() -> Mapping[str, str]:
    """Return the code of each beginning, without those that several countries have."""
    demonyms: dict[str, set[str]] = {}
    with DEMONYMS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row.pop("code")
            for stem in "|".join(filter(None, row.values())).split("|") if len(code) == 2 else ():
                demonyms.setdefault(folded(stem), set()).add(code)
    return {stem: next(iter(codes)) for stem, codes in demonyms.items() if len(codes) == 1}


def _of_demonym(name: str) -> str | None:
    """Return the country of those called so: Iraqi, colombiana."""
    known = _demonyms()
    if name.startswith(_OF_SEVERAL):
        return None
    stems = (size for size in range(len(name), max(len(name) - 5, 3), -1) if name[:size] in known)
    size = next(stems, 0)
    is_whole = size == len(name) or _ENDINGS.fullmatch(name[size:])
    return known[name[:size]] if size and is_whole else None


def country_code(text: str) -> str:
    """Return the code of a country, by its name or what its people are called. ValueError on a
    text that is none, or that several have as their name."""
    name, bare = _forms(text)
    code = _find_code(name, bare) or _of_demonym(name)
    if code is not None:
        return code
    if bare in _SEVERAL or name in _SEVERAL:
        names_ = _SEVERAL.get(name) or _SEVERAL[bare]
        fact = Message("value-may-be", value=text, names=names_)
        raise CellError(fact, Message("write-country-code"))
    # a wrong country is worse than none
    way = hint_at(name, names(), Message("write-country-code"), cutoff=0.88)
    raise CellError(Message("not-known-here", name=text), way)


def is_country(text: str) -> bool:
    """Tell whether a text is the name or code of one country."""
    return _find_code(*_forms(text)) is not None


def is_of_country(text: str) -> bool:
    """Tell whether a text says one country, by its name or what its people are called."""
    return is_country(text) or _of_demonym(folded(text)) is not None


def _forms(text: str) -> tuple[str, str]:
    """Return a name without case and accents, and without its article too."""
    # R.D. Congo is RD Congo
    name = folded(text.replace(".", "") if "." in text else text)
    return name, next(
        (name.removeprefix(article) for article in _ARTICLES if name.startswith(article)), name
    )


def _find_code(name: str, bare: str) -> str | None:
    return names().get(name) or names().get(bare)


# a run of figures with the marks that may stand inside a number; a space only before three figures
FIGURES: Final = re.compile(r"[-−+±]?\s?\d+(?:[.,'’٫٬]\d+|\s\d{3}(?!\d))*")
_IN_THREES: Final = re.compile(r"\d{1,3}(?:(?P<mark>[.,'’٬\s])\d{3})(?:(?P=mark)\d{3})*")
_INDIAN: Final = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}")  # 12,34,567
_DECIMAL_MARKS: Final = MappingProxyType({"en": ".", "zh": ".", "fr": ",", "pt": ",", "ru": ","})
_BOTH_MARKS: Final = ("es", "ar")  # a point here, a comma there
# what makes the figures beside it another number than they say
_NO_DIGIT: Final = re.compile(r"\D")
_SIGNS: Final = re.compile(r"[%‰<>≤≥±~×^/]")
_SCALED: Final = re.compile(
    r"\d[km]\b|\b(?:millions?|millones|milhao|milhoes|milliards?|billions?|miles?|mil"
    r"|mille|milliers?|thousands?|hundreds?|cents?|centaines?|cien|cientos?|centenas?|cem|vingts?"
    r"|dozens?|dizaines?|douzaines?|decenas?|docenas?|duzias?|dezenas?|half|halves|quarters?|demie?s?"
    r"|medi[oa]|mei[oa]|тыс\w*|млн|миллион\w*|млрд|миллиард\w*|сот\w*|сто|десятк\w*|половин\w*|k)\b"
    r"|[万千亿百]|ألف|الف|آلاف|الاف|مليون|ملايين|مئ[ةه]|مائ[ةه]"
)
NUMBERS: Final = read_meanings("number-")
_YES: Final = frozenset(read_words("yes"))
_NO: Final = frozenset(read_words("no"))
_SPOKEN: Final = ("en", "fr", "es", "pt", "ru", "ar", "de", "it")  # that name languages


def number(text: str, language: str = "") -> str:
    """Return the number in a text, with a point before its fraction: "1 500,50 €" is 1500.50.

    Where a mark may divide thousands as well as a fraction ("1,500"), the language decides.
    CellError where it does not, and where the text holds no number, several, or part of one
    ("3 million").
    """
    written = [match[0] for match in FIGURES.finditer(text)]
    if len(written) > 1:
        raise _refuse("numbers-several", text)
    odd = _SIGNS.search(text) or any(category(sign) == "No" for sign in text)
    if odd or _SCALED.search(folded(text)):
        raise CellError(is_not(text, "number"), Message("write-digits"))
    if not written:
        return str(_number_word(text))
    plain = "".join(str(digit(sign)) if sign.isdigit() else sign for sign in written[0])
    sign, unsigned = ("-", plain[1:].lstrip()) if plain[0] in "-−" else ("", plain.lstrip("+ "))
    if sign and text[: text.index(written[0])].strip()[-1:].isalnum():
        sign = ""  # "COVID-19" is not below zero
    return sign + _read_figures(unsigned, text, language.lower().partition("-")[0])


def count(text: str, language: str = "") -> str:
    """Return the whole number in a text. CellError as for `number`, and for one with a fraction or
    below zero.

    Nobody counts in thousandths: in a language that does not write fractions with a point only,
    "1.500" is 1500.
    """
    whole = re.sub(r"\.00?$", "", number(join_thousands(text, language), language))
    if not whole.isdecimal():
        raise CellError(is_not(text, "whole-number"), Message("write-digits"))
    return whole


def join_thousands(text: str, language: str) -> str:
    """Return a text with the thousands of its number written as one, where nothing is counted in
    thousandths, unless the language writes fractions with that mark only."""
    match = FIGURES.search(text)
    usual = _DECIMAL_MARKS.get(language, "" if language in _BOTH_MARKS else ".,")
    groups = _IN_THREES.fullmatch(match[0]) if match else None
    if groups and groups["mark"] not in usual and groups[0][0] != "0":
        return text.replace(groups[0], _NO_DIGIT.sub("", groups[0]))
    return text


def _read_figures(written: str, text: str, language: str) -> str:
    """Tell the marks between thousands from the one before a fraction."""
    marks = _NO_DIGIT.findall(written)
    last = marks[-1] if marks else ""
    whole, _, fraction = written.rpartition(last) if last else (written, "", "")
    digits = _NO_DIGIT.sub("", whole)
    if not marks:
        return str(int(written))
    if len(set(marks)) == 2 and marks.count(last) == 1 and last in ".,٫" and _in_groups(whole):
        return f"{int(digits)}.{fraction}"
    if len(set(marks)) > 1:
        raise CellError(is_not(text, "number"), Message("write-digits"))
    usual = _DECIMAL_MARKS.get(language, "")
    if not _in_groups(written) or last == "٫":
        if len(marks) > 1 or last not in ".,٫":
            raise CellError(is_not(text, "number"), Message("write-digits"))
        if last == "," and usual == ".":
            raise _refuse("numbers-several", text)
        return f"{int(whole)}.{fraction}"
    if len(marks) > 1 or last not in ".,":
        return digits + fraction
    if last == usual:
        return f"{int(whole)}.{fraction}"
    if last == "," and usual == ".":
        return digits + fraction
    # a point in a language of commas may come from a cell that a spreadsheet holds as a number
    whole, part = digits + fraction, f"{digits}.{fraction}0"
    fact = Message("value-may-be", value=text, names=(whole, part))
    raise CellError(fact, write_like(f"{whole}, {part}"))


def _in_groups(written: str) -> bool:
    """Tell whether the figures stand in groups of thousands."""
    groups = _IN_THREES.fullmatch(written) or _INDIAN.fullmatch(written)
    return groups is not None and written[0] != "0"


def _number_word(text: str) -> int:
    """Return the number that the first word of a text names, if no other word names one."""
    words = folded(text).split()
    values = [int(NUMBERS[word]) for word in words if word in NUMBERS]
    if len(values) > 1:
        raise _refuse("numbers-several", text)
    if not values or words[0] not in NUMBERS:
        raise CellError(is_not(text, "number"), Message("write-digits"))
    return values[0]


def _refuse(code: str, text: str) -> CellError:
    return CellError(Message(code, value=text), Message("write-digits"))


def yes_no(text: str) -> str:
    """`true` or `false`. ValueError on what is neither."""
    word = folded(text) or text.strip()
    if word in _YES:
        return "true"
    if word in _NO:
        return "false"
    raise CellError(is_not(text, "yes-no"), Message("write-otherwise-or-unknown"))


def is_yes_or_no(text: str) -> bool:
    """Tell whether a text says yes or no."""
    return not {folded(text), text.strip()}.isdisjoint(_YES | _NO)


@cache
def _language_names() -> Mapping[str, str]:
    """Return the tags of languages by their names, as CLDR has them in several languages."""
    from babel import Locale

    named = (item for tag in _SPOKEN for item in Locale(tag).languages.items())
    names = {folded(name): tag for tag, name in named if tag.isalpha()}
    return names | dict.fromkeys(read_words("castilian"), "es")


def language_code(text: str) -> str:
    """Return the tag of a language: the text itself where it is one, else that of its name.
    ValueError otherwise."""
    if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*", text):
        return text
    code = _language_names().get(folded(text)) or (
        text.lower() if re.fullmatch("[A-Za-z]{2}", text) else None
    )
    if code is None:
        fact = Message("not-known-here", name=text)
        raise CellError(fact, write_like("fr"))
    return code
