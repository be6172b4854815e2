"""The training of the small network that tells whether a head is lowered (``emotion/vision/lowered.py``).

Photographs of faces get a mesh in three dimensions, by which their heads are lowered and their eyelids, too.
The worker's own detector then cuts out what it finds. ``python -m training.fit.lowered`` does all of it.
"""
