"""Statements, and the loops and data structures that optimisations look for."""

import model as m
from context import Scope


class Statements:
    def statements(self, count, level):
        """A random number of statements, nested at most so many levels deep."""
        for _ in range(self.number(1, count)):
            self.statement(level)

    def statement(self, level):
        makers = [(5, self.declare_statement), (5, self.assign_statement), (4, self.print_statement),
                  (2, self.grow_statement), (1, self.call_statement), (0.5, self.destructure)]
        if level > 0:
            makers += [(3, self.if_statement), (3, self.range_loop), (1.5, self.array_loop),
                       (1, self.while_loop), (2, self.match_statement), (1.5, self.try_statement),
                       (1, self.nested_function), (0.7, self.late_binding),
                       (1, self.value_loop), (0.7, self.unbox), (0.5, self.match_any)]
            makers += [(0.6, idiom) for idiom in self.idioms()]
            makers += [(0.4, shape) for shape in self.shapes()]
            makers += [(0.6, heap) for heap in self.heaps()] if self.only_once() else []
        if self.loops:
            makers.append((1, self.jump))
        if self.result is not None and self.depth > 0:
            makers.append((0.5, self.early_return))
        self.charge(1)
        self.weighted([maker for maker in makers if self.is_on(maker[1])])(level)

    def is_on(self, maker):
        """Each program does without some kinds of statements, and so has more of the others: "swarm
        testing" (Groce et al., ISSTA 2012)."""
        if maker.__name__ not in self.switches:
            self.switches[maker.__name__] = self.chance(self.density)
        return self.switches[maker.__name__] or maker.__name__ == "declare_statement"

    # Declarations

    def declare_statement(self, level, kind=None):
        t = self.some_type()
        kind = kind or self.weighted([(5, "mut"), (3, "typed"), (3, "plain"), (3, "mut typed")])
        if kind in ("plain", "mut") and (isinstance(t, m.Function) or t == m.ANY or
                                         t == m.Array(m.ANY)):
            kind = "mut typed"
        prefix, typed = "mut " if "mut" in kind else "", "typed" in kind
        name = self.new_name(prefix or typed)
        annotation = f": {self.type_text(t)}" if typed else ""
        if self.chance(0.12) and t in m.PRIMITIVES + (m.Array(m.I32),):
            self.match_expression(f"{prefix}{name}{annotation} = ", t, typed)
        else:
            self.emit(f"{prefix}{name}{annotation} = {self.text(t, 3, typed)}")
        module_level = self.scopes[-1].kind == "module"
        word = bool(prefix)
        self.declare(m.Variable(
            name, t, mutable=word or kind == "plain" and not module_level, word=word,
            growable=isinstance(t, m.Array) and typed,
            frozen=m.is_recursive(t)))

    def new_name(self, may_shadow):
        """A fresh name, or one of an outer scope."""
        if may_shadow and len(self.scopes) > 1 and self.chance(0.08) and \
                self.scopes[-1].kind == "block":
            outer = [v for v in self.visible() if v.name not in self.scopes[-1].variables
                     and v.depth == self.depth and not v.frozen and v.origin == ""
                     and not (self.recursion and v.name == self.recursion_name)]
            if outer:
                return self.pick(outer[:5]).name
        return self.fresh("v")

    def late_binding(self, level):
        """A variable that has a value only if a branch was taken."""
        t = self.primitive()
        name = self.fresh("v")
        if self.scopes[-1].kind == "module":
            return
        self.emit("try:")
        with self.block():
            self.emit(f"if {self.text(m.BOOL, 2)}:")
            with self.indented():
                self.emit(f"{name} = {self.text(t, 2)}")
            if self.chance(0.5):
                self.emit(f"elif {self.text(m.BOOL, 2)}: {name} = {self.text(t, 2)}")
            self.declare(m.Variable(name, t, mutable=True))
            self.print_line([name])
            self.statements(2, 0)
        self.catch()

    # Assignments

    def target(self, t=None):
        """(text, type) of a place that may be assigned."""
        t = t or self.some_type(1, False)
        if m.is_recursive(t):
            return None
        found = self.find_place(
            t, lambda variable, path: path != () or self.assignable(variable))
        return found and (found[0], t)

    def assign_statement(self, level):
        for _ in range(4):
            place = self.target()
            if place:
                break
        else:
            return self.declare_statement(level)
        text, t = place
        if t in m.NUMBERS and self.chance(0.5):
            operator = self.weighted([(6, "+="), (4, "-="), (1, "*="), (0.5, "/="), (1, "%=")])
            if operator in ("/=", "%=") and self.chance(0.8):
                value = str(self.number(1, 9))
            else:
                value = self.text(t, 2, True)
            self.emit(f"{text} {operator} {value}")
        elif t == m.STRING:
            if self.chance(0.4):
                self.emit(f"if len({text}) < {self.number(8, 40)}: "
                          f"{text} += {self.text(t, 2, True)}")
            else:
                self.emit(f"{text} = {self.reference('clip', 0)}({self.text(t, 2, True)})")
        elif self.chance(0.1) and t in m.PRIMITIVES:
            self.match_expression(f"{text} = ", t, True)
        else:
            value = self.text(t, 3, not isinstance(t, m.Array))
            if isinstance(t, m.Array):
                value = f"{self.reference('cut', 0)}({value})" if t.element != m.ANY else \
                    f"{self.reference('anys', 0)}()"
            self.emit(f"{text} = {value}")

    def grow_statement(self, level):
        t = m.Array(self.some_type(1, False))
        if t.element == m.ANY and self.chance(0.5):
            t = m.Array(m.I32)
        found = self.find_place(t, self.can_grow) or \
            self.find_place(m.Array(m.I32), self.can_grow)
        if not found:
            return
        text, variable, path = found
        element = t.element if self.type_at(variable, path) == t else m.I32
        if self.chance(0.8):
            self.emit(f"if len({text}) < {self.number(3, 10)}: "
                      f"push({text}, {self.text(element, 2, True)})")
        elif self.chance(0.7):
            self.emit(f"if len({text}) > {self.number(0, 4)}: pop({text})")
        else:
            self.emit(f"pop({text})")

    @staticmethod
    def type_at(variable, path):
        t = variable.type
        for step in path:
            t = t.element if step is None else step.type
        return t

    def destructure(self, level):
        t = self.pick([m.I32, m.I64, m.STRING, m.F64, m.BOOL])
        count = self.number(2, 3)
        if self.scopes[-1].kind == "module":
            return
        names = [self.fresh("v") for _ in range(count)]
        if self.chance(0.2):
            names[0] = "_"
        found = self.find_place(m.Array(t)) if self.chance(0.5) else None
        value = found[0] if found else \
            f"[{', '.join(self.text(t, 2) for _ in range(count))}]" if count > 2 else \
            f"[{self.text(t, 2)}, {self.text(t, 2)},]"
        self.emit(f"{', '.join(names)} = {value}")
        for name in names:
            if name != "_":
                self.declare(m.Variable(name, t, mutable=True))

    def call_statement(self, level):
        t = self.some_type()
        made = self.call(t, 3, True)
        if made and made.text[0] != "[":
            self.emit(made.text)

    # Output

    def print_line(self, values):
        tag = self.fresh("#")
        if self.chance(0.1):
            self.emit(f"print({', '.join(values)})")
        elif self.chance(0.5):
            self.emit(f'print("{tag}", {", ".join(values)})')
        else:
            marks = [self.weighted([(6, "@"), (1, "@x"), (1, "@.3f"), (1, "@b"), (1, "@o"),
                                    (1, "@X"), (1, "@.")]) for _ in values]
            self.emit(f'print("{tag} {" ".join(marks)}", {", ".join(values)})')

    def print_statement(self, level):
        values = []
        for _ in range(self.number(1, 3)):
            if self.chance(0.6):
                values.append(self.text(self.primitive(), 3))
            else:
                variables = list(self.visible())
                if variables:
                    values.append(self.variable_text(self.pick(variables[:12])))
        self.print_line(values or ["0"])
        self.charge(1)

    # Branches

    def if_statement(self, level):
        self.emit(f"if {self.text(m.BOOL, 3)}:")
        with self.block("branch"):
            self.branch(level)
        while self.chance(0.25):
            self.emit(f"elif {self.text(m.BOOL, 3)}:")
            with self.block("branch"):
                self.branch(level)
        if self.chance(0.5):
            self.emit("else:")
            with self.block("branch"):
                self.branch(level)

    def branch(self, level):
        """The body of a branch: plain bindings would leak out of it, so a scope takes them in."""
        if self.chance(0.3):
            self.emit("if true:")
            with self.block("branch"):
                self.guarded(level)
        else:
            self.guarded(level)

    def guarded(self, level):
        for _ in range(self.number(1, 3)):
            self.weighted([
                (3, self.assign_statement), (2, self.print_statement), (1, self.grow_statement),
                (2, lambda l: self.declare_statement(
                    l, self.pick(["mut", "typed", "mut typed"]))),
                (1, self.jump if self.loops else self.print_statement),
                (1 if level > 1 else 0, self.range_loop), (1 if level > 1 else 0, self.if_statement),
                (1 if level > 1 else 0, self.match_statement),
                (1 if level > 1 else 0, self.try_statement)])(level - 1)

    def jump(self, level):
        word = self.pick(["break", "continue"])
        labels = [loop.label for loop in self.loops if loop.label]
        label = f" {self.pick(labels)}" if labels and self.chance(0.4) else ""
        if self.chance(0.8):
            self.emit(f"if {self.text(m.BOOL, 2)}: {word}{label}")
        else:
            self.emit(f"{word}{label}")

    def early_return(self, level):
        self.emit(f"if {self.text(m.BOOL, 2)}: return "
                  f"{self.text(self.result, 2, self.result_typed or self.depth > 1)}")

    def try_statement(self, level):
        self.emit("try:")
        with self.block():
            self.statements(4, level - 1)
            if self.chance(0.3):
                self.panic()
        self.catch(level)

    def catch(self, level=0):
        if self.chance(0.2):
            self.emit("catch:")
            with self.block():
                self.emit(f'print("caught {self.fresh("#")}")')
            return
        name = self.fresh("e")
        self.emit(f"catch {name}:")
        with self.block():
            self.emit(f'print("caught {self.fresh("#")}", {name})')
            if self.chance(0.3):
                self.emit(f"print(typeof({name}))")
            if self.chance(0.15):
                self.statements(2, level - 1)

    def panic(self):
        """A statement that is likely to panic."""
        arrays = [v for v in self.visible() if isinstance(v.type, m.Array)]
        low = self.fresh("z")
        kind = self.weighted([(2, "index"), (2, "divide"), (2, "overflow"), (1, "assert"),
                              (1, "int"), (1, "cast"), (1, "string"), (1, "slice"), (1, "pop"),
                              (1, "step"), (1, "repeat"), (1, "negative")])
        if kind == "index" and arrays:
            self.emit(f"print({self.variable_text(self.pick(arrays))}[{self.pick(['99', '-1'])}])")
        elif kind == "divide":
            t = self.pick(m.NUMBERS)
            self.emit(f"mut {low}: {t.name} = 0")
            self.emit(f"print({self.text(t, 1, False, m.MULTIPLY)} {self.pick('/%')} {low})")
        elif kind == "overflow":
            t = self.pick(m.SIGNED)
            self.emit(f"mut {low}: {t.name} = {m.limits(t)[1]}")
            self.emit(f"{low} {self.pick(['+=', '-=', '*='])} {self.text(t, 2, True)}")
            self.print_line([low])
        elif kind == "assert":
            self.emit(f'assert_eq("{low}", {self.text(m.I32, 2)}, {self.text(m.I32, 2)})')
        elif kind == "int":
            self.emit(f'print({self.pick(["int", "float"])}("{self.pick(["", "x", "7", "1e3", "."])}"))')
        elif kind == "cast":
            source, target = self.pick(m.NUMBERS), self.pick(m.INTEGERS)
            self.emit(f"print({self.text(source, 2, False, m.UNARY)} as {target.name})")
        elif kind == "string":
            self.emit(f"print({self.text(m.STRING, 1, False, m.POSTFIX)}[{self.number(-1, 3)}])")
        elif kind == "slice" and arrays:
            self.emit(f"print({self.variable_text(self.pick(arrays))}"
                      f"[{self.number(-1, 4)}..{self.number(-1, 4)}])")
        elif kind == "pop":
            self.emit(f"mut {low}: [i64] = []")
            self.emit(f"print(pop({low}))")
        elif kind == "step":
            self.emit(f"{low} = {self.text(m.I32, 2, False)}")
            self.emit(f"for i in 0..3..{low}:")
            self.emit("    if i > 5 or i < -5: break")
            self.emit("    print(i)")
        elif kind == "repeat" and arrays:
            self.emit(f"print(len({self.variable_text(self.pick(arrays))} * "
                      f"({self.text(m.I32, 1)} % 5)))")
        else:
            self.emit(f"{low} = {self.text(m.I64, 2, False, m.MULTIPLY)} % 9i64")
            self.emit(f"for i in {low}: print(i)")

    # Match

    def match_statement(self, level):
        enums = [v for v in self.visible() if m.is_enum(v.type)]
        if enums and self.chance(0.7):
            return self.match_enum(self.pick(enums[:6]), level)
        t = self.pick([m.I32, m.I64, m.U32, m.U64, m.STRING, m.BOOL])
        self.emit(f"match {self.text(t, 2)}:")
        with self.indented():
            patterns = self.patterns(t)
            for pattern in patterns:
                self.arm(pattern, level)
            if self.chance(0.6):
                self.arm("_", level)

    def unbox(self, level):
        """A conversion from `any` where another type is expected."""
        found = self.find_place(m.ANY)
        if not found:
            return
        t = self.some_type(1, False)
        if m.holds_any(t):
            t = self.primitive()
        name = self.fresh("v")
        self.emit("try:")
        with self.block():
            self.emit(f"{name}: {self.type_text(t)} = {found[0]}")
            self.declare(m.Variable(name, t))
            self.print_line([name])
            self.statements(2, 0)
        self.catch()

    def match_any(self, level):
        found = self.find_place(m.ANY)
        if not found:
            return
        self.emit(f"match {found[0]}:")
        with self.indented():
            for pattern in self.random.sample(["1", '"a"', "true", "2.5", "7u64", "0", '""', "5i64"],
                                              self.number(1, 4)):
                self.arm(pattern, level)
            if self.chance(0.6):
                self.arm("_", level)

    def patterns(self, t):
        """Literal patterns of a type, all different."""
        if t == m.BOOL:
            return ["true", "false"][:self.number(1, 2)]
        if t == m.STRING:
            texts = self.random.sample(["", "a", "b", "true", "10", "i32", "zz"], self.number(1, 4))
            return [f'"{text}"' for text in texts]
        if self.chance(0.05):
            return [str(n) for n in self.random.sample(range(0, 90), self.number(20, 80))]
        return [str(n) for n in self.random.sample(range(0, 8), self.number(1, 5))]

    def arm(self, pattern, level, bindings=()):
        self.emit(f"{pattern} ->")
        with self.block():
            for name, t in bindings:
                self.declare(m.Variable(name, t))
            self.statements(2, level - 1)

    def match_enum(self, variable, level):
        t = variable.type
        self.emit(f"match {self.variable_text(variable)}:")
        with self.indented():
            for pattern, bindings in self.enum_patterns(t):
                self.arm(pattern, level, bindings)

    def enum_patterns(self, t):
        """Arms that cover all values of an enum."""
        variants = t.declaration.payloads(t.arguments)
        self.random.shuffle(variants)
        rest = self.chance(0.3)
        path = self.reference(t.declaration.name, t.declaration.module)
        for name, payload in variants[1:] if rest else variants:
            bindings = [(self.fresh("b"), p) for p in payload]
            names = [n if self.chance(0.85) else "_" for n, _ in bindings]
            text = f"{path}.{name}" + (f"({', '.join(names)})" if names else "")
            yield text, [b for b, n in zip(bindings, names) if n != "_"]
        if rest:
            yield "_", []

    def match_expression(self, head, t, typed):
        enums = [v for v in self.visible() if m.is_enum(v.type)]
        if enums and self.chance(0.6):
            variable = self.pick(enums)
            subject, arms = self.variable_text(variable), list(self.enum_patterns(variable.type))
        else:
            over = self.pick([m.I32, m.U64, m.STRING])
            subject = self.text(over, 2)
            arms = [(p, []) for p in self.patterns(over)] + [("_", [])]
        self.emit(f"{head}match {subject}:")
        with self.indented():
            for pattern, bindings in arms:
                self.scopes.append(Scope("block"))
                for name, binding in bindings:
                    self.declare(m.Variable(name, binding))
                self.emit(f"{pattern} -> {self.text(t, 2, typed)}")
                self.scopes.pop()

    # Loops

    def label(self):
        return f"'{self.fresh('l')}" if self.chance(0.25) else None

    def header(self, label, text):
        self.emit(f"{label}: {text}" if label else text)

    def range_loop(self, level):
        if not self.affordable(12):
            return self.assign_statement(level)
        t = self.weighted([(8, m.I32), (2, m.I64), (1, m.U32), (1, m.U64)])
        name, label = self.fresh("i"), self.label()
        first = self.number(0, 3)
        passes = self.weighted([(5, self.number(1, 5)), (1, self.number(6, 12)), (1, 0)])
        last = first + passes
        step, sign = 1, ".."
        arrays = [v for v in self.visible() if isinstance(v.type, m.Array)]
        kind = self.weighted([(5, "up"), (2, "down" if t in m.SIGNED else "up"), (2, "step"),
                              (3, "len" if arrays else "up"), (1, "open")])
        suffix = "" if t == m.I32 else t.name
        if kind == "len":
            t, passes = m.I32, 10
            bounds = f"0..len({self.variable_text(self.pick(arrays))})"
        elif kind == "up":
            bounds = f"{first}{suffix}{self.pick(['..', '..='])}{last}"
        elif kind == "down":
            bounds = f"{last}{suffix}{self.pick(['..', '..='])}{first}..-1"
        elif kind == "step":
            step = self.number(2, 4)
            bounds = f"{first}{suffix}..{first + passes * step}..{step}"
        else:
            found = self.text(t, 1, False, m.MULTIPLY)
            bounds = f"{first}{suffix}..({found} % 7{suffix})"
            passes = 7
        self.header(label, f"for {name} in {bounds}:")
        variable = m.Variable(name, t, origin="loop")
        with self.block(), self.repeated(max(passes, 1) + 1, label):
            self.declare(variable)
            if kind == "up" and self.chance(0.08):
                self.emit(f"if {self.text(m.BOOL, 1)}: {name} += {self.number(0, 2)}")
            self.statements(4, level - 1)

    def array_loop(self, level):
        if not self.affordable(20):
            return self.assign_statement(level)
        candidates = [v for v in self.visible() if isinstance(v.type, m.Array)]
        if not candidates:
            return self.range_loop(level)
        variable = self.pick(candidates[:6])
        name, label = self.fresh("x"), self.label()
        self.header(label, f"for {name} in {self.variable_text(variable)}:")
        with self.block(), self.repeated(12, label):
            self.declare(m.Variable(name, variable.type.element))
            self.statements(3, level - 1)

    def value_loop(self, level):
        """Over a string, an integer or a range value."""
        if not self.affordable(20):
            return self.assign_statement(level)
        name, label = self.fresh("x"), self.label()
        kind = self.pick(["string", "integer", "range"])
        if kind == "string":
            t, value = m.STRING, f"{self.reference('clip', 0)}({self.text(m.STRING, 1)})"
        elif kind == "integer":
            t = self.pick(m.INTEGERS)
            value = f"{self.text(t, 1, False, m.MULTIPLY)} % {self.number(1, 5)}"
        else:
            t, value = m.I64, self.pick(["range(3)", "range(1, 6, 2)", "range(9, 0, -3)",
                                         "range(2i64, 4u32)"])
            if self.chance(0.5):
                holder = self.fresh("r")
                self.emit(f"{holder} = {value}" if self.scopes[-1].kind != "module"
                          else f"mut {holder} = {value}")
                value = holder
        self.header(label, f"for {name} in {value}:")
        with self.block(), self.repeated(12, label):
            self.declare(m.Variable(name, t))
            self.statements(3, level - 1)
        if kind == "range" and value[0] == "r" and "(" not in value:
            self.emit(f"print({value})")

    def while_loop(self, level):
        if not self.affordable(10):
            return self.assign_statement(level)
        t = self.pick([m.I32, m.I32, m.I64, m.U32, m.U64])
        name, label, passes = self.fresh("k"), self.label(), self.number(1, 7)
        down = self.chance(0.4)
        self.emit(f"mut {name}: {t.name} = {passes if down else 0}")
        self.declare(m.Variable(name, t, frozen=True))
        test = f"{name} > 0" if down else f"{name} < {passes}"
        if self.chance(0.4):
            test = f"{test} and {self.text(m.BOOL, 2, False, m.EQUAL)}"
        if self.chance(0.15):
            test = "true"
        self.header(label, f"while {test}:")
        with self.block(), self.repeated(passes + 1, label):
            if test == "true":
                self.emit(f"if {name} {'== 0' if down else f'>= {passes}'}: break")
            self.emit(f"{name} {'-=' if down else '+='} 1")
            self.statements(4, level - 1)

    # Functions in functions

    def nested_function(self, level):
        """A function that captures what is around it."""
        if not self.affordable(20) or self.depth > 1:
            return self.assign_statement(level)
        result = self.primitive()
        parameters = [self.primitive() for _ in range(self.number(0, 2))]
        name = self.fresh("g")
        texts = []
        self.scopes.append(Scope("function"))
        expression = self.chance(0.4)
        lines = len(self.files[-1])
        with self.function(24, result):
            for p in parameters:
                variable = self.declare(m.Variable(self.fresh("p"), p))
                texts.append(f"{variable.name}: {self.type_text(p)}")
            head = f"({', '.join(texts)}) -> {self.type_text(result)}:"
            self.emit(f"{name} = fn{head}" if expression else f"fn {name}{head}")
            with self.indented():
                self.statements(3, 1 if level > 1 else 0)
                self.emit(f"return {self.text(result, 2, True)}")
        self.scopes.pop()
        assert len(self.files[-1]) > lines
        self.declare(m.Variable(name, m.Function(tuple(parameters), result)))
        if self.chance(0.8):
            arguments = ", ".join(self.argument(p, 1) for p in parameters)
            self.charge(30)
            self.print_line([f"{name}({arguments})"])
