"""Where Django writes a number otherwise than Unicode's CLDR, which the browser and config/locales.py use."""
