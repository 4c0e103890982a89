"""The structural traps of engines of scalars, as data: sharing, order, paths, depth, second sweeps. Runs nothing.

See `trials.py` for what a trial is.
"""

from autograd.check.engines.trials import ADD, MUL, TWINS, Sign, Trial, names, program, reads

DEPTH, DOUBLINGS = 3_000, 25
ARITHMETIC = (*names(ADD, MUL), TWINS.name)
ORDER = ("Does each node wait until all who use it have sent their share?",
         "in `backward`: list each node once, after its inputs, and go through the list in reverse")
SHARED = (
    Sign("a.grad > right['a.grad']",
         "a shared node passes on more than once what it received: it is visited again for each use",
         ("How often does a node that is used twice run its backward?",
          "in `backward`: remember the visited nodes in a set and list each only once")),
    Sign("a.grad < right['a.grad']",
         "wrong order on a diamond: a node passes its gradient on before it is complete", ORDER),
)
ONCE_MORE = ("Run `backward` twice and print all gradients, those of the intermediates too.",
             "in `backward`: set the grad of every node that is no leaf to 0 first")

HASH = Sign("error == 'TypeError' and 'unhashable' in message", "`__eq__` is defined without `__hash__`",
            ("Which nodes can a set hold?", "remove `__eq__`, or add `__hash__ = object.__hash__`: nodes are compared "
             "by identity"))
START = (
    Trial(name="a leaf", program="a = Value(2.5)", reads=("a.data", "a.grad + 0.0"),
          fault="a new node does not have `data` and a `grad` of 0",
          signs=(Sign("error == '' and not near(a.data, 2.5)", "a new node does not keep its number as `data`",
                      ("Print Value(2.5).data.", "`__init__` sets `self.data = data`")),),
          hints=("What does a fresh node know?", "`__init__(self, data)` sets `self.data = data`, `self.grad = 0.0`")),
    Trial(name="backward of a leaf", program="a = Value(2.0)\na.backward()", reads=("a.grad",), needs=("a leaf",),
          fault="`backward` does not start with the gradient 1", signs=(HASH,),
          hints=("What is da/da?", "in `backward`: `self.grad = 1.0` before anything else")),
)

SHARING = tuple(
    Trial(name=name, program=text, reads=("y.data", "a.grad"), signs=SHARED, needs=ARITHMETIC,
          fault="wrong order on a diamond", hints=ORDER)
    for name, text in (
        ("a diamond, long way last", "a = Value(2.0)\nb = a * a; c = b * b\ny = b + c; y.backward()"),
        ("a diamond, long way first", "a = Value(2.0)\nb = a * a; c = b * b\ny = c + b; y.backward()"),
        ("a diamond of two sums", "a = Value(3.0)\nb = a + a; y = (b * a) * b\ny.backward()"),
        ("three levels of sharing", "a = Value(1.5)\nb = a * a; c = b + a; d = c * b\ny = d * c + b; y.backward()"),
    ))

DIAMONDS = tuple(trial.name for trial in SHARING)
CORE = (
    *SHARING,
    Trial(name="gradient of an intermediate", program="a = Value(2.0)\nb = a * a; y = b * b\ny.backward()",
          reads=("b.grad", "y.grad"), needs=ARITHMETIC, fault="intermediates do not show their gradient",
          hints=("Print b.grad.", "leave the gradients of intermediates in place after the sweep")),
    Trial(name="two leaves", program=program("a * b", a=2.0, b=3.0), reads=reads("a", "b"), needs=("a * b",),
          fault="two leaves share their gradient",
          hints=("Where is `grad` kept?", "`self.grad = 0.0` belongs into `__init__`, not into the class")),
    Trial(name="a leaf that is not used", program="a, b = Value(2.0), Value(3.0)\ny = a * a\ny.backward()",
          reads=("b.grad or 0.0", "b.data"), needs=ARITHMETIC, fault="a leaf that the output does not depend on gets "
          "a gradient", hints=("Who wrote to b.grad?", "share nothing between nodes, such as a list as a default")),
    Trial(name="operands stay as they are", program=program("(a + b) * (a * b)", a=2.0, b=3.0),
          reads=("a.data", "b.data", "y.data"), needs=ARITHMETIC, fault="an operation changes the data of its operands",
          hints=("Print a.data before and after.", "operations make new nodes and never write to `self.data`")),
    Trial(name="chain with constants", program=program("((a * 2 + 1) * 3 - 4) / 2", a=0.5), reads=reads("a"),
          needs=(*ARITHMETIC, "a + 2", "a * 2", "a - 2", "a / 2"), fault="constants in a chain change its gradient",
          hints=("What is the gradient by a constant for?", "compare each step with the derivative on paper")),
    Trial(name="sum([a, b, a])", program=program("sum([a, b, a])", a=2.0, b=3.0), reads=reads("a", "b"),
          needs=(*ARITHMETIC, "2 + a"), fault="`sum` of nodes is wrong: it begins with 0 + a",
          hints=("What does `sum` begin with?", "look at `__radd__`")),
    Trial(name="b += a keeps a", program="a = Value(2.0)\nb = a; b += 3.0; y = a * b\ny.backward()",
          reads=("a.data", "y.data", "a.grad"), needs=(*ARITHMETIC, "a + 2"), fault="`+=` changes a node in place",
          signs=(Sign("near(a.data, 5)", "`__iadd__` changes the node itself, and with it all who use it",
                      ("Who else has that node?", "remove `__iadd__`: `b += a` then means `b = b + a`")),),
          hints=("Who else has that node?", "`b += a` must mean `b = b + a`")),
    Trial(name="gradients add up over two outputs",
          program="a = Value(2.0)\ny = a * 3.0; y.backward()\nz = a * 5.0; z.backward()", reads=("a.grad",),
          needs=("a * 2",), fault="a second output replaces the gradient of the first instead of adding to it",
          hints=("What does a second `backward` do to a.grad?",
                 "`backward` must not reset the gradients of leaves: whoever trains does that")),
    Trial(name="a.grad = 0.0 starts afresh", program="a = Value(2.0)\ny = a * 3.0; y.backward(); a.grad = 0.0\n"
          "z = a * 5.0; z.backward()", reads=("a.grad",), needs=("gradients add up over two outputs",),
          fault="a gradient set to 0 comes back: it is kept somewhere else too",
          hints=("Where else are gradients kept?", "`a.grad` must be the only place, so that 0 means 0")),
    Trial(name="integers as data", program="a = Value(3)\ny = a / 2 + a * a\ny.backward()", reads=reads("a"),
          needs=(*ARITHMETIC, "a / 2"), fault="integer data are divided as integers",
          hints=("What is 3 / 2?", "divide with `/`, and keep data as floats")),
    Trial(name=f"2**{DOUBLINGS} paths", program=f"a = y = Value(1.0)\nfor _ in range({DOUBLINGS}): y = y + y\n"
          "y.backward()", reads=("a.grad",), needs=DIAMONDS, fault="paths are not added up",
          signs=(Sign("error == 'Budget'", f"every path is walked on its own: 2**{DOUBLINGS} of them take forever",
                      ("How many ways lead from the output to the leaf?",
                       "let each node pass its gradient on once, after all shares have arrived")),),
          hints=ORDER),
)

