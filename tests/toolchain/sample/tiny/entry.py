"""Everything of the sample."""

from . import layers, ops
from .functions import function
from .models import Sequential, load_model
