"""Transforms: functions that take a function and give its derivatives. Reverse mode throughout.

The idea, without trees, nesting and messages::

    def grad(f):
        def gradient(x):
            x = variable(x)                       # a new leaf
            return gradients(f(x), x)
        return gradient

Arguments and results are nested tuples, lists, dicts, named tuples and dataclasses of floats and arrays: a float or an
int becomes a `Value`, an array of floats a `Tensor`, and f sees these. Results are floats and arrays again, an output
of shape () a float. Only where they depend on nodes from outside the call are they nodes; `variables.py` says how
transforms nest.

Why jvp is the vjp of the vjp: a pullback is linear in its cotangent, so its own pullback is the jvp, at any point;
no second set of rules is needed. Why a Jacobian is swept row by row: rules take cotangents of their output's shape.
"""

from typing import Any

import numpy as np

from autograd import ops
from autograd.errors import OperandError, ShapeError
from autograd.node import next_number, recorded, recording
from autograd.op import COMPOSITES
from autograd.tree import LEAF, flatten, leaves_like, paths, unflatten
from autograd.value import Value
from autograd.variables import (
    Argnums,
    Call,
    Function,
    Places,
    as_arguments,
    call,
    choose,
    data_of,
    fit,
    output_leaves,
    reach,
    release,
    requires_grad,
    scalar_output,
    sown,
    sweep,
    tangents_of,
    variable,
    within,
)


def differentiated(transform: str, f: Function, function: Function) -> Function:
    """Name a transformed function after the function it came from."""
    function.__name__ = f"{transform}({getattr(f, '__name__', type(f).__name__)})"
    function.__qualname__ = function.__name__
    return function


def value_and_grad(f: Function, argnums: Argnums = 0, has_aux: bool = False, *,
                   argnum: Argnums | None = None) -> Function:
    """Return a function that gives the value of `f`, one number, and its gradient by the arguments `argnums`.

    The gradient looks like the argument; a tuple of argnums gives a tuple. With `has_aux` f returns ``(value, aux)``,
    and the result is ``((value, aux), gradient)``.

    >>> value_and_grad(lambda p: p["w"] ** 2 + 3 * p["b"])({"w": 2.0, "b": 1.0})
    (7.0, {'w': 4.0, 'b': 3.0})
    """
    return scalar_transform("value_and_grad", f, choose("value_and_grad", argnums, argnum), has_aux)


