"""Cases that fail, each with what happens and what should. One that passes must leave the list."""

KNOWN = {}
