"""The command line: commands as dataclasses, and recipe files."""
