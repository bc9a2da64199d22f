"""The demo edition's illustrations, a module a section, printed from code."""
