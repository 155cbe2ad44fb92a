"""Need-to-know topics: who is granted them, and what is hidden from everybody else."""
