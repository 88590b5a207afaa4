"""Rows of the layers that prepare images, numbers and sound."""

from .rows import Row

IMAGE = [2, 7, 6, 3]
SOUND = [2, 400]

ROWS = [
    Row("CategoryEncoding", {"num_tokens": 5}, [3, 4], below=5),
    Row("CategoryEncoding", {"num_tokens": 5, "output_mode": "count"}, [3, 4], "count", below=5),
    Row("CategoryEncoding", {"num_tokens": 5, "output_mode": "one_hot"}, [6, 1], "one_hot", below=5),
    Row("Discretization", {"bin_boundaries": [-0.5, 0.0, 1.0]}, [3, 4]),
    Row("Discretization", {"bin_boundaries": [0.0, 1.0], "output_mode": "one_hot"}, [3, 4], "one_hot"),
    Row("Resizing", {"height": 5, "width": 9}, IMAGE),
    Row("Resizing", {"height": 4, "width": 4, "interpolation": "nearest"}, IMAGE, "nearest"),
    Row("Resizing", {"height": 4, "width": 6, "crop_to_aspect_ratio": True}, IMAGE, "crop"),
    Row("CenterCrop", {"height": 4, "width": 3}, IMAGE),
    Row("CenterCrop", {"height": 9, "width": 9}, IMAGE, "larger"),
    Row("Rescaling", {"scale": [0.5, 2.0, -1.0], "offset": [0.0, 1.0, 2.0]}, IMAGE, "vectors"),
    Row(
        "MelSpectrogram",
        {"fft_length": 64, "sequence_stride": 32, "num_mel_bins": 8},
        SOUND,
        rtol=2e-4,
        atol=2e-3,
        webgl=(1e-3, 1e-2),
        static=True,
    ),
    Row(
        "STFTSpectrogram",
        {"mode": "magnitude", "frame_length": 32},
        [2, 100, 2],
        rtol=2e-4,
        atol=5e-5,
        webgl=(1e-3, 5e-4),
    ),
    Row(
        "STFTSpectrogram",
        {"mode": "stft", "frame_length": 24, "expand_dims": True, "padding": "same", "frame_step": 10},
        [2, 100, 2],
        "stft",
        rtol=2e-4,
        atol=5e-5,
        webgl=(1e-3, 5e-4),
    ),
]
