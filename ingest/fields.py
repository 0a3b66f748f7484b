"""What a column may mean to us, and by which names lists call it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum


class Field(StrEnum):
    """What a column may mean to us."""

    HOUSE_NUMBER = "house_number"
    HOUSE_NUMBER_SUFFIX = "house_number_suffix"
    STREET_DIRECTION = "street_direction"
    STREET = "street"
    STREET_SUFFIX = "street_suffix"
    ADDRESS = "address"
    """A whole address, or number and street, in one column."""
    UNIT = "unit"
    CITY = "city"
    STATE = "state"
    POSTCODE = "postcode"
    LAT = "lat"
    LON = "lon"
    POSITION = "position"
    """Latitude and longitude in one column: ``40.72, -73.74``, ``POINT (-73.74 40.72)``."""
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    FULL_NAME = "full_name"
    PHONE = "phone"
    EMAIL = "email"
    LANGUAGE = "language"
    YARD_SIZE_SQFT = "yard_size_sqft"
    EXTERNAL_REF = "external_ref"


# Of two columns that may hold a field the one whose name stands first here is taken: where somebody bought a list of
# owners, the door to knock is the property and not where its owner gets mail.
_NAMES: dict[Field, str] = {
    Field.HOUSE_NUMBER: "propertynumber housenumber houseno housenum housenbr streetnumber streetno streetnum addrnum "
    "addressnumber addrhousenumber stnum stno hnum buildingnumber number",
    Field.HOUSE_NUMBER_SUFFIX: "addrnsfx addrnumsuffix numbersuffix housenumbersuffix stnumsuffix",
    Field.STREET_DIRECTION: "streetdirection predir predirection stpredir streetpredirection stdir",
    Field.STREET: "street streetname stname road roadname addrstreet strname",
    Field.STREET_SUFFIX: "streettype sttype streetsuffix stsuffix stpostype posttype",
    Field.ADDRESS: "propertyaddress propertystreetaddress siteaddress situsaddress situs premiseaddress "
    "physicaladdress serviceaddress installationaddress locationaddress address fulladdress streetaddress address1 "
    "addressline1 addressline addr addr1 fulladdr addressfull streetline1 homeaddress residenceaddress "
    "deliveryaddress owneraddress mailingaddress mailaddress mailingaddress1",
    Field.UNIT: "propertyunit unit unitnumber unitnum unitno apt aptno aptnumber aptnum apartment apartmentnumber "
    "suite address2 addressline2 addr2 streetline2 addrunit mailingunit",
    Field.CITY: "propertycity situscity sitecity city town municipality addrcity postcity cityname mailcity "
    "mailingcity ownercity",
    Field.STATE: "propertystate situsstate sitestate state statecode stateprovince province addrstate st stateabbr "
    "region mailstate mailingstate ownerstate",
    Field.POSTCODE: "propertyzip propertyzipcode situszip sitezip zip zipcode zip5 postcode postalcode postal "
    "addrpostcode zippostalcode zippostcode mailzip mailingzip mailingzipcode ownerzip",
    Field.LAT: "lat latitude ycoord latdd gpslat gpslatitude pointy",
    Field.LON: "lon lng long longitude xcoord londd gpslon gpslongitude pointx",
    Field.POSITION: "latlng latlon latlong latitudelongitude coordinates coordinate coords geopoint geolocation gps "
    "gpscoordinates gpslocation thegeom wkt location position point geo",
    Field.FIRST_NAME: "firstname first givenname fname ownerfirstname owner1firstname contactfirstname forename",
    Field.LAST_NAME: "lastname last surname familyname lname ownerlastname owner1lastname contactlastname",
    Field.FULL_NAME: "fullname ownername owner1 owner1name ownerfullname owner homeowner homeownername contactname "
    "contact customername customer residentname resident occupant occupantname headofhousehold buyer buyername "
    "grantee prospect prospectname leadname name",
    Field.PHONE: "phone phonenumber telephone tel mobile mobilephone cell cellphone phone1 homephone primaryphone "
    "contactphone ownerphone telephonenumber mobilenumber cellnumber",
    Field.EMAIL: "email emailaddress mail email1 primaryemail contactemail owneremail emailid",
    Field.LANGUAGE: "language lang preferredlanguage spokenlanguage",
    Field.YARD_SIZE_SQFT: "yardsizesqft yardsqft yardsize yardarea lawnsqft lawnsize",
    Field.EXTERNAL_REF: "externalid externalref recordid leadid customerid prospectid accountid id osmid parcelid "
    "apn parcel ref rowid uid",
}
BY_NAME = {name: field for field, names in _NAMES.items() for name in names.split()}
RANK = {name: rank for names in _NAMES.values() for rank, name in enumerate(names.split())}
VAGUE = frozenset(
    [
        "number", "st", "region", "name", "id", "ref", "first", "last", "mail", "tel", "location", "position",
        "point", "geo", "gps", "contact", "customer", "prospect", "owner", "long", "situs", "road", "cell",
    ]
)  # fmt: skip
"""Names that are as often something else."""
_FIRM_NAMES = frozenset(BY_NAME) - {"number", "st", "region", "name", "id", "ref", "first", "last", "mail", "tel"}
_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]")

Mapped = dict[Field, int]
"""The position of the column of each field."""


def key_of(name: str) -> str:
    """A column's name without case, accents, spaces and signs."""
    return _NOT_ALPHANUMERIC.sub("", unicodedata.normalize("NFKD", name).lower())


def field_named(name: str) -> Field | None:
    """The field that a column of this name holds by all likelihood."""
    return BY_NAME.get(key_of(name))


def known_names(names: Sequence[str]) -> float:
    """How many of the names are column names that we know; vague ones (id, name) count half."""
    keys = {key_of(name) for name in names if len(name) < 100}
    return sum((1.0 if key in _FIRM_NAMES else 0.5) for key in keys if key in BY_NAME)
