"""Numbers as programs read them: a page's drawings and fields hold them too."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
