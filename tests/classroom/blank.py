"""A text that would look blank, and how every form refuses it."""

BLANK = "\u202e\u3164\u200b"
REFUSAL = "This would look blank. Please type words that others can read."
