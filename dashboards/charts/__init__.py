"""Charts: each from numbers to a figure for Plotly and to SVG, by the same shapes, colours and gaps.

`chart.py` has what charts are made of, `svg.py` and `figure.py` draw it, and the others make one chart each.
"""
