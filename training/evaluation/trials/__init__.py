"""What the worker should not read, put before it: one table of turned, covered, blurred, glaring, still and
lowered faces and of pictures without anybody, and what an ordinary face loses by the tests that refuse those.

A module of each kind has ``rows(inputs: Inputs) -> Iterator[Row]``; ``KINDS`` in ``table.py`` lists them.
"""
