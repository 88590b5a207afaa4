"""Operations on images, under the names of keras.ops.image and tf.image.

Images are [height, width, channels] or [batch, height, width, channels], and with data_format "channels_first"
[channels, height, width] or [batch, channels, height, width].
"""

from .boxes import crop_and_resize
from .color import grayscale_to_rgb, hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv, threshold
from .cropping import crop_images, flip_left_right, pad_images
from .elastic import elastic_transform
from .filters import gaussian_blur, sobel_edges, ssim
from .patches import extract_patches, extract_patches_3d
from .resizing import resize, resize_bilinear, resize_nearest_neighbor, scale_and_translate
from .sampling import map_coordinates
from .suppression import (
    non_max_suppression,
    non_max_suppression_padded,
    non_max_suppression_with_score,
)
from .transforms import affine_transform, perspective_transform, rotate_with_offset, transform
