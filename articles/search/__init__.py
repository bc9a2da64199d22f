"""Readers' search: `index(articles)` keeps it true, `search(…)` asks it.

Everything else of the site uses these functions only (`index_new` is `index` for new
stories), so that another engine can stand behind them.
"""

from articles.search.engine import Hit, Results, search
from articles.search.indexing import index, index_new

__all__ = ["Hit", "Results", "index", "index_new", "search"]
