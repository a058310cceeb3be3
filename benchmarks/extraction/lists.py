"""Lists, cards, years and distinctions of invented names, as pages with their facts: the forms of
pages of which too few are marked."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

PEOPLE = (
    "Aïssatou Coulibaly", "Joana Ferreira dos Santos", "Nino Beridze", "Tran Van Minh",
    "Rosa Quispe",
    "Hassan al-Mansoor", "Katsiaryna Novik", "Daler Nazarov", "Marisol Huanca", "Willy Odhiambo",
    "Anja Brekke", "Omar Farouk Diallo", "Lucía Ibáñez", "Bakhtiyor Rahimov", "Mariam Cissé",
    "Dilnoza Yusupova", "Jean-Baptiste Mukendi", "Sokha Chan", "Fatoumata Barry", "Peter Okello",
    "Célestine Nduwimana", "Rahim Sarkar", "Ximena Aguirre", "Giorgi Lomidze", "Zeynep Aydın",
)  # fmt: skip
CYRILLIC = ("Дарья Ковалёва", "Рустам Юлдашев", "Алесь Новик", "Нина Беридзе", "Игорь Сафронов")
ARABIC = ("حسن المنصور", "مريم الخالدي", "عمر الفاروق", "ليلى بنعلي", "سامي الحداد")
BODIES = (
    "Mothers of the River Network", "Collectif Voix du Sahel", "Red de Mujeres del Sur",
    "Pamir Lawyers Association", "Comité Lumière et Justice", "Rede Raízes", "Sunrise Collective",
)  # fmt: skip
WORDS = {  # awards, laureate, finalist, headings, introductions, labels, deeds, "jury", countries
    "en": (("Lantern Award", "Amara Prize for Civil Courage"), "Laureate", "Finalist",
           ("Laureates", "Previous winners", "Recipients", "Awardees of past years"),
           ("The laureates of the {} are:", "This year's awardees of the {} are:",
            "The {} was announced today. The winners are the following:"),
           ("Africa", "Americas", "Category Youth", "Lifetime achievement", "Human rights lawyer"),
           ("{} has worked for the rights of workers for many years.",
            "A lawyer and activist, {} leads a small organisation in the north.",
            "has spent decades documenting abuses of the police"),
           "Jury", "Finalists", "Awards", ("Mali", "Peru", "Georgia", "Kenya")),
    "fr": (("Prix Boussole", "prix Léonie Masson des libertés"), "Lauréate", "Finaliste",
           ("Lauréats", "Lauréates et lauréats", "Liste des récompensés", "Anciens lauréats"),
           ("Les lauréats du {} sont :", "Cette année, le {} récompense :",
            "Voici les lauréats du {} :"),
           ("Afrique", "Amériques", "Catégorie Jeunesse", "Droits des femmes"),
           ("{} défend depuis longtemps les droits des travailleurs.",
            "Avocate et militante, {} dirige une petite association du nord.",
            "documente depuis des années les abus de la police"),
           "Jury", "Finalistes", "Distinctions", ("Mali", "Pérou", "Géorgie", "Kenya")),
    "es": (("Premio Farol", "Premio Nacional de la Tierra"), "Galardonada", "Finalista",
           ("Galardonados", "Ganadores anteriores", "Personas premiadas", "Ganadoras"),
           ("Las personas galardonadas con el {} son:", "Los ganadores del {} son los siguientes:",
            "El jurado del {} premió este año a:"),
           ("África", "Américas", "Categoría Juventud", "Defensora del año"),
           ("{} defiende desde hace años los derechos de los trabajadores.",
            "Abogada y activista, {} dirige una pequeña organización del norte.",
            "documenta desde hace años los abusos de la policía"),
           "Jurado", "Finalistas", "Reconocimientos", ("Malí", "Perú", "Georgia", "Kenia")),
    "pt": (("Prêmio Lanterna", "Prêmio Nacional da Terra"), "Laureada", "Finalista",
           ("Laureados", "Vencedores anteriores", "Premiados", "Ganhadoras"),
           ("Os laureados do {} são:", "Confira os vencedores do {}, por categoria:",
            "Conheça os ganhadores do {}:"),
           ("África", "Categoria Juventude", "Enfrentamento à Violência", "Igualdade Racial"),
           ("{} defende há anos os direitos dos trabalhadores.",
            "Advogada e ativista, {} dirige uma pequena organização do norte.",
            "documenta há anos os abusos da polícia"),
           "Júri", "Finalistas", "Prêmios", ("Mali", "Peru", "Geórgia", "Quênia")),
    "ru": (("Премия Маяк", "Премия имени Веры Лосевой"), "Лауреат", "Финалист",
           ("Лауреаты", "Лауреаты прошлых лет", "Победители", "Награжденные"),
           ("Лауреаты премии Маяк:", "Лауреатами премии Маяк стали:", "Победители премии Маяк:"),
           ("Африка", "Категория «Молодежь»", "За мужество", "За вклад в науку"),
           ("{} много лет защищает права рабочих.",
            "Адвокат и активистка, {} руководит небольшой организацией.",
            "много лет документирует злоупотребления полиции"),
           "Жюри", "Финалисты", "Награды", ("Мали", "Перу", "Грузия", "Кения")),
    "ar": (("جائزة المنارة", "جائزة الكرامة"), "الفائز", "المرشح",
           ("الفائزون", "الفائزون السابقون"),
           ("الفائزون بجائزة المنارة:", "والفائزون بالجائزة هذا العام هم:"),
           ("أفريقيا", "فئة الشباب"),
           ("{} يدافع عن حقوق العمال منذ سنوات.", "يوثق انتهاكات الشرطة منذ سنوات"),
           "لجنة التحكيم", "المرشحون", "الجوائز", ("مالي", "بيرو", "جورجيا", "كينيا")),
}  # fmt: skip
ASIDES = {  # what such pages say besides of people, who received nothing
    "en": ("The ceremony was hosted by {} in the town hall.", "{} of {} chaired the jury.",
           "\"A proud day\", said {}, director of {}.", "Photo: {}",
           "{} was arrested in 2014 and spent two years in prison.", "See also: {}"),
    "fr": ("La cérémonie a été animée par {} à l'hôtel de ville.", "{}, de {}, présidait le jury.",
           "« Un grand jour », a déclaré {}, directrice de {}.", "Photo : {}",
           "{} a été arrêté en 2014 et a passé deux ans en prison.", "À lire aussi : {}"),
    "es": ("La ceremonia fue conducida por {} en la alcaldía.", "{}, de {}, presidió el jurado.",
           "«Un gran día», dijo {}, directora de {}.", "Foto: {}",
           "{} fue detenido en 2014 y pasó dos años en prisión.", "Te puede interesar: {}"),
    "pt": ("A cerimônia foi apresentada por {} na prefeitura.", "{}, de {}, presidiu o júri.",
           "\"Um grande dia\", disse {}, diretora de {}.", "Foto: {}",
           "{} foi preso em 2014 e passou dois anos na prisão.", "Leia também: {}"),
    "ru": ("Церемонию вел {} в здании мэрии.", "{} из организации {} возглавлял жюри.",
           "«Большой день», – сказал {}, директор {}.", "Фото: {}",
           "{} был арестован в 2014 году и провел два года в тюрьме.", "Читайте также: {}"),
    "ar": ("وقدم الحفل {} في قاعة البلدية.", "وترأس لجنة التحكيم {} من {}.",
           "وقال {} إنه يوم عظيم.", "تصوير: {}", "اعتقل {} عام 2014 وقضى سنتين في السجن."),
}  # fmt: skip
ACRONYMS = ("RMS", "CPDH", "LDF")
NEWS = {  # {a} and {b} received it; {c} and {e} did not
    "en": ("The {a} received the {award} in {year}.", "In {year} the {award} went to {a} of {e}.",
           "{a}, a member of {e}, won the {award} {year}.", "{e} gave the {award} to {a} and {b}.",
           "{c} praised {a}, who was honoured with the {award}.", "{c} spoke of the {award}."),
    "fr": ("Le {a} a reçu le {award} en {year}.", "En {year}, le {award} a été décerné à {a}.",
           "{a}, membre de {e}, a remporté le {award}.", "{e} a remis le {award} à {a} et à {b}.",
           "{c} a salué {a}, lauréat du {award} {year}.", "{c} a parlé du {award}."),
    "es": ("La {a} recibió el {award} en {year}.", "En {year} el {award} fue otorgado a {a}.",
           "{a}, integrante de {e}, ganó el {award}.", "{e} entregó el {award} a {a} y a {b}.",
           "{c} felicitó a {a}, galardonada con el {award}.", "{c} habló del {award}."),
    "pt": ("A {a} recebeu o {award} em {year}.", "Em {year}, o {award} foi entregue a {a}.",
           "{a}, integrante de {e}, venceu o {award}.", "{e} entregou o {award} a {a} e a {b}.",
           "{c} elogiou {a}, agraciada com o {award}.", "{c} falou do {award}."),
    "ru": ("{a} получила {award} в {year} году.", "В {year} году {award} присуждена {a}.",
           "{a} и {b} стали лауреатами {award}.", "{c} рассказал о {award}."),
    "ar": ("حصل {a} على {award} عام {year}.", "منحت {e} {award} للمحامي {a}.",
           "تحدث {c} عن {award}."),
}  # fmt: skip
FORMS = ("introduced", "labels", "cards", "years", "sections", "names", "biography", "news")
COUNTS = 5  # pages of each form and language


class _Page:
    """A text that grows line by line, and the facts in it."""

    def __init__(self, title: str) -> None:
        self.title, self.text, self.facts = title, "", list[dict[str, Any]]()

    def add(self, line: str, end: str = "\n") -> int:
        start = len(self.text)
        self.text += line + end
        return start

    def mark(self, kind: str, subject: str, thing: str, date: str, start: int) -> None:
        end = len(self.text.rstrip())
        told = {"type": kind, "subject": subject, "object": thing, "date": date}
        self.facts.append(told | {"start": start, "end": end})


def list_pages(seed: int = 1) -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """Pages of each form and language: name, page and facts."""
    chance = random.Random(seed)
    for language in WORDS:
        for form in FORMS:
            for number in range(COUNTS):
                page = _made(chance, language, form, number)
                about = {"text": page.text, "title": page.title, "lang": language, "url": form}
                yield f"{form}-{language}-{number}", about, page.facts


def _made(chance: random.Random, language: str, form: str, number: int) -> _Page:
    awards, _, _, headings, intros, _, _, jury, _, _, _ = WORDS[language]
    own = {"ru": CYRILLIC, "ar": ARABIC}.get(language, PEOPLE)
    names = chance.sample(own, min(len(own) - 1, 4 + number))
    award = awards[number % 2]
    page = _Page(f"{award} {2009 + number}" if number % 2 else award)
    if form == "biography":
        _biography(page, chance, language, names[0])
        return page
    if form == "news":
        for place, template in enumerate(NEWS[language]):
            _told(page, chance, template, own, award, " " if (place + number) % 3 else "\n")
        return page
    people = [*names[:-2], chance.choice(BODIES)]
    if number != 3 or form == "introduced":  # else the title alone names the award
        page.add(page.title)
    if number == 1:  # whom a page names besides
        page.add(jury)
        for name in names[-2:]:
            page.add(f"{name}, {chance.choice(BODIES)}")
    if form == "introduced":
        page.add(chance.choice(intros).format(award))
    elif number != 2:
        page.add(chance.choice(headings))
    _aside(page, chance, language, own, people)
    year = 2009 + number
    for place, name in enumerate(people):
        is_finalist = form == "cards" and place % 3 == 2
        if form in ("years", "sections"):
            year += 1
        start = _entry(page, chance, language, form, number, name, year, is_finalist)
        is_dated = form in ("years", "sections") or number % 2
        kind = "nomination" if is_finalist else "award_conferral"
        page.mark(kind, name, award, str(year) if is_dated else "", start)
        if chance.random() < 0.15:
            _aside(page, chance, language, own, people)
    for _ in range(3):
        _aside(page, chance, language, own, people)
    return page


def _aside(
    page: _Page, chance: random.Random, language: str, own: tuple[str, ...], people: list[str]
) -> None:
    """Add a line about somebody who received nothing."""
    others = [name for name in own if name not in people]
    page.add(chance.choice(ASIDES[language]).format(chance.choice(others), chance.choice(BODIES)))


def _entry(
    page: _Page, chance: random.Random, language: str, form: str, number: int, name: str,
    year: int, is_finalist: bool,
) -> int:  # fmt: skip
    """Add the line of a laureate, and what stands around it."""
    _, laureate, finalist, _, _, labels, deeds, _, _, _, countries = WORDS[language]
    country, body, label = chance.choice(countries), chance.choice(BODIES), chance.choice(labels)
    deed = chance.choice(deeds)
    told = deed.format(name) if "{}" in deed else f"{name} {deed}."
    if form == "introduced":
        bullet = ("", "• ", "- ", "", "* ")[number]
        line = (
            f"{name}, {body}, {country}", f"{name} – {country}: {told}", f"{name} ({country})",
            name, f"{name}, {deeds[-1]};",
        )[number]  # fmt: skip
        start = page.add(bullet + line)
        if number == 3:
            page.add(told)
    elif form == "labels":
        line = (
            f"{label}: {name};", f"{label} – {name}", f"{label}: {name}, {body}, {country}",
            f"{page.text.count(chr(10))}. {label}: {name}", f"XV – {label}: {name};",
        )[number]  # fmt: skip
        start = page.add(line)
    elif form == "cards":
        start = page.add(name)
        page.add(finalist if is_finalist else laureate)
        page.add(country)
        if number > 1:
            page.add(told)
    elif form == "years":
        line = (
            f"{year}: {name} ({country})", f"{year} – {name}, {country}",
            f"| {number} | {name} | {country} | {year} | {label} |",
            f"{year} {name} ( {country} )", f"{name} ({year})",
        )[number]  # fmt: skip
        start = page.add(line)
    elif form == "sections":
        page.add(f"{page.title.split(' 20')[0]} {year}" if number in (1, 4) else str(year))
        start = page.add(
            (f"{name}, {country}", name, f"{label}: {name}, {country}", f"- {name}", name)[number]
        )
    else:
        start = page.add(("- " * (number % 2)) + name + f" ({country})" * (number == 2))
    return start


def _biography(page: _Page, chance: random.Random, language: str, name: str) -> None:
    page.title = name
    page.add(name)
    page.add(WORDS[language][9])
    for year in sorted(chance.sample(range(1995, 2024), 3)):
        award = chance.choice([*WORDS["en"][0], *WORDS[language][0], "Sakharov Prize"])
        forms = ["{award} ({year})", "{year}: {award}", "{award}, {year}", "{award}\n{year}"]
        form = chance.choice(forms)
        start = page.add(form.format(award=award, year=year))
        page.mark("award_conferral", name, award, str(year), start)


def _told(
    page: _Page, chance: random.Random, template: str, own: tuple[str, ...], award: str, end: str
) -> None:
    """Add a sentence about a conferral, with whom it names besides."""
    a, b, c = chance.sample(own, 3)
    body, e = chance.sample(BODIES, 2)
    a = chance.choice([a, a, body, chance.choice(ACRONYMS)]) if own is PEOPLE else a
    year = chance.randint(1998, 2023)
    start = page.add(template.format(a=a, b=b, c=c, e=e, award=award, year=year), end)
    for name in (a, b):
        if name in page.text[start:]:
            page.mark("award_conferral", name, award, "", start)
