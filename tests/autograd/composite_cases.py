"""Where composites are tested: they are functions without a row, so what they are called with stands here.

A composite of several outputs, and a row of several outputs, is tested by a sum of its outputs, each weighed apart.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.op import COMPOSITES, POSITIVE, TABLE
from tests.autograd.sampling import Case, Shape

MATRIX = ((2, 3),)
MASK = np.array([[True, False, True], [True, True, False]])

# What each composite of one array is called with after it: the shapes it is tried on, then its options.
OF_ONE: dict[str, tuple[tuple[tuple[Shape, ...], ...], tuple[dict[str, Any], ...]]] = {
    "ravel": ((MATRIX, ((),)), ({},)),
    "flatten": ((MATRIX,), ({},)),
    "squeeze": ((((1, 3, 1),),), ({}, {"axis": 0}, {"axis": (0, -1)})),
    "expand_dims": ((MATRIX,), ({"axis": 0}, {"axis": (0, -1)})),
    "moveaxis": ((((2, 3, 4),),), ({"source": 0, "destination": -1}, {"source": (0, 1), "destination": (2, 0)})),
    "tile": ((MATRIX, ((3,),)), ({"reps": 2}, {"reps": (2, 1, 3)})),
    "var": ((MATRIX,), ({}, {"axis": 0}, {"axis": (0, 1), "ddof": 1}, {"axis": -1, "ddof": 1, "keepdims": True})),
    "std": ((MATRIX,), ({}, {"axis": 0}, {"axis": (0, 1), "ddof": 1}, {"axis": -1, "ddof": 1, "keepdims": True})),
    "standardize": ((MATRIX,), ({}, {"axis": (0, 1), "eps": 0.1})),
    "softmax": ((MATRIX, ((3,),)), ({}, {"axis": 0}, {"axis": None})),
    "log_softmax": ((MATRIX, ((3,),)), ({}, {"axis": 0}, {"axis": None})),
    "masked_softmax": ((MATRIX,), ({"mask": MASK}, {"mask": MASK, "axis": 0})),
    "logsumexp": ((MATRIX,), ({}, {"axis": 0}, {"axis": (0, 1), "keepdims": True})),
    "norm": ((MATRIX,), ({}, {"axis": 0}, {"axis": -1, "ord": 1}, {"axis": -1, "ord": 3.0, "keepdims": True},
                         {"axis": 0, "ord": np.inf}, {"ord": "fro"}, {"ord": 1}, {"ord": -np.inf}, {"ord": np.inf})),
    "ptp": ((MATRIX,), ({}, {"axis": 0}, {"axis": -1, "keepdims": True})),
    "average": ((MATRIX,), ({}, {"axis": -1, "weights": np.float32([1, 2, 3])},
                            {"weights": np.full((2, 3), 2, np.float32)})),
    "nansum": ((MATRIX,), ({}, {"axis": 0}, {"axis": -1, "keepdims": True})),
    "nanmean": ((MATRIX,), ({}, {"axis": 0}, {"axis": -1, "keepdims": True})),
    "diag": ((((3, 3),), ((3,),)), ({}, {"k": 1}, {"k": -1})),
    "trace": ((((3, 3),), ((2, 3, 3),)), ({}, {"offset": 1}, {"axis1": -2, "axis2": -1})),
    "take": ((MATRIX,), ({"indices": [1, 0, 0]}, {"indices": [[1, 0], [-1, 0]], "axis": 1}, {"indices": 1, "axis": 0})),
    "repeat": ((MATRIX,), ({"repeats": 2}, {"repeats": [2, 0, 1], "axis": 1}, {"repeats": 3, "axis": 0})),
    "diff": ((MATRIX, ((4,),)), ({}, {"n": 2})),
    "pad": ((((3, 4),),), ({"pad_width": 1}, {"pad_width": ((0, 1), (2, 0)), "constant_values": 3.0},
                           {"pad_width": 2, "mode": "reflect"}, {"pad_width": (1, 2), "mode": "edge"},
                           {"pad_width": 2, "mode": "symmetric"}, {"pad_width": 2, "mode": "wrap"})),
    "median": ((MATRIX, ((5,),)), ({}, {"axis": 0}, {"axis": -1, "keepdims": True})),
    "cummin": ((MATRIX,), ({}, {"axis": 0})),
}
# Composites of several arrays, of a sequence of them, or of an array inside a domain.
OF_SEVERAL: tuple[tuple[str, tuple[Shape, ...], Callable[..., Any]], ...] = (
    ("select", (MATRIX[0],), lambda f, x: f(x > 0, lambda u: u * u, lambda u: 3 * u, x)),
    ("einsum", ((2, 3), (3, 4)), lambda f, a, b: f("ij,jk->ik", a, b)),
    ("einsum", ((3, 3),), lambda f, a: f("ii->", a)),
    ("einsum", ((3, 3),), lambda f, a: f("ii->i", a)),
    ("einsum", ((3,), (1,)), lambda f, a, b: f("i,i->", a, b)),
    ("einsum", ((2, 3), (1, 3), (3, 2)), lambda f, a, b, c: f("ij,ij,jk", a, b, c)),
    ("einsum", ((2, 3, 2), (2, 3)), lambda f, a, b: f("...ij,jk->...ik", a, b)),
    ("einsum", ((3, 3, 2),), lambda f, a: f("iij->j", a)),
    ("concatenate", ((2, 3), (1, 3)), lambda f, a, b: f([a, b])),
    ("concatenate", ((2, 3), (2, 1), (2, 0)), lambda f, a, b, c: f([a, b, c], axis=-1)),
    ("concatenate", ((2, 3), (4,)), lambda f, a, b: f((a, b), axis=None)),
    ("stack", ((2, 3), (2, 3)), lambda f, a, b: f([a, b])),
    ("stack", ((3,), (3,), (3,)), lambda f, a, b, c: f([a, b, c], axis=1)),
    ("hstack", ((2, 3), (2, 1)), lambda f, a, b: f([a, b])),
    ("hstack", ((3,), (2,)), lambda f, a, b: f([a, b])),
    ("vstack", ((2, 3), (3,)), lambda f, a, b: f([a, b])),
    ("column_stack", ((2,), (2, 3)), lambda f, a, b: f([a, b])),
    ("array_split", ((5, 2),), lambda f, a: weighed(f(a, 3))),
    ("split", ((4, 2),), lambda f, a: weighed(f(a, 2))),
    ("split", ((4, 3),), lambda f, a: weighed(f(a, indices_or_sections=(1, 3)))),
    ("split", ((2, 4),), lambda f, a: f(a, 2, axis=1)[1]),
    ("unstack", ((3, 2),), lambda f, a: weighed(f(a))),
    ("unstack", ((3, 2),), lambda f, a: weighed(f(a, axis=-1))),
    ("item", ((4,),), lambda f, a: TABLE["split"](a, 2)[0] * TABLE["split"](a, 2)[1]),
    ("max_with_index", ((2, 3),), lambda f, a: f(a)[0]),
    ("max_with_index", ((2, 3),), lambda f, a: f(a, axis=0, keepdims=True)[0]),
    ("min_with_index", ((2, 3),), lambda f, a: f(a)[0]),
    ("tensordot", ((2, 3, 4), (4, 3, 5)), lambda f, a, b: f(a, b, axes=([1, 2], [1, 0]))),
    ("tensordot", ((2, 3), (4,)), lambda f, a, b: f(a, b, 0)),
    ("tensordot", ((2, 3, 4), (3, 4)), lambda f, a, b: f(a, b)),
    ("dot", ((3,), (3,)), lambda f, a, b: f(a, b)),
    ("dot", ((2, 3), (3, 4)), lambda f, a, b: f(a, b)),
    ("dot", ((2, 3), (5, 3, 4)), lambda f, a, b: f(a, b)),
    ("dot", ((), (3,)), lambda f, a, b: f(a, b)),
    ("inner", ((3,), (3,)), lambda f, a, b: f(a, b)),
    ("inner", ((2, 3), (4, 3)), lambda f, a, b: f(a, b)),
    ("vdot", ((2, 3), (2, 3)), lambda f, a, b: f(a, b)),
    ("outer", ((2,), (3,)), lambda f, a, b: f(a, b)),
    ("outer_product", ((2, 2), (3,)), lambda f, a, b: f(a, b)),
    ("cosine_similarity", ((2, 3), (2, 3)), lambda f, a, b: f(a, b)),
    ("cosine_similarity", ((2, 3), (3,)), lambda f, a, b: f(a, b, axis=-1)),
    ("average", ((2, 3), (3,)), lambda f, a, w: f(a, axis=-1, weights=w * w)),
)
DOMAINS = {"safe_sqrt": POSITIVE}


def weighed(parts: Any) -> Any:
    """Return the sum of the squares of several outputs, each weighed apart."""
    return sum(i * (part * part).sum() for i, part in enumerate(parts, start=1))


def of_one(name: str, options: dict[str, Any]) -> Callable[..., Any]:
    return lambda x: COMPOSITES[name](x, **options)


def of_several(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *xs: call(COMPOSITES.get(name) or TABLE[name], *xs)


COMPOSITE_CASES = [
    *(Case(name, of_one(name, options), shapes, options)
      for name, (tried, choices) in OF_ONE.items() for shapes in tried for options in choices),
    *(Case(name, of_several(name, call), shapes) for name, shapes, call in OF_SEVERAL),
    *(Case(name, of_one(name, {}), ((2, 3),), {}, None, (domain,)) for name, domain in DOMAINS.items()),
]
