"""Every sentence the grader says of an answer, as flat keys with named placeholders; one module per language."""
