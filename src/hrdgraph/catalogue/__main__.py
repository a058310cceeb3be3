"""Put the catalogues in order: entries by their codes, the English beside each entry of the
other languages.

`python -m hrdgraph.catalogue` says in the end which sentences a language does not have, and
which were translated from an English sentence that is another one now.
"""

from __future__ import annotations

from hrdgraph.catalogue.upkeep import put_in_order

if __name__ == "__main__":
    for gap in put_in_order():
        print(gap)
