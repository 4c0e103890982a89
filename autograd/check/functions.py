"""From a user's function, and the derivative that is claimed for it, to the `Raw` problem. Knows nodes and trees.

Without a claim our reverse mode is checked, and f is called with Values and Tensors. With one it is called with floats
and arrays, and with Values and Tensors only if it was given such or cannot do without.

An int is a number like any other: `max(x, 0)` is now a float and now an int. Arrays are differentiated if of floats.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from autograd.check.problem import Array, Counted, Raw
from autograd.errors import OperandError, ShapeError
from autograd.node import Node
from autograd.tensor import Tensor
from autograd.transforms import vjp as our_vjp
from autograd.tree import Form, Structure, flatten, form_of, outline, unflatten
from autograd.value import Value
from autograd.variables import data_of, leaf_names

Function = Callable[..., Any]
UNFIT = (AttributeError, TypeError)  # what a function raises that needs nodes


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """How the arguments of f are made of the arrays to differentiate by: their structure, and what is constant."""

    f: Function
    structure: Structure
    leaves: tuple[Any, ...]      # as given
    slots: tuple[int, ...]       # of the leaves that are differentiated by
    wholes: tuple[bool, ...]     # whether each of those is an array, and no number

    def arguments(self, arrays: Sequence[Array], nodes: bool) -> Any:
        """Return the tuple of arguments, with arrays (numbers where a number was given) or nodes."""
        every = list(self.leaves)
        for slot, whole, array in zip(self.slots, self.wholes, arrays, strict=True):
            if nodes:
                every[slot] = Tensor(array) if whole else Value(float(array))
            else:
                every[slot] = array if whole else float(array) if array.dtype == float else array[()]
        return unflatten(self.structure, every)


def is_array(leaf: Any) -> bool:
    """Whether a leaf is an array or a Tensor, and no number."""
    return isinstance(data_of(leaf), np.ndarray)


def is_input(leaf: Any) -> bool:
    """Whether a leaf of the inputs is differentiated by: a number or an array of floats."""
    kind = np.asarray(data_of(leaf)).dtype.kind
    return kind == "f" or (kind in "iu" and not is_array(leaf))


def is_output(leaf: Any) -> bool:
    """Whether a leaf of the outputs is differentiated: a float, an array of floats, an int; numpy's ints are counts."""
    return type(leaf) is int or np.asarray(data_of(leaf)).dtype.kind == "f"


def signature_of(f: Function, inputs: tuple[Any, ...]) -> Signature:
    """Return what stands in the arguments, and what of it is differentiated by."""
    if not callable(f):
        raise OperandError(f"gradcheck takes a function, got {type(f).__name__} {f!r:.60}: write gradcheck(f, x), not "
                           "gradcheck(f(x))")
    leaves, structure = flatten(inputs)
    slots = []
    for slot, leaf in enumerate(leaves):
        if np.asarray(data_of(leaf)).dtype.kind == "c":
            raise OperandError(f"gradcheck: complex inputs have no gradient here, got {leaf!r:.60}")
        if is_input(leaf):
            slots.append(slot)
    if not slots:
        raise OperandError(f"gradcheck: there is nothing to differentiate by in {inputs!r:.60}: expected numbers and "
                           "arrays of floats; x.astype(float) makes one of integers")
    return Signature(f, structure, tuple(leaves), tuple(slots), tuple(is_array(leaves[slot]) for slot in slots))


def arrays_of(signature: Signature) -> tuple[Array, ...]:
    """Return the numbers to differentiate by as arrays of floats of our own."""
    found = [np.array(data_of(signature.leaves[slot])) for slot in signature.slots]
    return tuple(x if x.dtype.kind == "f" else x.astype(float) for x in found)


def outputs_of(output: Any) -> list[Array]:
    """Return the outputs of a function that are numbers and arrays of floats, as arrays of floats."""
    if isinstance(output, (Node, np.ndarray, float)):
        leaves = [output]
    else:
        leaves, _ = flatten(output)
    arrays = [np.asarray(data_of(y)) for y in leaves]
    for y, given in zip(arrays, leaves, strict=True):
        if y.dtype.kind not in "fiub":
            raise OperandError("gradcheck: f must return numbers and arrays of real numbers, got "
                               f"{type(given).__name__} {given!r:.60}")
    return [y if y.dtype.kind == "f" else y.astype(float) for y, given in zip(arrays, leaves, strict=True)
            if is_output(given)]


