"""Trials: pictures that should not be read, and what the checks that refuse them cost ordinary faces.

They are turned, covered, blurred, too bright, still and lowered faces, and pictures without anybody.
A module of each kind has ``rows(inputs: Inputs) -> Iterator[Row]``; ``KINDS`` in ``table.py`` lists them.
"""
