"""What a page sees and hears: webcam, video and microphone. In Python they raise EngineError."""

from ..core.host import HostArray
from ..ops.arguments import require_whole
from ..ops.creation import convert_to_tensor
from ..platform.errors import error
from ..platform.numbers import is_number
from ..platform.pixels import open_camera, open_microphone, open_video
from ..platform.records import new_record
from ..platform.streams import install_iteration
from ..platform.tasks import waits
from .dataset import Dataset
from .elements import Item
from .pictures import picture_leaf, require_channels
from .stages import Cursor, Stage, breathe


class _Endless:
    """What `for await` goes through: captures of a device, until it is left."""

    def __init__(self, device):
        self.device = device

    def advance_pair(self):
        captured = yield from self.device.next_capture()
        return [False, captured]

    def close(self):
        return None


class WebcamIterator:
    """A camera; made by `webcam`. It is iterated by `for await`, and may be given to `from_generator`."""

    def __init__(self, camera, height, width, center_crop):
        self._camera = camera
        self._size = [height, width]
        self._crop = center_crop

    def next_capture(self):
        """Generator → the next frame."""
        found = yield self._camera.grab(self._size[1], self._size[0], self._crop)
        return convert_to_tensor(picture_leaf(found, 3), "int32")

    @waits
    def capture(self):
        """A promise of the next frame: an int32 tensor (height, width, 3) of 0 .. 255."""
        frame = yield from self.next_capture()
        return frame

    def stop(self):
        """Give the camera back."""
        self._camera.stop()
        return None

    @waits
    def start(self):
        """Take the camera again after `stop`."""
        yield self._camera.start()
        return None


@waits
def webcam(
    webcam_video_element=None,
    resize_width=None,
    resize_height=None,
    center_crop=False,
    facing_mode="user",
    device_id=None,
):
    """A promise of a WebcamIterator, when the user allows it.

    webcam_video_element: a video element that shows what the camera sees, None for one that nobody sees. resize_width,
    resize_height: the size of the frames, both or none. center_crop: cut the middle out, so that nothing is distorted.
    facing_mode: "user" or "environment"; device_id: of one of several cameras.
    """
    if (resize_width is None) != (resize_height is None):
        raise error("ArgumentError", "webcam: give both resize_width and resize_height, or none")
    if resize_width is not None:
        require_whole(resize_width, 1, "webcam: resize_width")
        require_whole(resize_height, 1, "webcam: resize_height")
    elif center_crop:
        raise error("ArgumentError", "webcam: center_crop needs resize_width and resize_height")
    camera = yield open_camera(webcam_video_element, facing_mode, device_id, resize_width, resize_height)
    return WebcamIterator(camera, resize_height, resize_width, center_crop)


class MicrophoneIterator:
    """A microphone; made by `microphone`. It is iterated by `for await`, and may be given to `from_generator`."""

    def __init__(self, device, fft_size, columns, frames, include_spectrogram, include_waveform):
        self._device = device
        self._fft_size = fft_size
        self._columns = columns
        self._frames = frames
        self._wanted = [include_spectrogram, include_waveform]

    def next_capture(self):
        """Generator → the sound of the next frames."""
        found = yield self._device.listen(self._frames, self._columns)
        names = []
        tensors = []
        if self._wanted[0]:
            names.append("spectrogram")
            tensors.append(_tensor(found[0], [self._frames, self._columns, 1]))
        if self._wanted[1]:
            names.append("waveform")
            tensors.append(_tensor(found[1], [self._frames * self._fft_size, 1]))
        return new_record(names, tensors)

    @waits
    def capture(self):
        """A promise of {spectrogram: (frames, columns, 1) in decibels, waveform: (samples, 1)} of the next frames."""
        found = yield from self.next_capture()
        return found

    def sample_rate(self):
        """Samples a second."""
        return self._device.rate

    def stop(self):
        """Give the microphone back."""
        self._device.stop()
        return None

    @waits
    def start(self):
        """Take the microphone again after `stop`."""
        yield self._device.start()
        return None


def _tensor(data, shape):
    return convert_to_tensor(HostArray(data, shape, "float32"), "float32")


@waits
def microphone(
    sample_rate_hz=None,
    fft_size=1024,
    columns_truncate_length=None,
    num_frames_per_spectrogram=43,
    smoothing_time_constant=0.0,
    include_spectrogram=True,
    include_waveform=False,
    device_id=None,
):
    """A promise of a MicrophoneIterator, when the user allows it.

    sample_rate_hz: None takes the device's own. fft_size: samples a frame, and frequencies; a power of two from 16 to
    16384. columns_truncate_length: how many of the frequencies, from the lowest, are kept. num_frames_per_spectrogram:
    frames a capture. smoothing_time_constant: 0 to 1, how much of the frame before stays in the spectrum.
    """
    if not is_number(fft_size) or fft_size not in [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384]:
        raise error("ArgumentError", "microphone: fft_size must be a power of two from 16 to 16384")
    columns = fft_size
    if columns_truncate_length is not None:
        columns = require_whole(columns_truncate_length, 1, "microphone: columns_truncate_length")
    if columns > fft_size:
        raise error("ArgumentError", "microphone: columns_truncate_length must not be over fft_size")
    require_whole(num_frames_per_spectrogram, 1, "microphone: num_frames_per_spectrogram")
    if not include_spectrogram and not include_waveform:
        raise error("ArgumentError", "microphone: ask for the spectrogram or the waveform, or both")
    device = yield open_microphone(sample_rate_hz, fft_size, smoothing_time_constant, device_id)
    return MicrophoneIterator(
        device, fft_size, columns, num_frames_per_spectrogram, include_spectrogram, include_waveform
    )


def video(source, frame_rate: float = 10.0, channels: int = 3) -> Dataset:
    """A Dataset of the frames of a video, `frame_rate` a second: uint8 (height, width, channels).

    source: an address, File, Blob or video element of the page.
    """
    if not is_number(frame_rate) or not frame_rate > 0:
        raise error("ArgumentError", "video: frame_rate must be a number above 0")
    return Dataset(_VideoStage(source, frame_rate, require_channels(channels, "video")))


class _VideoStage(Stage):
    def __init__(self, source, frame_rate, channels):
        super().__init__([])
        self.source = source
        self.frame_rate = frame_rate
        self.channels = channels

    def begin(self, path):
        return _VideoCursor(self)


class _VideoCursor(Cursor):
    def __init__(self, stage):
        super().__init__([])
        self.stage = stage
        self.film = None
        self.place = 0

    def advance(self):
        yield from breathe()
        stage = self.stage
        if self.film is None:
            self.film = yield open_video(stage.source)
        moment = self.place / stage.frame_rate
        if moment >= self.film.duration:
            return None
        self.place = self.place + 1
        found = yield self.film.frame_at(moment)
        return Item([picture_leaf(found, stage.channels)], ["leaf"])

    def skip(self, count):
        yield from breathe()
        if self.film is None:
            self.film = yield open_video(self.stage.source)
        passed = 0
        while passed < count and self.place / self.stage.frame_rate < self.film.duration:
            self.place = self.place + 1
            passed = passed + 1
        return passed

    def close(self):
        if self.film is not None:
            self.film.close()
        return None


install_iteration(WebcamIterator, lambda device: _Endless(device))
install_iteration(MicrophoneIterator, lambda device: _Endless(device))