def runner(signature: Signature, nodes: bool) -> Callable[[Sequence[Array]], list[Array]]:
    """Return the function on lists of arrays."""
    f = signature.f

    def run(arrays: Sequence[Array]) -> list[Array]:
        return outputs_of(f(*signature.arguments(arrays, nodes)))
    return run


def needs_nodes(signature: Signature, arrays: tuple[Array, ...]) -> bool:
    """Whether f takes Values and Tensors only."""
    if any(isinstance(leaf, Node) for leaf in signature.leaves):
        return True
    try:
        signature.f(*signature.arguments([x.copy() for x in arrays], False))
    except UNFIT as error:
        try:
            signature.f(*signature.arguments(arrays, True))
        except UNFIT:
            raise error from None
        return True
    return False


def reverse_mode(signature: Signature, arrays: tuple[Array, ...],
                 returned: list[Any]) -> Callable[[Sequence[Array]], list[Any]]:
    """Return the pullback of f by our own reverse mode; the forward pass is run at the first call.

    Then `returned` holds what f returned: nodes, where `vjp` gives their data.
    """
    def of_differentiable(*xs: Any) -> Any:
        every = list(signature.leaves)
        for slot, x in zip(signature.slots, xs, strict=True):
            every[slot] = x
        returned[:] = [signature.f(*unflatten(signature.structure, every))]
        return returned[0]

    memory: list[Any] = []

    def pull(cotangents: Sequence[Array]) -> list[Any]:
        if not memory:
            points = [x if whole else float(x) for x, whole in zip(arrays, signature.wholes, strict=True)]
            memory[:] = our_vjp(of_differentiable, *points)
        _, pullback = memory
        return list(pullback(fill(returned[0], cotangents)))
    return pull


def fill(output: Any, cotangents: Sequence[Array]) -> Any:
    """Return cotangents in the form of an output; what carries no gradient gets zeros."""
    leaves, structure = flatten(output)
    rest = iter(cotangents)
    filled = [next(rest) if is_output(y) else np.zeros(np.shape(data_of(y))) for y in leaves]
    return unflatten(structure, [v if is_array(y) else float(v) for v, y in zip(filled, leaves, strict=True)])


def raw_problem(f: Function, inputs: tuple[Any, ...], *, grad: Any = None, vjp: Any = None, jac: Any = None) -> Raw:
    """Return the problem of a function and what is claimed as its derivative, by default our own reverse mode."""
    claims = {"grad": grad, "vjp": vjp, "jac": jac}
    given = [name for name, claim in claims.items() if claim is not None]
    if len(given) > 1:
        raise OperandError(f"gradcheck: give one of grad, vjp and jac, not {' and '.join(given)}")
    signature = signature_of(f, inputs)
    signature = replace(signature, f=Counted(f))
    arrays = arrays_of(signature)
    names = leaf_names(f, inputs, range(len(inputs)))
    chosen = tuple(names[slot] for slot in signature.slots)
    function = getattr(f, "__name__", type(f).__name__)
    if not given:
        return own_problem(signature, chosen, function, arrays)
    nodes = needs_nodes(signature, arrays)
    claimed = CLAIMS[given[0]](claims[given[0]], signature, arrays, nodes)
    return Raw(names=chosen, inputs=arrays, run=runner(signature, nodes), pull=claimed, function=function,
               scalar_only=given == ["grad"], counted=signature.f)


def own_problem(signature: Signature, names: tuple[str, ...], function: str, arrays: tuple[Array, ...]) -> Raw:
    """Return the problem of a function and our own reverse mode."""
    returned: list[Any] = []
    return Raw(names=names, inputs=arrays, run=runner(signature, True), pull=reverse_mode(signature, arrays, returned),
               function=function, returned=returned, elsewhere=partial(own_problem, signature, names, function),
               counted=signature.f)


def called(function: Any, signature: Signature, arrays: tuple[Array, ...], nodes: bool, *first: Any) -> Any:
    """Return what a claimed derivative gives, at plain inputs, or at nodes if f needs them; a claim may be an array."""
    if not callable(function):
        return function
    try:
        return function(*first, *signature.arguments(arrays, any(isinstance(x, Node) for x in signature.leaves)))
    except UNFIT:
        if not nodes:
            raise
        return function(*first, *signature.arguments(arrays, True))


