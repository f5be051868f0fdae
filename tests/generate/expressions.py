"""Expressions of a wanted type.

`typed` says that the context fixes the type, so that literals without suffix, `[]` and variants that
leave type arguments open may stand there.
"""

import model as m
from context import Scope
from model import Text

CLOSURE_COST = 30
LARGEST = 200  # expressions in one statement, beyond which only simple ones are made
STRINGS = ["", "a", "b", "zz", "Orus", "é", "x y", "@", "@x", "10", "-7", "1.5", "tab\\t", "q\\\"q",
           "\\\\\\\\", "end@", "aaaaaaaaaaaaaaaa", "The quick brown fox"]


class Expressions:
    def wrap(self, expression, precedence):
        """The text where at least the given precedence is needed."""
        if expression.precedence >= precedence and not self.chance(0.05):
            return expression.text
        return expression.text if expression.text.startswith("(") and \
            expression.precedence == m.POSTFIX else f"({expression.text})"

    def expression(self, t, depth=3, typed=False):
        """A random expression of the type."""
        self.nodes += 1
        if self.nodes > LARGEST:
            return self.place(t, 0, typed) or self.literal(t, -1, typed)
        makers = [(2 if depth > 0 else 8, self.literal), (6 if depth > 0 else 10, self.place)]
        if depth > 0:
            makers += [(8, self.operation), (3, self.call), (1, self.conditional)]
            makers += [(0.5, self.from_any), (0.7, self.generic_call)]
            if isinstance(t, m.Array):
                makers.append((2, self.literal))
        for _ in range(6):
            made = self.weighted(makers)(t, depth, typed)
            if made is not None:
                return made
        return self.literal(t, depth, typed)

    def text(self, t, depth=3, typed=False, precedence=m.LOOSE):
        return self.wrap(self.expression(t, depth, typed), precedence)

    def argument(self, t, depth=2):
        return self.text(t, depth, True)

    # Literals

    def literal(self, t, depth, typed):
        if t in m.INTEGERS:
            return self.integer(t, typed)
        if t == m.F64:
            return self.float(typed)
        if t == m.BOOL:
            return Text(self.pick(["true", "false"]), m.POSTFIX)
        if t == m.STRING:
            return Text(f'"{self.pick(STRINGS)}"', m.POSTFIX)
        if t == m.ANY:
            return self.into_any(depth)
        if isinstance(t, m.Array):
            if t.element == m.ANY and not typed:
                return Text(f"{self.reference('anys', 0)}()", m.POSTFIX)
            return self.array(t, depth, typed)
        if isinstance(t, m.Function):
            return self.function_value(t, depth, typed)
        if m.is_struct(t):
            return self.struct_value(t, depth)
        return self.variant(t, depth, typed)

    def integer(self, t, typed):
        low, high = m.limits(t)
        kind = self.weighted([(12, "small"), (5, "middle"), (1, "edge")])
        if kind == "small":
            value = self.number(-3 if t in m.SIGNED and self.chance(0.3) else 0, 9)
        elif kind == "middle":
            value = self.number(10, 1000)
        else:
            value = self.pick([low, high, high - 1, low + 1, 65535, 65536, 2147483647])
            value = min(max(value, low), high)
        bare = (t == m.I32 or typed) and not self.chance(0.1)
        if bare and value >= 0 and self.chance(0.05) and value < 0x80000000:
            return Text(hex(value), m.POSTFIX, True)
        suffix = "" if bare else "u" if t == m.U32 and self.chance(0.5) else t.name
        return Text(f"{value}{suffix}", m.POSTFIX if value >= 0 else m.UNARY, bare)

    def float(self, typed):
        value = self.weighted([
            (4, f"{self.number(0, 20)}.{self.pick(['0', '5', '25', '125'])}"),
            (2, f"{self.number(0, 1000)}.{self.number(0, 999)}"),
            (1, self.pick(["1e308", "5e-324", "1e-7", "0.1", "1e15", "123456.789", "4294967296.5"])),
            (1, "whole")])
        if value == "whole":
            value = str(self.number(0, 50)) + ("" if typed else "f64")
        if self.chance(0.2):
            return Text("-" + value, m.UNARY, True)
        return Text(value, m.POSTFIX, True)

    def array(self, t, depth, typed):
        count = self.number(0 if typed and self.chance(0.2) else 1, 4 if depth > 0 else 3)
        if t.element in m.PRIMITIVES and self.chance(0.004):
            count = self.number(100, 300)
        elements = [self.text(t.element, min(depth - 1, 1) if count < 9 else 0, typed)
                    for _ in range(count)]
        # Two elements without a comma at the end would be a fill expression.
        comma = "," if count == 2 or count and self.chance(0.1) else ""
        return Text(f"[{', '.join(elements)}{comma}]", m.POSTFIX)

    def struct_value(self, t, depth):
        fields = [f for f in t.declaration.fields if f.default is None or self.chance(0.6)]
        if self.chance(0.3):
            self.random.shuffle(fields)
        values = [f"{f.name}: {self.text(f.type, min(depth - 1, 2), True)}" for f in fields]
        return Text(f"{self.type_text(t)}{{ {', '.join(values)} }}" if values else
                    f"{self.type_text(t)}{{}}", m.POSTFIX)

    def variant(self, t, depth, typed):
        variants = t.declaration.payloads(t.arguments)
        if t.arguments and not typed:
            variants = variants[:1]  # the first mentions every type parameter
        if t.declaration.recursive:
            return self.recursive_value(t, 2)
        name, payload = self.pick(variants)
        return self.construct(t, name, payload, depth)

    def construct(self, t, name, payload, depth):
        text = f"{self.reference(t.declaration.name, t.declaration.module)}.{name}"
        if not payload:
            return Text(text + ("()" if self.chance(0.1) else ""), m.POSTFIX)
        # Literals could adapt to a payload, but not to a type parameter that is still open.
        typed = not t.arguments
        values = [self.text(p, min(depth - 1, 2), typed) for p in payload]
        return Text(f"{text}({', '.join(values)})", m.POSTFIX)

    def recursive_value(self, t, levels):
        """Built from constructors alone, so that values stay trees of bounded size."""
        name, payload = self.pick(t.declaration.variants if levels else t.declaration.variants[:1])
        path = f"{self.reference(t.declaration.name, t.declaration.module)}.{name}"
        if not payload:
            return Text(path, m.POSTFIX)
        values = [self.recursive_value(t, levels - 1).text if p == t
                  else self.text(p, 1, True) for p in payload]
        return Text(f"{path}({', '.join(values)})", m.POSTFIX)

    def into_any(self, depth):
        inner = self.weighted([(6, self.primitive()), (1, m.Array(self.primitive())),
                               (1, self.some_type(1, False))])
        if m.holds_any(inner):  # an object could come to hold itself
            inner = self.primitive()
        return self.expression(inner, depth - 1, False)

    # Function values

    def function_value(self, t, depth, typed):
        fitting = [f for f in self.functions
                   if not f.bounded and not f.method and not f.generic and f.cost <= CLOSURE_COST
                   and tuple(f.parameters) == t.parameters and f.result == t.result]
        if fitting and self.chance(0.5):
            f = self.pick(fitting)
            return Text(self.reference(f.name, f.module), m.POSTFIX)
        return self.function_expression(t, depth)

    def function_expression(self, t, depth):
        self.scopes.append(Scope("function"))
        with self.function(CLOSURE_COST - 4, None):
            names = []
            for p in t.parameters:
                variable = self.declare(m.Variable(self.fresh("p"), p))
                names.append(f"{variable.name}: {self.type_text(p)}")
            result = f" -> {self.type_text(t.result)}" if self.chance(0.9) else ""
            body = self.text(t.result, min(depth, 2), bool(result))
        self.scopes.pop()
        return Text(f"fn({', '.join(names)}){result}: {body}", m.LOOSE)

    # Places

    def paths(self, source, wanted, depth):
        """Chains of fields and elements that lead from a type to the wanted one."""
        if source == wanted:
            yield ()
        if depth == 0:
            return
        if isinstance(source, m.Array):
            for rest in self.paths(source.element, wanted, depth - 1):
                yield (None,) + rest
        elif m.is_struct(source):
            for f in source.declaration.fields:
                for rest in self.paths(f.type, wanted, depth - 1):
                    yield (f,) + rest

    def find_place(self, t, accept=lambda variable, path: True):
        """(text, variable, path) of a variable, element or field of the type, or None."""
        found = [(variable, path) for variable in self.visible()
                 for path in self.paths(variable.type, t, 2) if accept(variable, path)
                 and not (self.calm and None in path)]
        if not found:
            return None
        near = found[:6]
        variable, path = self.pick(near if self.chance(0.6) else found)
        text = self.variable_text(variable)
        for step in path:
            text += f"[{self.index(text)}]" if step is None else f".{step.name}"
        return text, variable, path

    def place(self, t, depth, typed):
        if t == m.STRING and self.chance(0.2) and not self.calm:
            found = self.find_place(m.STRING)
            if found:
                return Text(f"{found[0]}[{self.index(found[0])}]", m.POSTFIX)
        found = self.find_place(t)
        return found and Text(found[0], m.POSTFIX)

    def index(self, array):
        kind = self.weighted([(9, "small"), (7, "safe"), (3, "loop"), (0.4, "wild")])
        if kind == "loop":
            loops = [v for v in self.visible() if v.origin == "loop" and v.type in m.INTEGERS]
            if loops:
                return self.variable_text(self.pick(loops[:3]))
        if kind == "small" or self.indices > 2 or self.nodes > LARGEST:
            return str(self.number(0, 1))
        self.indices += 1
        if kind == "wild":
            text = self.text(self.pick(m.INTEGERS), 1)
        else:
            text = f"{self.reference('at', 0)}({self.text(m.I32, 1, True)}, len({array}))"
        self.indices -= 1
        return text

    # Operations

    def operation(self, t, depth, typed):
        if t in m.INTEGERS:
            return self.integer_operation(t, depth, typed)
        if t == m.F64:
            return self.float_operation(depth, typed)
        if t == m.BOOL:
            return self.truth(depth)
        if t == m.STRING:
            return self.string_operation(depth)
        if isinstance(t, m.Array):
            return self.array_operation(t, depth, typed)
        return None

    def binary(self, t, operator, precedence, depth, typed):
        typed = typed and operator not in ("and", "or")  # these pass no context on
        left = self.expression(t, depth - 1, typed)
        right = self.expression(t, depth - 1, typed or not left.literal)
        return Text(f"{self.wrap(left, precedence)} {operator} {self.wrap(right, precedence + 1)}",
                    precedence, left.literal and right.literal and operator not in ("and", "or"))

    def by_constant(self, t, depth, typed, operators, low, high):
        """An operand and a literal that keeps the result small or defined."""
        left = self.expression(t, depth - 1, typed)
        suffix = "" if t == m.I32 or not left.literal or typed else t.name
        return Text(f"{self.wrap(left, m.MULTIPLY)} {self.pick(operators)} "
                    f"{self.number(low, high)}{suffix}", m.MULTIPLY, left.literal and not suffix)

    def integer_operation(self, t, depth, typed):
        kind = self.weighted([(8, "sum"), (2, "product"), (4, "remainder"), (2, "quotient"),
                              (0.5, "wild"), (1, "negation"), (1.5, "bits"), (3, "cast"),
                              (1.5, "measure")])
        if kind == "sum":
            return self.binary(t, self.pick("+-"), m.ADD, depth, typed)
        if kind == "product":
            if t in m.SIGNED and self.chance(0.7):
                return self.by_constant(t, depth, typed, "*", 0, 16)
            return self.binary(t, "*", m.MULTIPLY, depth, typed)
        if kind == "remainder":
            return self.by_constant(t, depth, typed, "%", 1, 100)
        if kind == "quotient":
            return self.by_constant(t, depth, typed, "/", 1, 16)
        if kind == "wild":
            return self.binary(t, self.pick("/%"), m.MULTIPLY, depth, typed)
        if kind == "negation":
            if t not in m.SIGNED:
                return None
            inner = self.expression(t, depth - 1, typed)
            return Text("-" + self.wrap(inner, m.POSTFIX), m.UNARY, inner.literal)
        if kind == "bits":
            return self.binary(t, *self.pick([("and", m.AND), ("or", m.OR)]), depth, typed)
        if kind == "cast":
            return self.cast(self.pick([s for s in m.NUMBERS + (m.BOOL,) if s != t]), t, depth)
        return self.measure(t, depth)

    def measure(self, t, depth):
        """Integers that come from builtins."""
        kind = self.weighted([(4, "len"), (1, "int"), (1, "pop")])
        if kind == "pop":
            found = self.find_place(m.Array(t), self.can_grow)
            return found and Text(f"pop({found[0]})", m.POSTFIX)
        if t != m.I32:
            return None
        if kind == "int":
            source = self.pick([m.F64, m.STRING, m.I64, m.U32])
            return Text(f"int({self.text(source, depth - 1)})", m.POSTFIX)
        arrays = [v for v in self.visible() if isinstance(v.type, m.Array) or v.type == m.STRING]
        if not arrays:
            return None
        return Text(f"len({self.variable_text(self.pick(arrays))})", m.POSTFIX)

    def cast(self, source, target, depth):
        inner = self.expression(source, depth - 1)
        if inner.literal and inner.precedence != m.POSTFIX and target in (m.U32, m.U64):
            # A literal operand takes the target's type, which may have no `-`.
            inner = self.place(source, depth, False) or self.literal(m.BOOL, 0, False)
        return Text(f"{self.wrap(inner, m.UNARY)} as {target.name}", m.CAST)

    def float_operation(self, depth, typed):
        kind = self.weighted([(8, "arithmetic"), (2, "wild"), (2, "cast"), (1, "negation"),
                              (0.5, "float")])
        if kind == "arithmetic":
            operator = self.pick("+-*")
            precedence = m.MULTIPLY if operator == "*" else m.ADD
            return self.binary(m.F64, operator, precedence, depth, typed)
        if kind == "wild":
            if self.chance(0.7):
                return self.by_constant(m.F64, depth, typed, "/%", 1, 9)
            return self.binary(m.F64, self.pick("/%"), m.MULTIPLY, depth, typed)
        if kind == "cast":
            return self.cast(self.pick(m.INTEGERS), m.F64, depth)
        if kind == "float":
            return Text(f"float({self.text(self.pick([m.STRING, m.I64, m.U64]), depth - 1)})",
                        m.POSTFIX)
        inner = self.expression(m.F64, depth - 1, typed)
        return Text("-" + self.wrap(inner, m.POSTFIX), m.UNARY, inner.literal)

    def truth(self, depth):
        kind = self.weighted([(8, "order"), (3, "equal"), (3, "logic"), (2, "not"), (1, "chain"),
                              (1, "identity"), (1, "matches"), (1, "type"), (0.5, "mixed"),
                              (0.5, "cast"), (0.3, "assert")])
        if kind == "order":
            return self.comparison(self.pick(m.NUMBERS + (m.I32, m.I32, m.STRING)),
                                   self.pick(["<", "<=", ">", ">="]), m.ORDER, depth)
        if kind == "equal":
            return self.comparison(self.pick(m.PRIMITIVES), self.pick(["==", "!=", "matches"]),
                                   m.EQUAL, depth)
        if kind == "logic":
            return self.binary(m.BOOL, *self.pick([("and", m.AND), ("or", m.OR)]), depth, False)
        if kind == "not":
            t = self.pick([m.BOOL, m.BOOL, m.I32, m.U64])
            return Text(f"not {self.text(t, depth - 1, False, m.POSTFIX)}", m.UNARY)
        if kind == "chain":
            return self.chain(depth)
        if kind == "cast":
            return self.cast(self.pick(m.NUMBERS), m.BOOL, depth)
        if kind == "mixed":
            return Text(f"{self.text(m.BOOL, depth - 1, False, m.ORDER)} {self.pick(['==', '!='])} "
                        f"{self.text(self.pick(m.INTEGERS), depth - 1, False, m.ORDER)}", m.EQUAL)
        if kind == "assert":
            t = self.pick([m.I32, m.STRING, m.Array(m.I32)])
            return Text(f'assert_eq("{self.fresh("e")}", {self.text(t, 1)}, {self.text(t, 1)})',
                        m.POSTFIX)
        if kind == "type":
            return self.type_test(depth)
        if kind == "matches":
            return self.variant_test(depth)
        return self.identity(depth)

    def comparison(self, t, operator, precedence, depth):
        left = self.expression(t, depth - 1)
        right = self.expression(t, depth - 1, not left.literal)
        return Text(f"{self.wrap(left, precedence + 1)} {operator} "
                    f"{self.wrap(right, precedence + 1)}", precedence)

    def chain(self, depth):
        t = self.pick([m.I32, m.I64, m.F64, m.STRING])
        parts = [self.text(t, depth - 1, False, m.ADD) for _ in range(3)]
        signs = [self.pick(["<", "<=", ">", ">="]) for _ in range(2)]
        return Text(f"{parts[0]} {signs[0]} {parts[1]} {signs[1]} {parts[2]}", m.ORDER)

    def type_test(self, depth):
        found = self.find_place(m.ANY)
        name = self.pick(["i32", "i64", "u32", "u64", "f64", "bool", "string", "array"])
        what = found[0] if found and self.chance(0.8) else self.text(self.primitive(), depth - 1)
        return Text(f'istype({what}, "{name}")', m.POSTFIX)

    def variant_test(self, depth):
        found = self.pick([v for v in self.visible() if m.is_enum(v.type)] or [None])
        if found is None:
            return None
        t = found.type
        name, payload = self.pick(t.declaration.payloads(t.arguments))
        path = f"{self.reference(t.declaration.name, t.declaration.module)}.{name}"
        if payload:
            values = ["_" if isinstance(p, m.Function) or not isinstance(p, m.Primitive)
                      or self.chance(0.5) else self.text(p, 0) for p in payload]
            path += f"({', '.join(values)})"
        return Text(f"{self.variable_text(found)} matches {path}", m.EQUAL)

    def identity(self, depth):
        variables = [v for v in self.visible() if not isinstance(v.type, m.Function)]
        if not variables:
            return None
        variable = self.pick(variables)
        other = self.expression(variable.type, depth - 1)
        return Text(f"{self.variable_text(variable)} {self.pick(['==', '!='])} "
                    f"{self.wrap(other, m.ORDER)}", m.EQUAL)

    def string_operation(self, depth):
        kind = self.weighted([(5, "join"), (4, "cast"), (1, "type"), (1, "clip")])
        if kind == "join":
            return self.binary(m.STRING, "+", m.ADD, depth, False)
        if kind == "cast":
            return self.cast(self.pick(m.PRIMITIVES), m.STRING, depth)
        if kind == "type":
            variables = list(self.visible())
            return variables and Text(f"typeof({self.variable_text(self.pick(variables))})",
                                      m.POSTFIX) or None
        return Text(f"{self.reference('clip', 0)}({self.text(m.STRING, depth - 1)})", m.POSTFIX)

    def array_operation(self, t, depth, typed):
        kind = self.weighted([(3, "slice"), (1, "repeat"), (2, "sorted"), (1, "push")])
        if kind == "sorted":
            if t.element not in m.PRIMITIVES:
                return None
            return Text(f"sorted({self.text(t, depth - 1)})", m.POSTFIX)
        if kind == "push":
            found = self.find_place(t, self.can_grow)
            if not found or self.factor > 1 or self.depth > 0:
                return None
            return Text(f"push({found[0]}, {self.text(t.element, depth - 1, True)})", m.POSTFIX)
        found = self.find_place(t)
        if not found:
            return None
        if kind == "repeat":
            count = self.pick(["0", "1", "2", "2i64", "1u32", "2u64"])
            sides = [found[0], count]
            self.random.shuffle(sides)
            return Text(" * ".join(sides), m.MULTIPLY) if m.weight(t) <= 12 else None
        low, high = self.number(0, 2), self.number(0, 4)
        bounds = self.weighted([(4, f"{low}.."), (2, f"..{high}"), (2, ".."),
                                (3, f"{min(low, high)}..{max(low, high)}"),
                                (1, f"{self.text(m.I32, 1, True, m.ADD)}..")])
        return Text(f"{found[0]}[{bounds}]", m.POSTFIX)

    def conditional(self, t, depth, typed):
        if isinstance(t, m.Function) or t == m.ANY:
            return None
        condition = self.text(m.BOOL, depth - 1, False, m.OR)
        first = self.text(t, depth - 1, typed, m.OR)
        second = self.text(t, depth - 1, typed, m.OR)
        return Text(f"{first} if {condition} else {second}", m.LOOSE)

    def from_any(self, t, depth, typed):
        """A conversion that panics when the `any` holds another type."""
        if t not in m.PRIMITIVES:
            return None
        found = self.find_place(m.ANY)
        if not found:
            return None
        cast = f"{found[0]} as {t.name}"
        if self.chance(0.6):
            other = self.text(t, 0, False, m.OR)
            return Text(f'{cast} if istype({found[0]}, "{t.name}") else {other}', m.LOOSE)
        return Text(cast, m.CAST)

    # Calls

    def call(self, t, depth, typed):
        options = []
        for f in self.functions:
            if f.result == t and not f.generic and self.affordable(f.cost):
                options.append(f)
        values = [v for v in self.visible() if isinstance(v.type, m.Function) and v.type.result == t
                  and self.may_call(v)]
        if self.recursion and self.recursion.result == t and self.factor == 1 and self.calls_left \
                and self.depth == 1 and self.chance(0.5):
            self.calls_left -= 1
            return self.call_function(self.recursion, depth, first=f"{self.recursion_name} - 1")
        if values and (not options or self.chance(0.3)) and self.affordable(CLOSURE_COST):
            variable = self.pick(values)
            self.charge(CLOSURE_COST)
            arguments = [self.argument(p, depth - 1) for p in variable.type.parameters]
            return Text(f"{self.variable_text(variable)}({', '.join(arguments)})", m.POSTFIX)
        if not options:
            return None
        f = self.pick(options[-8:] if self.chance(0.6) else options)
        return self.call_function(f, depth)

    def may_call(self, variable):
        """Functions call only function values that cannot lead back to themselves."""
        return not variable.mutable or self.depth == 0

    def call_function(self, f, depth, first=None):
        self.charge(f.cost)
        arguments = []
        for number, p in enumerate(f.parameters):
            if number == 0 and f.bounded:
                arguments.append(first or str(self.number(0, 3)))
            else:
                arguments.append(self.argument(p, depth - 1))
        if not f.method:
            return Text(f"{self.reference(f.name, f.module)}({', '.join(arguments)})", m.POSTFIX)
        found = self.find_place(f.method) if self.chance(0.9) else None
        receiver = found[0] if found else self.literal(f.method, 1, True).text
        return Text(f"{receiver}.{f.name}({', '.join(arguments)})", m.POSTFIX)

    def generic_call(self, t, depth, typed):
        options = [f for f in self.functions if f.generic and self.affordable(f.cost)]
        self.random.shuffle(options)
        for f in options:
            arguments = f.generic(self, t)
            if arguments is not None:
                self.charge(f.cost)
                values = [self.text(a, depth - 1) if isinstance(a, m.Type) else a for a in arguments]
                return Text(f"{self.reference(f.name, f.module)}({', '.join(values)})", m.POSTFIX)
        return None

    def can_grow(self, variable, path):
        """Whether push and pop may be applied to the place."""
        if not path:
            return variable.growable
        return path[-1] is None or path[-1].growable
