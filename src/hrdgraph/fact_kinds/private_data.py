"""Headings and cells that tell of the private life of somebody: contacts, addresses, birth, health,
family, papers, the person who typed. In English, French, Spanish, Portuguese, German, Russian and
Arabic; headings are compared without case and accents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from hrdgraph.fact_kinds.headings import folded


def _words(text: str) -> re.Pattern[str]:
    """A pattern of whole words; `*` stands for any ending, and Arabic words may have an article."""
    words = "|".join(word.replace("*", r"\w*") for word in text.split("/"))
    return re.compile(rf"\b(?:و?ال)?(?:{words})\b")


_BIRTH: Final = _words(
    "dob/d o b/yob/birth*/born/bday/ne(?! (?:pas|jamais|plus) )/nee/nes/nees/naissance/naiss"
    "/nacid[oa]s?"
    "/nacimiento/nac/fnac/nascid[oa]s?/nascimento/nasc/geb/geboren/geburt*/geb datum/рожд*/родил*"
    "/д р/дата р"
    "/ميلاد*/مواليد/تولد/ولد/ولاد*/age/ages/edad/idade/alter/возраст/عمر*/سن/birthday/anniversaire"
    "/cumpleanos"
)
_TOPICS: Final[Mapping[str, re.Pattern[str]]] = {
    "birth": _BIRTH,
    "contact": _words(
        "phone*/telephone*/tel/telf/tlf/tfno/telefon*/mobile*/movil*/celular*/cell/cellphone*"
        "/portable/gsm/whatsapp"
        "/signal/telegram/skype/viber/handy*/fax/e mail*/email*/mail*/courriel*/correo*/contact*"
        "/kontakt*/facebook"
        "/twitter/instagram/social media/reseaux sociaux/redes sociales/телефон*/тел/почта"
        "/контакт*/هاتف*/جوال"
        "/موبايل/بريد*/اتصال"
    ),
    "address": _words(
        "address*/adress*/direccion*/domicil*/endereco*/residen*/lives/lives (?:at|in)/anschrift*"
        "/wohn*/адрес*"
        "/прожива*/عنوان*/سكن*/اقام*/hideout*/hiding*/shelter*/safe ?house*/refug*/cache"
        "/whereabouts"
        "/(?:current|present) location/lieu actuel/ubicacion actual/paradero/gps/latitude/latitud"
        "/longitude/longitud"
        "/lat/lon/lng/coord*/geo*/координат*/street/rue/calle/rua/strasse/улица/شارع/post ?code"
        "/zip*/code postal"
        "/codigo postal/cep/plz"
    ),
    "health": _words(
        "health*/sante/salud/saude/gesundheit*/medical*/medic[oa]s?/disease*/illness*/maladie*"
        "/enfermedad*/doenca*"
        "/krank*/diagnos*/hiv/vih/pregnan*/enceinte*/embaraz*/gravid*/disab*/handicap*/discapac*"
        "/deficien*/injur*"
        "/wound*/bless*/herid*/lesion*/trauma*/psych*/psic*/blood/sangre/здоров*/болезн*/травм*"
        "/صح*/مرض*/اصاب*"
    ),
    "family": _words(
        "family(?! name)/(?<!nom de )famille/familia*/familie(?!n?name)*/spouse*/wife/husband"
        "/epou*/conjoint*"
        "/espos[oa]/conyuge/marital*/etat civil/estado civil/married/children/child/enfants?"
        "/hij[oa]s?/filh[oa]s?"
        "/kinder/father*/mother*/pere/mere/padres?/madre/pai/mae/vater/mutter/parents?/next of kin"
        "/kin/relatives?"
        "/proches?/sibling*/frere*/soeur*/herman[oa]s?/irma[os]?/orphan*/orphelin*/huerfan*/семь*"
        "/жена/муж/дети/отец"
        "/мать/родствен*/супруг*/عائل*/اسر[هة]/زوج*/اولاد/والد*"
    ),
    "typist": _words(
        "(?:typed|entered|recorded|registered|submitted|collected|reported|created) by"
        "/(?:documented|updated) by/saisi*"
        "/encod*/ingresad*/capturad*/digitad*/(?:registrad|documentad|reportad)[oa] por/data entry"
        "/interview*/enquet*"
        "/encuestador*/entrevist*/focal point/point focal/punto focal/user*/usuari*/utilisateur*"
        "/submitt*/erfass*"
        "/внес*/заполнил*/интервьюер*/ادخل*/باحث*/مدخل*"
    ),
    "private-source": _words(
        "informant*/informateur*/informante*/temoin*/temoign*/witness*/testig*/testimon*"
        "/testemunh*/zeug*/свидетел*"
        "/شاهد/شهود/(?:private|confidential|internal) source*"
        "/source (?:privee|confidentielle|interne)"
        "/fuente (?:privada|confidencial|interna|reservada)/fonte (?:privada|confidencial|interna)"
    ),
    "identity-number": _words(
        "passport*/passeport*/pasaporte*/passaporte*/паспорт*/جواز*"
        "/(?:id|identity) (?:no|number|card|document)"
        "/national id*/identit*/cni/dni/nif/nie/cpf/rg/curp/rfc/cedula*/c c/carnet*/ssn/nin/nir"
        "/nss/social security*"
        "/ausweis*/инн/снилс/هوي*/رقم وطني/matricul*/bank*/iban/account*/cuenta*"
    ),
    "beliefs": _words(
        "religi*/confession/faith/creencia*/ethni*/etni*/tribe*/tribu/race/raza/raca/caste/sexual*"
        "/orientation"
        "/orientacion*/lgbt*/political*/politique/politic[oa]/party/parti/partido/религи*/этнич*"
        "/دين/ديان*/عرق*/طائف*"
    ),
    "free-text": _words(
        "note/notes/notiz*/nota/notas/remark*/remarque*/comment*/coment*/kommentar*/observ*/obs"
        "/descri*/beschreib*"
        "/details?/detalle*/narrat*/recit*/relato*/summary/resume/resumen*/resumo/story/histoire*"
        "/historia*/anmerk*"
        "/bemerk*/circonstan*/circumstan*/circunstan*/примечан*/комментар*/описан*/заметк*/ملاحظ*"
        "/وصف*/تفاصيل"
    ),
}  # fmt: skip

_DATE: Final = re.compile(
    r"\b\d{4}[-./]\d{1,2}([-./]\d{1,2})?\b|\b\d{1,2}[-./]\d{1,2}[-./](\d{4}|\d{2})\b"
    r"|\b\d{4}(\s*[-–/,; ]\s*(19|20)\d\d)+\b"
)
_STREET: Final = (
    r"rue|avenue|av|ave|boulevard|bd|blvd|chemin|impasse|quartier|calle|carrera|cra|avenida|avda"
    r"|barrio|colonia|rua"
    r"|travessa|street|st|road|rd|lane|drive|block|apt|apartment|ул|улица|дом|кв|проспект|شارع|حي"
)
_CELLS: Final[Mapping[str, re.Pattern[str]]] = {
    "holds-email": re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"),
    "holds-coordinates": re.compile(
        r"-?\d{1,2}[.,]\d{3,}\s*[,;/ ]\s*-?\d{1,3}[.,]\d{3,}|\d{1,3}\s*°\s*\d{1,2}\s*['′’]"
    ),
    "holds-birth-date": re.compile(
        r"(?<!\w)(born|b\.|d\.?o\.?b\.?|née?|nacid[oa]|nascid[oa]|geb\.?|geboren|род\.|родил\w*"
        r"|р\.|مواليد|ولد)"
        r"[^\d\n]{0,25}(\d{1,2}\D{1,12}){0,2}(19|20)\d\d",
        re.IGNORECASE,
    ),
    "holds-identity-number": re.compile(
        r"\b\d{3}-\d{2}-\d{4}\b|\b\d{3}\.\d{3}\.\d{3}-\d{2}\b|\b[A-Z]{4}\d{6}[HM][A-Z]{5}\w\d\b"
        r"|\b\d{8}-?[A-Z]\b"
        r"|\b[12]\s?\d{2}\s?(0[1-9]|1[0-2])\s?\d[\dAB]\s?\d{3}\s?\d{3}(\s?\d\d)?\b"
        r"|\b[A-Z]{1,2}\d{7,8}\b"
        r"|(?i:\b(passport|passeport|pasaporte|паспорт|cni|dni|cpf|curp|c[ée]dula|c\.c\.|ssn|id)\b"
        r"\s*(n[o°º]?|no\.|№|number|:|#)?\s*[.:]?\s*[A-Z]{0,3}\d[\d. -]{4,}\d)"
    ),
    "holds-phone": re.compile(
        r"(?<![\w+])(\+|00)\s?\d([\s().-]{0,2}\d){7,13}(?!\w)"
        r"|(?<![\w/.,+-])\(?0\d{1,3}\)?([\s.-]?\d{2,4}){2,4}(?![\w/-])"
        r"|(?i:\b(tel|tél|phone|tlf|telf|cel|cell|mob|mobile|whatsapp|signal|тел"
        r"|هاتف)\b\W{0,4}\d([\s().-]{0,2}\d){5,})"
        r"|^\W*\d([\s().-]{0,2}\d){8,12}\W*$"
    ),
    "holds-street": re.compile(
        rf"(?i:\b\d{{1,5}}\s*(bis|ter)?,?\s+({_STREET})\b\.?\s+\w"
        rf"|\b\d{{1,5}}\s+(\w+\s){{1,3}}(street|st|road|rd|lane"
        rf"|drive|avenue|ave|blvd)\b|\b({_STREET})\b\.?\s+[^,\d]{{0,40}},?\s*(n[o°º]?\.?|#|№"
        rf"|д\.)?\s*\d{{1,5}}\b(?!\s*\w*\s*(19|20)\d\d))"
    ),
}  # fmt: skip


def is_of_birth(heading: str) -> bool:
    """Whether a heading speaks of birth or age, so that it is the date or place of nothing else."""
    return bool(_BIRTH.search(folded(heading)))


def private_topic(heading: str) -> str:
    """The private matter that a heading speaks of; "" where it speaks of none."""
    name = folded(heading)
    return next((topic for topic, words in _TOPICS.items() if words.search(name)), "")


def private_data_in(cells: Iterable[str]) -> str:
    """What private data some cell holds, such as a phone number; "" where none does."""
    for cell in dict.fromkeys(cells):
        text = _DATE.sub(" ", cell)
        for name, pattern in _CELLS.items():
            if pattern.search(cell if name == "holds-birth-date" else text):
                return name
    return ""
