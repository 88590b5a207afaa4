"""Callbacks: what may happen between the batches and epochs of fit, evaluate and predict."""

from .averages import SwapEMAWeights
from .base import Callback, History
from .functions import LambdaCallback
from .monitor import MonitorCallback
from .progress import ProgbarLogger
from .rates import LearningRateScheduler, ReduceLROnPlateau
from .saving import BackupAndRestore, CSVLogger, ModelCheckpoint
from .stopping import EarlyStopping, TerminateOnNaN

__all__ = [
    "BackupAndRestore",
    "CSVLogger",
    "Callback",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "MonitorCallback",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "SwapEMAWeights",
    "TerminateOnNaN",
]
