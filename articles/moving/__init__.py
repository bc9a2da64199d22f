"""Bringing in what a paper had elsewhere: readers of formats, runs, undoing a run."""
