"""What others hold to be numbers that can be dialled and addresses that mail reaches."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.etree import ElementTree

from outbound.leads.contact import email_canonical, phone_e164


def test_an_example_of_every_kind_of_number_in_every_country_is_kept(shared_data: Path) -> None:
    folder = shared_data / "phone_email_rrule" / "libphonenumber"
    with (folder / "valid_example_numbers.csv").open() as file:
        numbers = {f"+{row['calling_code']}{row['national_number']}" for row in csv.DictReader(file)}
    assert len(numbers) > 800
    lost = {number for number in numbers if phone_e164(number) != number}
    assert not {number for number in lost if number.startswith("+1")}
    # Metadata of two dates differ by a few ranges that a country has given up.
    assert len(lost) < 10, lost


def test_no_address_that_is_an_error_is_taken_and_none_that_is_valid_is_lost(shared_data: Path) -> None:
    path = shared_data / "phone_email_rrule" / "isemail" / "tests.xml"
    cases = [(_visible(each.findtext("address") or ""), each) for each in ElementTree.parse(path).iter("test")]  # noqa: S314
    assert len(cases) > 150
    for address, case in cases:
        kept, category = email_canonical(address), case.findtext("category")
        if category in {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"} and "." in address.rpartition("@")[2]:
            assert kept is not None, address
        if kept is not None:  # what an error adds is only blank, and is taken off
            assert category in {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"} or kept == address.strip()
            assert email_canonical(kept) == kept


def _visible(address: str) -> str:
    """Control characters stand in the file as the pictures of themselves."""
    return "".join(chr(ord(sign) - 0x2400) if 0x2400 <= ord(sign) <= 0x2420 else sign for sign in address)
