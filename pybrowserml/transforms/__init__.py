"""Functions from functions, graph → graph: compiled, differentiated, mapped. Every engine has them at once."""

from .compiled import explain, function
from .gradient import (
    custom_gradient,
    grad,
    grads,
    remat,
    value_and_grad,
    value_and_grads,
    variable_grads,
    vjp,
)
from .linear import hessian, hvp, jacobian, jvp, linearize
from .mapping import vmap
from .scopes import scope