def claimed_gradient(claim: Any, signature: Signature, arrays: tuple[Array, ...], nodes: bool) -> Any:
    """Return the pullback that a gradient, a function or arrays, makes: of one output, which is one number."""
    def pull(cotangents: Sequence[Array]) -> list[Any]:
        if len(cotangents) != 1 or cotangents[0].size != 1:
            shapes = ", ".join(str(v.shape) for v in cotangents)
            raise ShapeError("gradcheck: grad= is for a function that returns one number, but f returns shape "
                             f"{shapes}: give vjp=, a function (cotangent, *inputs) -> gradients, or jac=")
        found = aligned(called(claim, signature, arrays, nodes), signature)
        factor = float(cotangents[0].reshape(-1)[0])
        return found if factor == 1.0 else [None if g is None else np.asarray(g) * factor for g in found]
    return pull


def claimed_vjp(claim: Any, signature: Signature, arrays: tuple[Array, ...], nodes: bool) -> Any:
    """Return the pullback that a function (cotangent, *inputs) -> gradients makes."""
    if not callable(claim):
        raise OperandError(f"gradcheck: vjp= takes a function (cotangent, *inputs) -> gradients, got {claim!r:.60}")
    form: list[Any] = []

    def pull(cotangents: Sequence[Array]) -> list[Any]:
        if not form:
            form.append(signature.f(*signature.arguments([x.copy() for x in arrays], nodes)))
        return aligned(called(claim, signature, arrays, nodes, fill(form[0], cotangents)), signature)
    return pull


def claimed_jacobian(claim: Any, signature: Signature, arrays: tuple[Array, ...], nodes: bool) -> Any:
    """Return the pullback that a Jacobian makes: per output and input an array of the output's shape, then the input's.

    As `transforms.jacobian` gives it: a tree of outputs, at each place a tuple of inputs unless there is only one.
    """
    def pull(cotangents: Sequence[Array]) -> list[Any]:
        found = called(claim, signature, arrays, nodes)
        blocks = list(found) if len(cotangents) > 1 and isinstance(found, (tuple, list)) else [found]
        total: list[Any] = [0.0] * len(arrays)
        for v, block in zip(cotangents, blocks, strict=True):
            for k, (part, x) in enumerate(zip(aligned(block, signature), arrays, strict=True)):
                part = np.zeros(v.shape + x.shape) if part is None else np.asarray(data_of(part), dtype=float)
                if part.shape != v.shape + x.shape:
                    raise ShapeError(f"gradcheck: the Jacobian by input {k} has shape {part.shape}, expected the "
                                     f"output's {v.shape} and then the input's {x.shape}")
                total[k] = total[k] + np.tensordot(v, part, axes=v.ndim)
        return total
    return pull


CLAIMS = {"grad": claimed_gradient, "vjp": claimed_vjp, "jac": claimed_jacobian}


def aligned(found: Any, signature: Signature) -> list[Any]:
    """Return the gradients by what is differentiated, out of gradients that look like the inputs (or the only one)."""
    arguments = signature.structure.children
    if len(arguments) == 1 and not (isinstance(found, tuple) and len(found) == 1 and not is_tuple(arguments[0])):
        found = (found,)
    if not isinstance(found, (tuple, list)) or len(found) != len(arguments):
        got = f"{len(found)} of them" if isinstance(found, (tuple, list)) else f"a {type(found).__name__}"
        raise ShapeError(f"gradcheck: expected a tuple of {len(arguments)} gradients, one per input, got {got}")
    every = [g for child, part in zip(arguments, found, strict=True) for g in leaves_of(child, part)]
    return [None if every[slot] is None else data_of(every[slot]) for slot in signature.slots]


def is_tuple(structure: Structure) -> bool:
    """Whether an argument is a tuple."""
    return structure.make is tuple


def leaves_of(structure: Structure, found: Any) -> list[Any]:
    """Return the leaves of what looks like an argument; None stands for no gradient anywhere in it."""
    if found is None or not structure.size:
        return [None] * structure.size
    if structure.form is None:
        return [found]
    return [leaf for child, part in zip(structure.children, parts_of(structure, structure.form, found), strict=True)
            for leaf in leaves_of(child, part)]


def parts_of(structure: Structure, expected: Form, found: Any) -> list[Any]:
    """Return the children of what stands for a container: by key if it is of its sort, else in order."""
    form = form_of(type(found))
    if form is expected and set(expected.keys(found)) == set(structure.keys):
        return [expected.child(found, key) for key in structure.keys]
    if isinstance(found, (tuple, list, np.ndarray)) and np.shape(found)[:1] == (len(structure.keys),):
        return list(found)
    got = f"a {type(found).__name__}" if form is None else outline(type(found), tuple(form.keys(found)), form)
    raise ShapeError(f"gradcheck: the gradient of {outline(structure.make, structure.keys, expected)} must be "
                     f"like it, got {got}")
