"""Everything of the sample."""

from . import layers, ops
from .models import Sequential, load_model
