"""The layers, by what they do: weighted sums, activations, normalization, containers."""

from nn.layers.activations import ELU as ELU
from nn.layers.activations import GELU as GELU
from nn.layers.activations import SELU as SELU
from nn.layers.activations import Hardsigmoid as Hardsigmoid
from nn.layers.activations import Hardswish as Hardswish
from nn.layers.activations import Hardtanh as Hardtanh
from nn.layers.activations import Identity as Identity
from nn.layers.activations import LeakyReLU as LeakyReLU
from nn.layers.activations import LogSigmoid as LogSigmoid
from nn.layers.activations import LogSoftmax as LogSoftmax
from nn.layers.activations import Mish as Mish
from nn.layers.activations import ReLU as ReLU
from nn.layers.activations import ReLU6 as ReLU6
from nn.layers.activations import Sigmoid as Sigmoid
from nn.layers.activations import SiLU as SiLU
from nn.layers.activations import Softmax as Softmax
from nn.layers.activations import Softplus as Softplus
from nn.layers.activations import Softsign as Softsign
from nn.layers.activations import Tanh as Tanh
from nn.layers.containers import Flatten as Flatten
from nn.layers.containers import Sequential as Sequential
from nn.layers.dropout import Dropout as Dropout
from nn.layers.embedding import Embedding as Embedding
from nn.layers.linear import Linear as Linear
from nn.layers.normalization import BatchNorm1d as BatchNorm1d
from nn.layers.normalization import BatchNorm2d as BatchNorm2d
from nn.layers.normalization import LayerNorm as LayerNorm
from nn.layers.normalization import RMSNorm as RMSNorm
from nn.layers.perceptron import Perceptron as Perceptron

__all__ = [  # noqa: RUF022 (sorted as Python sorts)
    "BatchNorm1d", "BatchNorm2d", "Dropout", "ELU", "Embedding", "Flatten", "GELU", "Hardsigmoid", "Hardswish",
    "Hardtanh", "Identity", "LayerNorm", "LeakyReLU", "Linear", "LogSigmoid", "LogSoftmax", "Mish", "Perceptron",
    "RMSNorm", "ReLU", "ReLU6", "SELU", "Sequential", "SiLU", "Sigmoid", "Softmax", "Softplus", "Softsign", "Tanh",
]
