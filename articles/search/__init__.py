"""Readers' search: `index(articles)` keeps it true, `search(…)` asks it.

Everything else of the site uses these functions only, so that another engine can stand
behind them. `index_new` is `index` for new stories, `index_many` for more than one can
wait for, which `index_waiting` ends; `matching_keys` is for editors.
"""

from articles.search.engine import Hit, Results, matching_keys, search
from articles.search.indexing import index, index_new
from articles.search.later import index_many, index_waiting

__all__ = [
    "Hit", "Results", "index", "index_many", "index_new", "index_waiting",
    "matching_keys", "search",
]  # fmt: skip
