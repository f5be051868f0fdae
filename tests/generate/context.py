"""The state while a program is made: random choices, scopes, budgets and the text so far."""

import random
from contextlib import contextmanager

import model as m


class Scope:
    def __init__(self, kind):
        self.kind = kind  # module, function, block, branch
        self.variables = {}


class Loop:
    def __init__(self, label):
        self.label = label


class Context:
    def __init__(self, seed):
        self.seed = seed
        self.random = random.Random(seed)
        self.files = []  # of lists of lines, one a module
        self.imports = []  # for each module: {module: "names", "star" or the namespace's name}
        self.used = []  # for each module: names imported one by one
        self.scopes = []
        self.structs = []
        self.enums = []
        self.functions = []
        self.constants = []
        self.margin = 0
        self.serial = 0
        self.depth = 0  # functions around the current place
        self.switches = {}  # kinds of statements that are made, by name
        self.density = self.weighted([(2, 1.0), (3, 0.6), (2, 0.3)])
        self.factor = 1  # product of the passes of the loops around
        self.cost = 0
        self.limit = 0
        self.loops = []
        self.result = None
        self.result_typed = True  # the result type is declared
        self.recursion = None  # the function being made, if it may call itself
        self.nodes = 0  # expressions in the current statement
        self.indices = 0  # how many indices are around the current expression
        self.calm = False  # nothing may panic here: it would end the program

    # Choices

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, sequence):
        return self.random.choice(sequence)

    def weighted(self, pairs):
        """One of the (weight, value) pairs' values."""
        return self.random.choices([value for _, value in pairs], [w for w, _ in pairs])[0]

    def number(self, low, high):
        return self.random.randint(low, high)

    def fresh(self, prefix):
        self.serial += 1
        return f"{prefix}{self.serial}"

    # Text

    @property
    def module(self):
        return len(self.files) - 1

    def emit(self, line):
        self.nodes = 0
        self.files[-1].append("    " * self.margin + line)

    @contextmanager
    def indented(self):
        self.margin += 1
        yield
        self.margin -= 1

    @contextmanager
    def block(self, kind="block"):
        """The suite of a header that has been emitted; an empty one becomes `pass`."""
        before = len(self.files[-1])
        self.scopes.append(Scope(kind))
        with self.indented():
            yield
            if len(self.files[-1]) == before:
                self.emit("pass")
        self.scopes.pop()

    @contextmanager
    def function(self, limit, result):
        """The body of a function; yields a list that receives its cost."""
        saved = (self.factor, self.cost, self.limit, self.loops, self.result)
        self.factor, self.cost, self.limit, self.loops, self.result = 1, 0, limit, [], result
        self.depth += 1
        cost = []
        yield cost
        cost.append(self.cost + 1)
        self.depth -= 1
        self.factor, self.cost, self.limit, self.loops, self.result = saved

    @contextmanager
    def repeated(self, passes, label=None):
        """The body of a loop that makes at most so many passes."""
        self.factor *= passes
        self.charge(1)
        self.loops.append(Loop(label))
        yield
        self.loops.pop()
        self.factor //= passes

    # Budgets

    def charge(self, cost):
        self.cost += cost * self.factor

    def affordable(self, cost):
        return self.cost + cost * self.factor <= self.limit

    # Names

    def declare(self, variable):
        variable.depth = self.depth
        if self.scopes[-1].kind == "module":
            variable.module = self.module
        self.scopes[-1].variables[variable.name] = variable
        return variable

    def visible(self):
        """Every variable that its name reaches, innermost first."""
        seen = set()
        for scope in reversed(self.scopes):
            for name, variable in scope.variables.items():
                if name not in seen:
                    seen.add(name)
                    yield variable

    def assignable(self, variable):
        if not variable.mutable or variable.frozen:
            return False
        return variable.module is not None or variable.depth == self.depth or variable.word

    def reference(self, name, module):
        """How the current module names a declaration of another."""
        if module is None or module == self.module:
            return name
        how = self.imports[-1][module]
        if how == "names":
            self.used[-1].setdefault(module, set()).add(name)
            return name
        return name if how == "star" else f"{how}.{name}"

    def variable_text(self, variable):
        return self.reference(variable.name, variable.module)

    def type_text(self, t, length=None):
        if isinstance(t, m.Array):
            inner = self.type_text(t.element)
            return f"[{inner}]" if length is None else f"[{inner}, {length}]"
        if isinstance(t, m.Function):
            result = f" -> {self.type_text(t.result)}" if t.result else ""
            return f"fn({', '.join(map(self.type_text, t.parameters))}){result}"
        if isinstance(t, m.Named):
            name = self.reference(t.declaration.name, t.declaration.module)
            arguments = ", ".join(map(self.type_text, t.arguments))
            return f"{name}[{arguments}]" if arguments else name
        return t.name

    # Types

    def primitive(self):
        return self.weighted([(8, m.I32), (4, m.I64), (3, m.U32), (3, m.U64), (4, m.F64),
                              (3, m.BOOL), (4, m.STRING)])

    def some_type(self, depth=2, functions=True):
        """A type that a variable, parameter or result may have."""
        choices = [(10, "primitive")]
        if depth > 0:
            choices.append((4, "array"))
        if self.structs:
            choices.append((3, "struct"))
        choices += [(2, "enum"), (1, "any")]
        if functions:
            choices.append((1, "function"))
        kind = self.weighted(choices)
        if kind == "array":
            for _ in range(8):
                t = m.Array(self.some_type(depth - 1, functions))
                if m.weight(t) <= 80 and not m.is_recursive(t.element) and \
                        (t.element != m.ANY or depth == 2):
                    return t
        if kind == "struct":
            return m.Named(self.pick(self.structs))
        if kind == "enum":
            return self.enum_type(self.pick(self.enums))
        if kind == "any":
            return m.ANY
        if kind == "function":
            return self.function_type()
        return self.primitive()

    def enum_type(self, declaration):
        return m.Named(declaration, tuple(
            self.weighted([(6, self.primitive()), (1, m.Array(self.primitive()))] +
                          ([(1, m.Named(self.pick(self.structs)))] if self.structs else []))
            for _ in range(declaration.parameters)))

    def function_type(self):
        parameters = tuple(self.primitive() for _ in range(self.number(0, 2)))
        return m.Function(parameters, self.primitive())
