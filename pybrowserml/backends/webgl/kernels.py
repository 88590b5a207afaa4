"""The kernel table: a step's kernel name to the function that turns the step into draws."""

from .elementwise import elementwise
from .matmul import matmul

KERNELS = {
    "elementwise": elementwise,
    "matmul": matmul,
}
