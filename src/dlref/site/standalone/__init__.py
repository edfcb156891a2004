"""Each snippet once more as a program of its own: what it uses of `dlref` is written in, and nothing else."""
