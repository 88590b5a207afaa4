"""What the page of a built model needs: frozen models and the engines, nothing that traces or compiles."""

from .backends.active import backend_info, set_backend
from .engines import register_engines
from .models.frozen import FrozenModel
from .models.opening import BegunModel, open_frozen

register_engines()
