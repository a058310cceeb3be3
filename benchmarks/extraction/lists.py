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
WORDS = {  # award, laureate, laureates in a sentence, "distinctions", countries
    "en": ("Lantern Award", "Laureate", "The laureates of the Lantern Award are:", "Awards",
           ("Mali", "Peru", "Georgia", "Kenya")),
    "fr": ("Prix Boussole", "Lauréate", "Les lauréats du Prix Boussole sont :", "Distinctions",
           ("Mali", "Pérou", "Géorgie", "Kenya")),
    "es": ("Premio Farol", "Galardonada", "Las personas galardonadas con el Premio Farol son:",
           "Reconocimientos", ("Malí", "Perú", "Georgia", "Kenia")),
    "pt": ("Prêmio Lanterna", "Laureada", "Os laureados do Prêmio Lanterna são:", "Prêmios",
           ("Mali", "Peru", "Geórgia", "Quênia")),
    "ru": ("Премия Маяк", "Лауреат", "Лауреаты премии Маяк:", "Награды",
           ("Мали", "Перу", "Грузия", "Кения")),
    "ar": ("جائزة المنارة", "الفائز", "الفائزون بجائزة المنارة:", "الجوائز",
           ("مالي", "بيرو", "جورجيا", "كينيا")),
}  # fmt: skip
FORMS = ("list", "cards", "years", "sections", "biography")


class _Page:
    """A text that grows line by line, and the facts in it."""

    def __init__(self, title: str) -> None:
        self.title, self.text, self.facts = title, "", list[dict[str, Any]]()

    def add(self, line: str) -> int:
        start = len(self.text)
        self.text += line + "\n"
        return start

    def mark(self, kind: str, subject: str, thing: str, date: str, start: int) -> None:
        end = len(self.text.rstrip("\n"))
        told = {"type": kind, "subject": subject, "object": thing, "date": date}
        self.facts.append(told | {"start": start, "end": end})


def list_pages(seed: int = 1) -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """Pages of each form and language, three of each: name, page and facts."""
    chance = random.Random(seed)
    for language in WORDS:
        for form in FORMS:
            for number in range(3):
                page = _made(chance, language, form, number)
                about = {"text": page.text, "title": page.title, "lang": language, "url": form}
                yield f"{form}-{language}-{number}", about, page.facts


def _made(chance: random.Random, language: str, form: str, number: int) -> _Page:
    award, laureate, opening, _, countries = WORDS[language]
    own = {"ru": CYRILLIC, "ar": ARABIC}.get(language, PEOPLE)
    names = chance.sample(own, 4 if number < 2 or own is not PEOPLE else 8)
    page, year = _Page(f"{award} {2009 + number}" if number else award), 2009 + number
    if form == "biography":
        _biography(page, chance, language, names[0])
        return page
    page.add(page.title)
    if form == "list":
        page.add(opening)
    for name in names:
        country, body = chance.choice(countries), chance.choice(BODIES)
        if form == "list":
            start = page.add(f"{'• ' * (number % 2)}{name}, {body}, {country}")
            page.mark("affiliation", name, body, "", start)
        elif form == "cards":
            start = page.add(name)
            page.add(laureate)
            page.add(country)
        elif form == "years":
            year += 1
            start = page.add(
                (f"{year}: {name} ({country})", f"{year} – {name}, {country}")[number % 2]
            )
        else:
            year += 1
            page.add(f"{award} {year}" if number else str(year))
            start = page.add(name if number == 2 else f"{name}, {country}")
        dated = form in ("years", "sections") or number
        page.mark("award_conferral", name, award, str(year) if dated else "", start)
        if form != "sections" or number != 2:
            page.mark("nationality", name, country, "", start)
    return page


def _biography(page: _Page, chance: random.Random, language: str, name: str) -> None:
    page.title = name
    page.add(name)
    page.add(WORDS[language][3])
    for year in sorted(chance.sample(range(1995, 2024), 3)):
        award = chance.choice(
            [WORDS["en"][0], WORDS[language][0], "Sakharov Prize", "Beacon Award"]
        )
        form = chance.choice(["{award} ({year})", "{year}: {award}", "{award}, {year}"])
        start = page.add(form.format(award=award, year=year))
        page.mark("award_conferral", name, award, str(year), start)
