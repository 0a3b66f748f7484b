"""Made-up people of a demo: colleagues and households. Phones are of the 555 exchange, e-mails of example.org."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from outbound.demo.columns import texts, words
from outbound.demo.names import words_of

FIRST = words_of("""
    Ada Alma Amos Ana Anita Arlo Asa Bea Ben Bella Brady Carla Cora Cyrus Dale Dana Della Diego Edith
    Eli Elsa Emil Enid Erin Esme Ezra Faye Felix Fern Flora Gael Gil Greta Gus Hana Hank Hazel Hugo Ida
    Imani Ines Ira Iris Ivan Jada Joel Jonah Josie Juan Judd Kai Kara Kemi Kurt Lana Leon Lena Lila Luca
    Lupe Mabel Marco Mae Milo Mina Nadia Nell Nico Noor Nora Odin Olga Omar Opal Orla Otis Paco Paige
    Petra Quinn Raul Remy Rhea Rosa Ruth Saul Selma Silas Sofia Tara Tess Theo Tilda Uma Una Vera Vito
    Wade Wanda Wes Willa Xena Yara Yusuf Zane Zelda Zora
""")
LAST = words_of("""
    Abbott Acosta Albright Alvarado Ames Archer Ashby Avery Baird Barlow Bauer Becker Bell Benitez Blake
    Boone Bowen Brandt Briggs Burke Calder Cantu Carver Castillo Chan Coburn Colby Conway Cortez Crane
    Cruz Dalton Dang Decker Delgado Dixon Doyle Draper Duarte Duffy Eaton Ellis Emery Engel Escobar
    Farley Faust Finch Flores Foley Frost Fuentes Gallo Garza Gentry Gibbs Goss Grady Guerra Haas Hale
    Hardin Haynes Hess Hobbs Holt Huerta Hyde Ibarra Ingram Jarvis Jensen Joyce Judd Kane Keller Kemp
    Kirby Klein Knox Krause Lacey Lamb Landis Lara Lentz Lowe Lujan Lyle Mack Maddox Marsh Mata Mercer
    Meyer Monk Mora Moss Nash Neal Nolan Novak Ochoa Odell Ortega Owens Pace Parra Peck Pena Pope Pratt
    Quick Rahman Ramos Reed Rico Rivas Roach Rowe Rubio Sachs Salas Sharp Shaw Silva Sloan Solis Stark
    Stone Suarez Swann Tate Thorne Tobin Trejo Tran Tully Ulrich Upton Vance Vega Vogel Wade Walsh Ware
    Webb Weir West Wilder Wolfe Wynn Yates Yoder York Zamora Zeller
""")
_LANGUAGES = ("en", "es")
_AREA_CODES = ("+1317555", "+1463555", "+1765555", "+1812555", "+1219555", "+1260555", "+1574555", "+1930555")


def member_name(rng: np.random.Generator) -> str:
    """A colleague's name."""
    return f"{rng.choice(np.array(FIRST))} {rng.choice(np.array(LAST))}"


def households(has_phone: np.ndarray, has_email: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Names, phones, e-mails and languages of as many households."""
    n = len(has_phone)
    first, last = rng.integers(0, len(FIRST), n), rng.integers(0, len(LAST), n)
    area, line, tag = rng.integers(0, len(_AREA_CODES), n), rng.integers(0, 10_000, n), rng.integers(10, 9_999, n)
    given, family = np.array(FIRST)[first], np.array(LAST)[last]
    phone = np.char.add(np.array(_AREA_CODES)[area], np.char.zfill(line.astype("U4"), 4)).astype(object)
    phone[~has_phone] = None
    local = np.char.add(np.char.add(np.char.lower(given), "."), np.char.lower(family))
    email = np.char.add(np.char.add(local, tag.astype("U4")), "@example.org").astype(object)
    email[~has_email] = None
    # Some rows of a bought list name nobody.
    nameless = rng.random(n) < 0.06
    return {
        "first_name": words(FIRST, np.where(nameless, -1, first)),
        "last_name": words(LAST, np.where(nameless, -1, last)),
        "phone": texts(phone),
        "email": texts(email),
        "language": words(_LANGUAGES, (rng.random(n) < 0.07).astype(np.int64)),
    }
