"""What draws the sample's figure (it is never called: the drawings are committed)."""

from dlref.experiments.sample import doubling

SLOPE = doubling
