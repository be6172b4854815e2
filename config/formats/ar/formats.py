"""Arabic with the digits 0 to 9, which Django would write with a comma."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
