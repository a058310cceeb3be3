"""Cells that say who may see a row, as people write them, into codes of the scheme of visibility:
`sí` below `Confidencial` is restricted, and so is `non` below `Diffusion`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.fact_kinds.cell_errors import CellError
from hrdgraph.fact_kinds.codes import Codes
from hrdgraph.fact_kinds.headings import PRIVATE_WORDS, folded
from hrdgraph.fact_kinds.numbers import yes_no

SCHEME: Final = "visibility"
PUBLIC, RESTRICTED = "public", "restricted"
# in headings below which `yes` keeps a row back, without case and accents
_SECRET: Final = PRIVATE_WORDS | frozenset(
    (
        "confidentiality", "confidentialite", "confidencialidad", "sensible", "sensibles",
        "sensitive", "restricted", "restreint", "restringido", "reservado", "reservada", "reserve",
        "secreto", "sigilo", "sigiloso", "конфиденциально", "секретно", "سري",
    )
)  # fmt: skip
# in headings below which `yes` lets it out, and an empty cell says nothing of the kind
_OPEN: Final = frozenset(
    (
        "public", "publique", "publico", "publica", "publish", "publishable", "publier",
        "publiable", "publie", "publicar", "publicable", "diffusion", "difusion", "diffuser",
        "diffusable", "difundir", "divulgable", "publicavel", "divulgar", "публиковать", "للنشر",
    )
)  # fmt: skip
_NOT: Final = re.compile(r"(ne pas|pas|non|no|not|do not|never|jamais|nunca|nao|не|لا)\s\S")


def sense_of(heading: str) -> str:
    """Whether `yes` below a heading keeps back ("secret"), lets out ("open"), or is unclear."""
    name = folded(heading)
    words = {*name.split()}
    if words & _SECRET:
        return "" if _NOT.match(name) else "secret"
    if words & _OPEN:
        return "secret" if _NOT.match(name) else "open"
    return ""


def level_code(text: str, heading: str, codes: Codes, language: str = "") -> str:
    """The code of a cell below a heading; that of an empty one below a heading that lets out is
    restricted, else none. ValueError on what is unclear."""
    name = folded(text)
    if not name:
        return RESTRICTED if sense_of(heading) == "open" else ""
    if (found := codes.known(text)) is not None:
        return found
    try:
        is_yes = yes_no(text) == "true"
    except CellError:
        if _NOT.match(name) or {*name.split()} & _SECRET:
            return RESTRICTED
        return PUBLIC if name in _OPEN else codes.code(text, language)
    if not (sense := sense_of(heading)):
        raise CellError(Message("level-unclear", value=text, column=heading), _write(codes))
    return RESTRICTED if is_yes == (sense == "secret") else PUBLIC


def is_kept_back(text: str, heading: str, codes: Codes) -> bool:
    """Whether a row with this cell is not public; so is one whose cell is not understood."""
    try:
        return level_code(text, heading, codes) not in ("", PUBLIC)
    except CellError:
        return True


def is_level(text: str, codes: Codes) -> bool:
    """Whether a text says who may see something, below some heading."""
    try:
        level_code(text, "public", codes)
    except CellError:
        return False
    return True


def _write(codes: Codes) -> Message:
    return Message("choose-code", names=tuple(codes.labels))


# headings below which cells say who may see a row: of these some whatever the cells are, others
# where the cells look like marks
_MARKS: Final = re.compile(
    r"confiden|vertraul|secre|geheim|segred|sigil|consent|consint|einwillig|zustimm|соглас|موافق"
    r"|anonym"
    r"|anonim|аноним|مجهول|هوية مخفية|\btlp\b|traffic light|diffus|difus|difund|disclos|divulg"
    r"|weitergabe"
    r"|freigabe|visib|sichtbar|видимост|reserva|restri|sensi[bt]|vertraulich|конфиден|секрет"
    r"|разглаш"
    r"|огласк|سري|خصوصي|للنشر|لا ينشر|embargo|off the record|redact|withh|schutz|protect|autoris"
    r"|authori"
    r"|autoriz|permi[st]|разреш|classif|klassif|гриф|(?:can|may|ok"
    r"|allowed) (?:to )?(?:be )?(?:publi|share|use)"
    r"|publica[br]|publish(?!e[rd]\b)|publia|a publier|veroffentlich"
)
_MAYBE_MARKS: Final = re.compile(
    r"publi|интерн|внутр|intern|priv|prive|част|личн|закрыт|открыт|public|oeffentlich|offentlich"
    r"|عام|خاص|share"
    r"|partag|compart|teilen|level|niveau|nivel|stufe|уров|مستو|access|acces|zugang|доступ|flag"
    r"|color|colour|couleur"
    r"|farbe|цвет|لون|release|online|web|site|accord|acuerdo|acordo|\bok\b|security|securite"
    r"|seguridad|sicherheit|risk"
    r"|risque|riesgo|risco"
)
_MARK_PHRASES: Final = re.compile(
    r"\btlp\b|(?:do not|don t|never|must not|cannot|can t|should not|not to) (?:be )?(?:share"
    r"|publi|disclos|releas"
    r"|distribut|quot|nam|circulat|cit|us)|not for (?:public|release|distribution|shar"
    r"|circulation)|off (?:the )?record"
    r"|ne (?:pas|jamais) (?:\w+ )?(?:diffus|publi|partag|cit|divulg|nomm|communiqu|rendre public)"
    r"|pas (?:a|de) (?:diffus|publi)"
    r"|(?<!si )\bno (?:se (?:puede |debe )?)?(?:difund|public|compart|divulg|citar|nombrar)"
    r"|nao (?:divulg|public|compartilh)"
    r"|nicht (?:\w+ )?(?:veroffentlich|weitergeb|teilen)|не (?:публик|разглаш|распростран|оглаш)"
    r"|لا (?:ت|ي)?نشر|غير للنشر"
    r"|\b(?:a |to be |should be |doit etre |debe ser )?(?:anonymi[sz]|anonimi[sz])|(?:keep|remain"
    r"|stay|rester?|garder?|mantener"
    r"|permanecer) (?:\w+ )?(?:anonym|anonim|private|secret|internal|confid|prive)|(?:internal"
    r"|staff|office|our|official)"
    r" (?:use )?(?:only|use)|only (?:for )?(?:us|internal)|(?:usage|uso) intern|(?:solo|seulement"
    r"|uniquement) (?:uso )?intern"
    r"|nur (?:fur )?intern|(?:strictly |strictement |estrictamente |streng )?confiden[tc]i?"
    r"|vertraulich|служебн|\bдсп\b"
    r"|конфиденц|секретн|سري|(?<!sin )embargo|need to know|eyes only|(?:name|nom"
    r"|nombre) (?:withheld|retenu|reservado)"
)
_MARK_WORDS: Final = frozenset(
    folded(word)
    for word in (
        "internal", "interne", "interno", "interna", "intern", "private", "privé", "privée",
        "privado", "privada",
        "secret", "secreto", "secreta", "geheim", "reservado", "reservada", "reservé",
        "restricted", "restreint",
        "restreinte", "restringido", "restringida", "restrito", "sensitive", "sensible",
        "protected", "protégé",
        "protegido", "hidden", "caché", "oculto", "withheld", "retenu", "retenido", "sigilo",
        "sigiloso", "gesperrt",
        "нельзя", "внутреннее", "закрыто", "закрытый", "خاص", "محظور", "public", "publique",
        "público", "öffentlich",
        "открыто", "публично", "عام", "us only", "pseudonym", "pseudonyme", "seudónimo",
    )
)  # fmt: skip
_COLOURS: Final = frozenset(
    folded(word)
    for word in (
        "red", "amber", "orange", "yellow", "green", "white", "clear", "rouge", "ambre",
        "jaune", "vert", "blanc",
        "rojo", "ámbar", "naranja", "amarillo", "verde", "blanco", "vermelho", "laranja",
        "amarelo", "branco", "rot",
        "gelb", "grün", "weiß", "красный", "жёлтый", "зелёный", "белый", "أحمر", "أصفر", "أخضر",
        "أبيض",
    )
)  # fmt: skip
_SIGNS: Final = frozenset("✓✔☑✗✘☒×●•*!+-⚑🔒🔴🟠🟡🟢⚪🚫⛔")
_FEW, _SHORT_CELL = 12, 40  # different cells, and characters of one, that still look like marks


def says_private(text: str) -> bool:
    """Whether a title, a name of a sheet or file, or a cell says that what it stands over or in is
    not for everybody."""
    name = folded(text)
    if re.match(r"(?:non|not|no|nicht|nao|не) (?:confid|vertraul|secre|конфид|секрет)", name):
        return False
    return name in _MARK_WORDS - _OPEN or bool(_MARK_PHRASES.search(name))


class RowMarks(NamedTuple):
    """A column that may say which rows are private, and the different cells that may say it.
    Where it is prose, rows with other cells are not meant. `is_likely`: its heading or a cell
    speaks of such, and it is not only yes and no."""

    heading: str
    cells: tuple[str, ...]
    is_prose: bool = False
    is_likely: bool = True


def row_marks(heading: str, cells: Iterable[str], *, is_prose: bool) -> RowMarks | None:
    """The cells below a heading that may say which rows are private; None where nothing looks so.
    Of prose, or very many cells, these are the ones that say it; else all, since each may."""
    values = tuple(dict.fromkeys(cells))
    filled = [value for value in values if value]
    private = tuple(value for value in filled if says_private(value))
    is_short = len(filled) <= _FEW and all(len(value) <= _SHORT_CELL for value in filled)
    name = folded(heading)
    if not is_prose and (
        _MARKS.search(name) or (is_short and filled and (private or _MAYBE_MARKS.search(name)))
    ):
        return RowMarks(heading, values)
    if private:
        return RowMarks(heading, private, is_prose=True)
    is_flag = not is_prose and is_short and filled and all(map(_is_mark, filled))
    return RowMarks(heading, values, is_likely=False) if is_flag else None


def _is_mark(text: str) -> bool:
    """Whether a cell is a tick, a colour, yes or no, or a word for who may see something."""
    name = folded(text)
    if name in _COLOURS or name in _MARK_WORDS or text.strip().strip("️") in _SIGNS:
        return True
    try:
        return bool(yes_no(text))
    except CellError:
        return False


def unread_levels(cells: Iterable[str], heading: str, codes: Codes) -> bool:
    """Whether some cell below a heading of levels is not understood precisely: a figure below
    `Niveau` may count from above or from below."""
    is_scale = re.search(r"level|nive|stufe|уров|مستو|classif|grade|tlp", folded(heading))
    for cell in dict.fromkeys(cells):
        if is_scale and folded(cell).isdigit():
            return True
        try:
            level_code(cell, heading, codes)
        except CellError:
            return True
    return False
