"""Readers' search: `index(articles)` keeps it true, `search(…)` asks it.

Everything else of the site uses these two functions only, so that another engine can
stand behind them.
"""

from articles.search.engine import Hit, Results, search
from articles.search.indexing import index

__all__ = ["Hit", "Results", "index", "search"]