BEYOND = (
    Trial(name="second backward", program="a = Value(2.0)\ny = a * a; z = y * 3.0\nz.backward(); z.backward()",
          reads=("a.grad",), needs=ARITHMETIC, core=False, hints=ONCE_MORE,
          signs=(Sign("near(a.grad, 36)", "second backward triples: 36, because intermediates keep their gradient of "
                      "the first", ONCE_MORE),
                 Sign("near(a.grad, 12)", "second backward adds nothing", ONCE_MORE)),
          fault="second backward on one graph does not double the gradient of the leaf"),
    Trial(name="two outputs share an intermediate",
          program="a = Value(2.0); b = a * a\ny = b * 2.0; z = b * 3.0\ny.backward(); z.backward()",
          reads=("a.grad",), needs=ARITHMETIC, core=False, hints=ONCE_MORE,
          fault="an intermediate keeps its gradient of an earlier sweep and passes it on again"),
    Trial(name=f"depth {DEPTH:,}", program=f"a = y = Value(1.0)\nfor _ in range({DEPTH}): y = y + 1.0\ny.backward()",
          reads=("y.data", "a.grad"), needs=(*ARITHMETIC, "a + 2"), core=False, fault="a deep chain is wrong",
          signs=(Sign("error == 'RecursionError'", f"`backward` recurses: RecursionError at depth {DEPTH:,}",
                      ("How deep does Python let a function call itself?",
                       "sort with a list as a stack, or number the nodes as they are created and sort by number")),)),
    Trial(name="data changed before backward", program="a = Value(3.0)\ny = a * a; a.data = 100.0\ny.backward()",
          reads=("a.grad",), needs=ARITHMETIC, core=False, may_raise=True,
          fault="`backward` reads data that was changed after the forward pass",
          hints=("Which number does the closure of `__mul__` see?",
                 "keep the numbers of the forward pass, or raise if they changed")),
    Trial(name="x + x has two edges", program="a = Value(3.0)\ny = a + a", reads=("len(y._prev)",), uses="_prev",
          optional=True, core=False, needs=("a + b",), hints=("Draw the graph of a + a.", "keep `_prev` as a tuple"),
          fault="children are kept in a set: `a + a` has one edge, and nodes come in another order in each run"),
    Trial(name="plain floats", program=program("a * a + a", a=2.0), core=False, needs=ARITHMETIC,
          reads=("isinstance(y.data, float)", "isinstance(a.grad, float)"), fault="data or gradients are no floats",
          hints=("What is type(a.grad)?", "keep numbers as floats: `self.data = float(data)`, `self.grad = 0.0`")),
    Trial(name="relu at 0", program=program("a.relu()", a=0.0), reads=reads("a"), uses="relu", optional=True,
          core=False, needs=("a.relu()",), fault="the derivative of `relu` at 0 is not 0, the usual choice",
          hints=("Which slopes fit below the graph at 0?", "`(self.data > 0) * out.grad`")),
    Trial(name="abs at 0", program=program("abs(a)", a=0.0), reads=reads("a"), uses="__abs__", optional=True,
          core=False, needs=("abs(a)",), fault="the derivative of `abs` at 0 is not 0, the usual choice",
          hints=("Which slopes fit below the graph at 0?", "the smallest of them is 0")),
    *[Trial(name=f"a**{n} at 0", program=program(f"a**{n}", a=0.0), reads=reads("a"), core=False, needs=("a**3",),
            signs=(Sign("error == 'ZeroDivisionError'", f"`a**{n}` at 0 divides by zero in the backward pass",
                        ("What is 0 * 0**-1?", "the derivative of x**0 is 0, also where x**-1 is infinite")),),
            fault=f"the derivative of `a**{n}` at 0 is wrong",
            hints=("Draw x**n near 0.", "treat n = 0 before `self.data ** (n - 1)`")) for n in (0, 1, 2)],
    Trial(name="numpy number on the left", program="a = Value(3.0)\ny = number(2.0) * a\ny.backward()",
          reads=reads("a"), needs=("2 * a",), core=False, fault="a numpy number times a node is no node",
          hints=("Whose `__mul__` runs first?", "`__array_ufunc__ = None` lets `__rmul__` have its turn")),
)
