"""How steps connect: what each loads from which, and which only wait."""
