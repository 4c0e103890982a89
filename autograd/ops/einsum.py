"""The row of Einstein sums and the parser of its subscripts. Knows arrays only.

The vjp for one operand is another Einstein sum: of the cotangent with the other operands. What that cannot give back is
put in after it: axes summed out of this operand alone (broadcast), axes that were stretched (summed), and a letter
repeated within the operand (its diagonal)::

    einsum("ij,jk->ik", a, b)      by a: einsum("ik,jk->ij", g, b)
    einsum("ii->", a)              by a: g on the diagonal of zeros
"""

import math
from string import ascii_letters
from typing import Any

import numpy as np

from autograd.errors import OperandError, ShapeError
from autograd.op import shape_helper, structural
from autograd.ops.composing import made_of_rows, operand
from autograd.ops.indexing import scatter_add
from autograd.ops.shapes import Shape, broadcast_to, reshaped, summed

Array = Any

LARGE = 100_000  # multiplications from which numpy's search for a path by matrix products pays


def parse(subscripts: str) -> tuple[list[str], str]:
    """Return the letters of each operand and of the output of explicit subscripts without ellipsis."""
    inputs, _, output = subscripts.partition("->")
    return inputs.split(","), output


def explicit(subscripts: Any, shapes: list[Shape]) -> str:
    """Return subscripts with a letter for each axis and with the output given, or say what is wrong with them."""
    if not isinstance(subscripts, str):
        raise OperandError(f"einsum takes subscripts such as 'ij,jk->ik' first, got {type(subscripts).__name__}")
    text = subscripts.replace(" ", "")
    inputs, arrow, output = text.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(shapes):
        raise ShapeError(f"einsum {subscripts!r} names {len(terms)} operands, got {len(shapes)}")
    if not set(text.replace("->", "").replace("...", "")) <= {*ascii_letters, ","}:
        raise ShapeError(f"einsum {subscripts!r}: subscripts are letters, ',', '...' and one '->'")
    spare = [letter for letter in ascii_letters if letter not in text]
    extra = [len(shape) - len(term.replace("...", "")) for term, shape in zip(terms, shapes, strict=True)]
    for term, shape, more in zip(terms, shapes, extra, strict=True):
        if more < 0 or (more and "..." not in term):
            raise ShapeError(f"einsum {subscripts!r}: {term!r} does not fit an operand of shape {shape}")
    ellipsis = "".join(spare[: max(extra)])
    terms = [term.replace("...", ellipsis[len(ellipsis) - more :]) for term, more in zip(terms, extra, strict=True)]
    letters = "".join(terms)
    if not arrow:
        once = [letter for letter in sorted(set(letters)) if letters.count(letter) == 1 and letter not in ellipsis]
        output = "".join(["...", *once])
    if ellipsis and "..." not in output:
        raise ShapeError(f"einsum {subscripts!r}: the output needs '...' too, or sum over it afterwards")
    output = output.replace("...", ellipsis)
    if len(set(output)) < len(output) or not set(output) <= set(letters):
        raise ShapeError(f"einsum {subscripts!r}: the output must name letters of the operands, each once")
    return f"{','.join(terms)}->{output}"


@shape_helper
def pulled(subscripts: str, slot: int) -> str:
    """Return the subscripts of the vjp for one operand: of the cotangent and the others, to what letters they have."""
    terms, output = parse(subscripts)
    others = [output, *terms[:slot], *terms[slot + 1 :]]
    return f"{','.join(others)}->{''.join([k for k in dict.fromkeys(terms[slot]) if k in ''.join(others)])}"


@shape_helper
def without(xs: tuple[Any, ...], slot: int) -> tuple[Any, ...]:
    """Return all operands but one."""
    return xs[:slot] + xs[slot + 1 :]


@shape_helper
def put_back(share: Any, subscripts: str, slot: int, shape: Shape) -> Any:
    """Give the vjp for one operand the operand's shape: broadcast, sum and put on the diagonal where letters ask it."""
    term = parse(subscripts)[0][slot]
    found = dict(zip(parse(pulled(subscripts, slot))[1], share.shape, strict=True))
    sizes = dict(zip(term, shape, strict=True))  # one entry a letter, in the order of the operand
    share = reshaped(share, tuple([found.get(letter, 1) for letter in sizes]))
    share = summed(share, tuple([1 if n == 1 else found.get(letter, 1) for letter, n in sizes.items()]))
    whole = tuple(sizes.values())
    if share.shape != whole:
        share = broadcast_to(share, shape=whole)
    if len(sizes) == len(term):
        return share
    places = np.ogrid[tuple([slice(n) for n in whole])]
    return scatter_add(share, shape=shape, index=tuple([places[list(sizes).index(letter)] for letter in term]))


@structural(
    lambda g, z, *xs, subscripts, slot: put_back(
        contract(g, *without(xs, slot), subscripts=pulled(subscripts, slot)), subscripts, slot, xs[slot].shape),
    tex=r"\operatorname{{einsum}}", shapes=(((2, 3), (3, 3)),),
    choices=tuple({"subscripts": s} for s in ("ij,jk->ik", "ij,kj->", "ij,kk->jk", "ij,kl->l", "ij,jj->i")))
def contract(*xs: Array, subscripts: str) -> Array:
    """Sum of products over the letters that the output does not name."""
    sizes: dict[str, int] = {}
    plain = True
    for letters, x in zip(parse(subscripts)[0], xs, strict=True):
        for letter, n in zip(letters, x.shape, strict=True):
            plain = plain and sizes.setdefault(letter, n) == n
    return np.einsum(subscripts, *xs, optimize=plain and len(xs) > 1 and math.prod(sizes.values()) > LARGE)


@made_of_rows(np.einsum, sequence=True)
def einsum(subscripts, *operands, optimize: Any = True):
    """The sum of products that subscripts describe: letters name axes, those not in the output are summed over.

    `optimize` is accepted and ignored: large sums always go through matrix products.

    >>> a, b = np.ones((2, 3)), np.ones((3, 4))
    >>> einsum("ij,jk->ik", a, b).shape, einsum("ij->", a), einsum("...j->j...", a).shape
    ((2, 4), np.float64(6.0), (3, 2))
    """
    xs = [operand(x) for x in operands]
    return contract(*xs, subscripts=explicit(subscripts, [x.shape for x in xs]))
