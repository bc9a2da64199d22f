"""Readers' search: `index(articles)` keeps it true, `search(…)` asks it.

Everything else of the site uses these functions only, so that another engine can stand
behind them. `index_new` is `index` for new stories; `matching_keys` is for editors.
"""

from articles.search.engine import Hit, Results, matching_keys, search
from articles.search.indexing import index, index_new

__all__ = ["Hit", "Results", "index", "index_new", "matching_keys", "search"]
