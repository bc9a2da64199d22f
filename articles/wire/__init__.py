"""The wire desk: what agencies send, read, kept and made into drafts.

One module a format makes `item.NewsItem` of bytes and touches no database; `arrivals`
keeps them as rows of `WireItem`; `stories` makes drafts. Nothing here publishes.
"""
