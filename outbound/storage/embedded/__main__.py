"""``python -m outbound.storage.embedded HOME``: the keeper of a data folder."""

import sys

from outbound.storage.embedded.keeper import main

main(sys.argv[1])
