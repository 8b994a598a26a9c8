"""Story sets with gold answers, and how an engine does on them."""
