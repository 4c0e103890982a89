"""Neural networks, built purely on the public names of `autograd`. Knows no op's rule and no graph.

>>> import numpy as np
>>> from nn import MLP, cross_entropy
>>> from nn.datasets import iris
>>> flowers, model = iris(), MLP([4, 8, 3], rng=np.random.default_rng(0))
>>> loss = cross_entropy(model(flowers.inputs), flowers.targets)
>>> loss.backward()
>>> [p.grad.shape for p in model.parameters()]
[(8, 4), (8,), (3, 8), (3,)]
"""

import autograd as _engine

if getattr(_engine, "__distribution__", None) != "glassgrad":
    raise ImportError(
        f"nn needs the package 'autograd' of glassgrad, but `import autograd` found another one at "
        f"{getattr(_engine, '__file__', None) or list(_engine.__path__)}, probably the distribution 'autograd' "
        f"(HIPS). Run `python -m pip uninstall -y autograd glassgrad`, then install glassgrad again."
    )

from nn import data as data
from nn import datasets as datasets
from nn import initializers as initializers
from nn import layers as layers
from nn import losses as losses
from nn import metrics as metrics
from nn import optimizers as optimizers
from nn import regularization as regularization
from nn import scalar as scalar
from nn import schedules as schedules
from nn.data import DataLoader as DataLoader
from nn.layers import ELU as ELU
from nn.layers import GELU as GELU
from nn.layers import SELU as SELU
from nn.layers import BatchNorm1d as BatchNorm1d
from nn.layers import BatchNorm2d as BatchNorm2d
from nn.layers import Dropout as Dropout
from nn.layers import Embedding as Embedding
from nn.layers import Flatten as Flatten
from nn.layers import Hardsigmoid as Hardsigmoid
from nn.layers import Hardswish as Hardswish
from nn.layers import Hardtanh as Hardtanh
from nn.layers import Identity as Identity
from nn.layers import LayerNorm as LayerNorm
from nn.layers import LeakyReLU as LeakyReLU
from nn.layers import Linear as Linear
from nn.layers import LogSigmoid as LogSigmoid
from nn.layers import LogSoftmax as LogSoftmax
from nn.layers import Mish as Mish
from nn.layers import Perceptron as Perceptron
from nn.layers import ReLU as ReLU
from nn.layers import ReLU6 as ReLU6
from nn.layers import RMSNorm as RMSNorm
from nn.layers import Sequential as Sequential
from nn.layers import Sigmoid as Sigmoid
from nn.layers import SiLU as SiLU
from nn.layers import Softmax as Softmax
from nn.layers import Softplus as Softplus
from nn.layers import Softsign as Softsign
from nn.layers import Tanh as Tanh
from nn.losses import binary_cross_entropy as binary_cross_entropy
from nn.losses import binary_cross_entropy_with_logits as binary_cross_entropy_with_logits
from nn.losses import class_weights as class_weights
from nn.losses import cosine_embedding as cosine_embedding
from nn.losses import cross_entropy as cross_entropy
from nn.losses import hinge as hinge
from nn.losses import huber as huber
from nn.losses import kl_div as kl_div
from nn.losses import mae as mae
from nn.losses import mse as mse
from nn.losses import nll as nll
from nn.losses import smooth_l1 as smooth_l1
from nn.losses import squared_hinge as squared_hinge
from nn.losses import triplet_margin as triplet_margin
from nn.models import MLP as MLP
from nn.module import Module as Module
from nn.optimizers import EMA as EMA
from nn.optimizers import LBFGS as LBFGS
from nn.optimizers import SGD as SGD
from nn.optimizers import Adadelta as Adadelta
from nn.optimizers import Adagrad as Adagrad
from nn.optimizers import Adam as Adam
from nn.optimizers import Adamax as Adamax
from nn.optimizers import AdamW as AdamW
from nn.optimizers import GradientDescent as GradientDescent
from nn.optimizers import Lion as Lion
from nn.optimizers import Lookahead as Lookahead
from nn.optimizers import NAdam as NAdam
from nn.optimizers import Optimizer as Optimizer
from nn.optimizers import OptionError as OptionError
from nn.optimizers import RAdam as RAdam
from nn.optimizers import RMSprop as RMSprop
from nn.optimizers import Rprop as Rprop
from nn.optimizers import find_learning_rate as find_learning_rate
from nn.regularization import clip_grad_norm_ as clip_grad_norm_
from nn.regularization import clip_grad_value_ as clip_grad_value_
from nn.regularization import l1 as l1
from nn.regularization import l2 as l2
from nn.regularization import max_norm_ as max_norm_
from nn.schedules import ReduceOnPlateau as ReduceOnPlateau
from nn.schedules import Schedule as Schedule
from nn.summary import summary as summary

__all__ = [
    "ELU",
    "EMA",
    "GELU",
    "LBFGS",
    "MLP",
    "SELU",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "BatchNorm1d",
    "BatchNorm2d",
    "DataLoader",
    "Dropout",
    "Embedding",
    "Flatten",
    "GradientDescent",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "Identity",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "Lion",
    "LogSigmoid",
    "LogSoftmax",
    "Lookahead",
    "Mish",
    "Module",
    "NAdam",
    "Optimizer",
    "OptionError",
    "Perceptron",
    "RAdam",
    "RMSNorm",
    "RMSprop",
    "ReLU",
    "ReLU6",
    "ReduceOnPlateau",
    "Rprop",
    "Schedule",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Softsign",
    "Tanh",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "class_weights",
    "clip_grad_norm_",
    "clip_grad_value_",
    "cosine_embedding",
    "cross_entropy",
    "data",
    "datasets",
    "find_learning_rate",
    "hinge",
    "huber",
    "initializers",
    "kl_div",
    "l1",
    "l2",
    "layers",
    "losses",
    "mae",
    "max_norm_",
    "metrics",
    "mse",
    "nll",
    "optimizers",
    "regularization",
    "scalar",
    "schedules",
    "smooth_l1",
    "squared_hinge",
    "summary",
    "triplet_margin",
]
