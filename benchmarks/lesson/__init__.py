"""A whole lesson in real browsers: python -m benchmarks.lesson (see __main__.py)."""
