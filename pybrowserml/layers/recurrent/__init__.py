"""Recurrent layers: cells over time, each one scan of the plan."""

from .bidirectional import Bidirectional
from .conv_cell import ConvLSTMCell
from .conv_lstm import ConvLSTM1D, ConvLSTM2D, ConvLSTM3D
from .gru import GRU, GRUCell
from .lstm import LSTM, LSTMCell
from .rnn import RNN
from .simple import SimpleRNN, SimpleRNNCell
from .stacked import StackedRNNCells
from .time_distributed import TimeDistributed
