"""Names, phone numbers and e-mail addresses in one form each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.leads.contact import email_canonical, name_case, phone_e164, split_name


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("(718) 555-0123", "+17185550123"),
        ("718.555.0123", "+17185550123"),
        ("1-718-555-0123", "+17185550123"),
        ("+1 718 555 0123", "+17185550123"),
        ("718-555-0123 x45", "+17185550123"),
        ("+44 20 7946 0958", "+442079460958"),
        ("1-800-FLOWERS", "+18003569377"),
        ("555-0123", None),
        ("000-000-0000", None),
        ("111 555 0123", None),
        ("N/A", None),
        ("", None),
        ("7" * 500, None),
    ],
)
def test_a_phone_number_is_one_that_can_be_dialled_or_none(written: str, expected: str | None) -> None:
    assert phone_e164(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (" Ann.Lee@Example.COM ", "ann.lee@example.com"),
        ("mailto:ann@example.org", "ann@example.org"),
        ("ann@bücher.example.org", "ann@xn--bcher-kva.example.org"),
        ("Ann+Leads@Sub.Example.ORG", "ann+leads@sub.example.org"),
        ("ann..lee@example.org", None),
        ("ann@-example.org", None),
        ("a" * 65 + "@example.org", None),
        ("ann at example.org", None),
        ("ann@localhost", None),
        ("", None),
        ("a" * 300 + "@example.org", None),
    ],
)
def test_an_e_mail_address_has_one_spelling_or_is_none(written: str, expected: str | None) -> None:
    assert email_canonical(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("JOHN", "John"),
        ("mary-ann o'brien", "Mary-Ann O'Brien"),
        ("MCDONALD", "McDonald"),
        ("JUAN DE LA CRUZ", "Juan de la Cruz"),
        ("JOHN SMITH III", "John Smith III"),
        ("DeShawn", "DeShawn"),
        ("  ", ""),
    ],
)
def test_a_shouted_name_is_lowered_and_a_mixed_one_kept(written: str, expected: str) -> None:
    assert name_case(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("SMITH, JOHN A", ("John A", "Smith")),
        ("John A Smith", ("John A", "Smith")),
        ("Mr. John Smith Jr.", ("John", "Smith Jr.")),
        ("John & Mary Smith", ("John & Mary", "Smith")),
        ("Anna van der Berg", ("Anna", "van der Berg")),
        ("ACME HOLDINGS LLC", (None, "Acme Holdings LLC")),
        ("Cher", (None, "Cher")),
        ("", (None, None)),
    ],
)
def test_a_full_name_is_split_where_the_surname_begins(written: str, expected: tuple[str | None, str | None]) -> None:
    assert split_name(written) == expected


@given(st.text(max_size=60))
def test_what_is_in_its_form_stays_in_it(text: str) -> None:
    phone, email = phone_e164(text), email_canonical(text)
    assert phone is None or phone_e164(phone) == phone
    assert email is None or email_canonical(email) == email
    assert isinstance(split_name(text), tuple)
    assert isinstance(name_case(text), str)
