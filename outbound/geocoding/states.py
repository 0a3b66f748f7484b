"""Where the states lie, and which ZIP codes are theirs: enough to tell that a position belongs to another address."""

from __future__ import annotations

_MARGIN = 0.1
"""Degrees beyond the outermost land of a state: piers, barrier islands, and how boxes are rounded."""

# West, south, east, north in degrees. Alaska reaches across 180°.
_BOXES: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    code: tuple(
        (numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3]) for i in range(0, len(numbers), 4)
    )
    for code, numbers in (
        (words[0], [float(word) for word in words[1:]])
        for words in (line.split() for line in """
AL -88.48 30.14 -84.88 35.01|AK -180 51.1 -129.9 71.5 172.3 51 180 53.1|AZ -114.82 31.33 -109.04 37.01
AR -94.62 33.00 -89.64 36.50|CA -124.49 32.53 -114.13 42.01|CO -109.07 36.99 -102.04 41.01
CT -73.73 40.95 -71.78 42.06|DE -75.79 38.45 -74.98 39.84|DC -77.12 38.79 -76.90 39.00
FL -87.64 24.39 -79.97 31.01|GA -85.61 30.35 -80.75 35.01|HI -178.4 18.86 -154.75 28.5
ID -117.25 41.98 -111.04 49.01|IL -91.52 36.97 -87.01 42.51|IN -88.10 37.77 -84.78 41.77
IA -96.64 40.37 -90.14 43.51|KS -102.06 36.99 -94.58 40.01|KY -89.58 36.49 -81.96 39.15
LA -94.05 28.85 -88.75 33.02|ME -71.09 42.91 -66.88 47.46|MD -79.49 37.88 -75.04 39.73
MA -73.51 41.18 -69.85 42.89|MI -90.42 41.69 -82.12 48.31|MN -97.24 43.49 -89.48 49.39
MS -91.66 30.13 -88.09 35.01|MO -95.78 35.99 -89.09 40.62|MT -116.06 44.35 -104.03 49.01
NE -104.06 39.99 -95.30 43.01|NV -120.01 35.00 -114.03 42.01|NH -72.56 42.69 -70.56 45.31
NJ -75.57 38.92 -73.88 41.36|NM -109.06 31.33 -103.00 37.01|NY -79.77 40.47 -71.85 45.02
NC -84.33 33.75 -75.40 36.59|ND -104.06 45.93 -96.55 49.01|OH -84.83 38.40 -80.51 42.33
OK -103.01 33.61 -94.43 37.01|OR -124.71 41.99 -116.46 46.30|PA -80.53 39.71 -74.68 42.52
RI -71.91 41.09 -71.08 42.02|SC -83.36 32.03 -78.49 35.22|SD -104.06 42.47 -96.43 45.95
TN -90.32 34.98 -81.64 36.68|TX -106.65 25.83 -93.50 36.51|UT -114.06 36.99 -109.04 42.01
VT -73.45 42.72 -71.46 45.02|VA -83.68 36.54 -75.16 39.47|WA -124.85 45.54 -116.91 49.01
WV -82.65 37.20 -77.71 40.64|WI -92.90 42.49 -86.24 47.31|WY -111.06 40.99 -104.05 45.01
PR -67.99 17.83 -65.16 18.57|VI -65.16 17.62 -64.51 18.47|GU 144.56 13.18 145.01 13.71
MP 144.83 14.04 146.12 20.62|AS -171.15 -14.61 -168.09 -11.0
""".strip().replace("\n", "|").split("|"))
    )
}  # fmt: skip

# The state of a ZIP code by its first three digits: first, last, state (USPS Publication 65).
_ZIPS = """
005 005 NY|006 007 PR|008 008 VI|009 009 PR|010 027 MA|028 029 RI|030 038 NH|039 049 ME|050 054 VT|055 055 MA
056 059 VT|060 069 CT|070 089 NJ|100 149 NY|150 196 PA|197 199 DE|200 200 DC|201 201 VA|202 205 DC|206 219 MD
220 246 VA|247 268 WV|270 289 NC|290 299 SC|300 319 GA|320 339 FL|341 349 FL|350 369 AL|370 385 TN|386 397 MS
398 399 GA|400 427 KY|430 459 OH|460 479 IN|480 499 MI|500 528 IA|530 549 WI|550 567 MN|569 569 DC|570 577 SD
580 588 ND|590 599 MT|600 629 IL|630 658 MO|660 679 KS|680 693 NE|700 714 LA|716 729 AR|730 732 OK|733 733 TX
734 749 OK|750 799 TX|800 816 CO|820 831 WY|832 833 ID|834 834 ID|835 838 ID|840 847 UT|850 865 AZ|870 884 NM
885 885 TX|889 898 NV|900 961 CA|967 968 HI|970 979 OR|980 994 WA|995 999 AK
"""
_STATE_OF_ZIP = {
    f"{prefix:03d}": state
    for first, last, state in (line.split() for line in _ZIPS.strip().replace("\n", "|").split("|"))
    for prefix in range(int(first), int(last) + 1)
}
# Codes that serve doors of two states or territories: nothing is concluded from them.
_SHARED = frozenset({"063", "821", "834", "967", "969", "340"})


def state_of_postcode(postcode: str) -> str:
    """``11427`` → ``NY``; empty where the ZIP code is none, or serves more than one state."""
    prefix = postcode[:3]
    return "" if prefix in _SHARED else _STATE_OF_ZIP.get(prefix, "")


def within_state(state: str, lat: float, lon: float) -> bool | None:
    """Whether a position (degrees) may lie in a state, by its two letters; None for letters that name none."""
    boxes = _BOXES.get(state)
    if boxes is None:
        return None
    return any(
        west - _MARGIN <= lon <= east + _MARGIN and south - _MARGIN <= lat <= north + _MARGIN
        for west, south, east, north in boxes
    )