def grad(f: Function, argnums: Argnums = 0, has_aux: bool = False, *, argnum: Argnums | None = None) -> Function:
    """Return a function that gives the gradient of `f`, which returns one number, by the arguments `argnums`.

    The gradient looks like the argument; a tuple of argnums gives a tuple. With `has_aux` f returns ``(value, aux)``,
    and the result is ``(gradient, aux)``.

    >>> grad(lambda x, y: x**2 * y)(3.0, 2.0)
    12.0
    >>> grad(lambda x: np.sum(x * x))(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    both = scalar_transform("grad", f, choose("grad", argnums, argnum), has_aux)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found
    return differentiated("grad", f, gradient)


def scalar_transform(transform: str, f: Function, places: Places, has_aux: bool) -> Function:
    """Return the function that gives value and gradient, in the name of a transform."""
    def transformed(*args: Any, **kwargs: Any) -> Any:
        run = call(transform, f, args, kwargs, within(transform, places, len(args)))
        output, aux = run.output, None
        if has_aux:
            if not isinstance(output, tuple) or len(output) != 2:
                raise OperandError(f"{transform}: with has_aux=True the function must return (value, aux), got "
                                   f"{type(output).__name__} {output!r:.60}")
            output, aux = output
        order, keep = run.reach([scalar_output(transform, output)])
        found = sweep(order, sown(order, [output], [None], keep), run.variables, keep)
        value = release(output, keep)
        if has_aux:
            value = value, release(aux, run.reach(flatten(aux)[0])[1])
        return value, places.pick(unflatten(run.structure, found))
    return differentiated(transform, f, transformed)


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """Return the output of `f` and its pullback: from a cotangent like the output to one for each of the `primals`.

    >>> output, pullback = vjp(lambda x, y: x * y, np.array([1.0, 2.0]), 3.0)
    >>> output
    array([3., 6.])
    >>> pullback(np.array([1.0, 10.0]))
    (array([ 3., 30.]), 21.0)
    """
    run = call("vjp", f, primals, {}, range(len(primals)))
    roots, structure = output_leaves(run)
    order, older = reach(roots, run.variables, run.start)

    def pullback(cotangent: Any) -> Any:
        given = leaves_like(structure, cotangent, "vjp: the cotangent")
        given = [fit(*leaf) for leaf in zip(given, roots, paths(structure, "vjp: the cotangent"), strict=True)]
        keep = recorded() and (older or requires_grad(given))
        return unflatten(run.structure, sweep(order, sown(order, roots, given, keep), run.variables, keep))
    return release(run.output, run.records and older), pullback


def jvp(f: Function, primals: Any, tangents: Any) -> tuple[Any, Any]:
    """Return the output of `f` and its derivative along `tangents`, which look like the tuple of arguments `primals`.

    What is no tuple is the only argument.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    (6.0, 23.0)
    """
    args = as_arguments(primals)
    run = call("jvp", f, args, {}, range(len(args)))
    along = tangents_of(run, f, args, as_arguments(tangents))
    roots, structure = output_leaves(run)
    order, keep_output = run.reach(roots)
    keep = keep_output or (run.records and requires_grad(along))
    start = next_number()
    with recording():
        cotangents = [variable(zero_like(root), False) for root in roots]
        pulled = sweep(order, sown(order, roots, cotangents, True), run.variables, True)
        linear, _ = reach(pulled, cotangents, start)
        found = sweep(linear, sown(linear, pulled, along, keep), cotangents, keep)
    return release(run.output, keep_output), unflatten(structure, [release(tangent, keep) for tangent in found])


def zero_like(output: Any) -> Any:
    """Return zeros like the data of an output: a float, or an array that can carry a gradient."""
    data = data_of(output)
    if not isinstance(data, np.ndarray):
        return 0.0
    return np.zeros_like(data, dtype=data.dtype if data.dtype.kind == "f" else float)


def hvp(f: Function, primals: Any, tangents: Any) -> Any:
    """Return the Hessian of `f` times a vector that looks like the tuple of arguments `primals`, without the Hessian.

    What is no tuple is the only argument, and the result then is its product.

    >>> hvp(lambda x: np.sum(x * x * x), np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([  6., 120.])
    """
    args = as_arguments(primals)
    run = call("hvp", f, args, {}, range(len(args)))
    along = tangents_of(run, f, args, as_arguments(tangents))
    order, keep = run.reach([scalar_output("hvp", run.output)])
    keep = keep or (run.records and requires_grad(along))
    with recording():
        pulled = sweep(order, sown(order, [run.output], [None], True), run.variables, True)
        order, _ = run.reach(pulled)
        found = unflatten(run.structure, sweep(order, sown(order, pulled, along, keep), run.variables, keep))
    return found if type(primals) is tuple else found[0]


def vhp(f: Function, primals: Any, cotangents: Any) -> Any:
    """Return a vector times the Hessian of `f`: what `hvp` returns, for a Hessian is symmetric.

    >>> vhp(lambda x, y: x * x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 4.0)
    """
    return hvp(f, primals, cotangents)


def jacobian(f: Function, argnums: Argnums = 0, *, argnum: Argnums | None = None) -> Function:
    """Return a function that gives all derivatives of the output of `f` by the arguments `argnums`.

    For arrays it is an array of the output's shape followed by the input's; a tree of outputs gives a tree of these,
    whose leaves look like the argument. The function is run once and swept once per element of the output.

    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    places = choose("jacobian", argnums, argnum)

    def transformed(*args: Any, **kwargs: Any) -> Any:
        run = call("jacobian", f, args, kwargs, within("jacobian", places, len(args)))
        roots, structure = output_leaves(run)
        return unflatten(structure, [places.pick(unflatten(run.structure, blocks(run, root))) for root in roots])
    return differentiated("jacobian", f, transformed)


def blocks(run: Call, root: Any) -> list[Any]:
    """Return for each variable of a call the derivatives of one of its outputs."""
    shape = np.shape(data_of(root))
    order, keep = run.reach([root])
    rows = []
    for place in np.ndindex(shape):
        unit = np.zeros(shape)
        unit[place] = 1.0
        rows.append(sweep(order, sown(order, [root], [unit], keep), run.variables, keep))
    return [stacked([row[k] for row in rows], shape, x, keep) for k, x in enumerate(run.variables)]


def stacked(rows: list[Any], shape: tuple[int, ...], x: Any, keep: bool) -> Any:
    """Return rows, one per element of an output, as one array of the output's shape followed by that of `x`."""
    if shape == ():
        return rows[0]
    whole = (*shape, *getattr(x, "shape", ()))
    if not keep or not rows:
        return np.array(rows, dtype=getattr(x, "dtype", float)).reshape(whole)
    if isinstance(x, Value):
        return ops.stack_values(*rows, shape=shape)
    return ops.reshape(COMPOSITES["stack"](rows), shape=whole)


def hessian(f: Function, argnums: Argnums = 0, *, argnum: Argnums | None = None) -> Function:
    """Return a function that gives all second derivatives of `f`, one number: the Jacobian of its gradient.

    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 2.0]))
    array([[4., 6.],
           [6., 0.]])
    """
    return differentiated("hessian", f, jacobian(grad(f, argnums, argnum=argnum), argnums, argnum=argnum))


def derivative(f: Function, order: int = 1) -> Function:
    """Return the derivative of any order of a function from a number to a number; further arguments are constants.

    >>> [derivative(lambda x: x**3, order=n)(2.0) for n in range(5)]
    [8.0, 12.0, 12.0, 6.0, 0.0]
    """
    if not isinstance(order, int) or order < 0:
        raise OperandError(f"derivative: order must be an integer from 0, got {order!r}")

    def transformed(x: Any, *args: Any, **kwargs: Any) -> Any:
        run = call("derivative", f, (x, *args), kwargs, (0,))
        if run.structure.children != (LEAF,) or np.ndim(data_of(x)):
            raise ShapeError(f"derivative takes a function of one number, got {type(x).__name__} {x!r:.60}: use "
                             "grad or jacobian")
        y = scalar_output("derivative", run.output)
        _, keep = run.reach([y])
        for remaining in reversed(range(order)):
            with recording():
                nodes, _ = run.reach([y])
                further = keep or remaining > 0
                (y,) = sweep(nodes, sown(nodes, [y], [None], further), run.variables, further)
        return release(y, keep)
    return differentiated("derivative", f, transformed)
