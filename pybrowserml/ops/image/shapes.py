"""What the image ops share: one image or a batch of them, in either data format."""

from ...core.dims import is_symbolic
from ...core.opset.movement import reshape
from ...core.opset.registry import to_tensor
from ...core.shapes import format_shape
from ...platform.errors import error
from ..arguments import data_format_of
from ..convolution import from_channels_last, to_channels_last


class Images:
    """Images as a batch, and the way back. x: [batch, height, width, channels] of any dtype; own: the batch in its
    own data format, whose height is axis `row_axis`, followed by the width.
    """

    def __init__(self, images, data_format, op):
        x = to_tensor(images)
        if len(x.shape) != 3 and len(x.shape) != 4:
            raise error(
                "ShapeError",
                op + ": needs an image of rank 3 or a batch of rank 4, got " + format_shape(x.shape),
            )
        self.op = op
        self.form = data_format_of(data_format)
        self.single = len(x.shape) == 3
        if self.single:
            x = reshape(x, [1, x.shape[0], x.shape[1], x.shape[2]])
        self.own = x
        self.row_axis = 1 if self.form == "channels_last" else 2
        self.x = to_channels_last(x, self.form)

    def back(self, y):
        """A result [batch, height, width, channels] in the form that the images came in."""
        return self.own_back(from_channels_last(y, self.form))

    def own_back(self, y):
        """A batch in the data format that the images came in, as one image if it was one."""
        return reshape(y, y.shape[1:4]) if self.single else y

    def require_channels(self, count):
        if is_symbolic(self.x.shape[3]) or self.x.shape[3] != count:
            raise error(
                "ShapeError",
                self.op + ": needs images of " + str(count) + " channels, got " + format_shape(self.x.shape),
            )

    def require_static(self):
        """Height and width must be known."""
        if is_symbolic(self.x.shape[1]) or is_symbolic(self.x.shape[2]):
            raise error(
                "ShapeError", self.op + ": needs a known height and width, got " + format_shape(self.x.shape)
            )
