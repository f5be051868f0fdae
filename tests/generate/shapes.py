"""Shapes of code at the limits of an implementation: many live values, deep calls, edges of ranges."""

import model as m


class Shapes:
    def shapes(self):
        return [self.pressure, self.edge_loop, self.factory, self.generic_expression, self.chained,
                self.fixed_array, self.deep_call, self.order_of_effects, self.loop_capture,
                self.jumps_out_of_try, self.long_condition, self.known_values,
                self.branch_binding]

    def pressure(self, level):
        """Many values that live at the same time."""
        count = self.weighted([(6, self.number(5, 14)), (2, self.number(15, 40)), (0.2, 270)])
        names = []
        for _ in range(count):
            t = self.pick([m.I32, m.I64, m.F64, m.U32, m.STRING, m.I32])
            name = self.fresh("v")
            self.emit(f"mut {name}: {t.name} = {self.text(t, 1 if count < 100 else 0, True)}")
            names.append((name, t))
        if self.chance(0.5):
            self.statement(0)
        for name, t in names[:30]:
            self.declare(m.Variable(name, t, mutable=True, word=True))
        self.random.shuffle(names)
        for start in range(0, count, 12):
            self.print_line([name for name, _ in names[start:start + 12]])

    def edge_loop(self, level):
        """Ranges that end where their type ends."""
        t = self.pick(m.INTEGERS)
        low, high = m.limits(t)
        i = self.fresh("i")
        suffix = t.name
        bounds = self.pick([
            f"{high - 2}{suffix}..={high}", f"{high - 2}{suffix}..{high}",
            f"{high - 7}{suffix}..{high}..3", f"{high}{suffix}..={high}",
            f"{low + 2}{suffix}..={low}..-1" if t in m.SIGNED else f"{low}{suffix}..{low + 2}",
            f"{low + 5}{suffix}..{low}..-2" if t in m.SIGNED else f"{high - 1}{suffix}..={high}..2",
            f"{high}{suffix}..{low}", f"{low}{suffix}..={high}..{high}"])
        self.emit(f"for {i} in {bounds}:")
        with self.block(), self.repeated(5):
            self.declare(m.Variable(i, t))
            self.print_line([i])
            if self.chance(0.4):
                self.statements(2, 0)
            if self.chance(0.2):
                self.emit(f"if {self.text(m.BOOL, 2)}: continue")

    def factory(self, level):
        """A function that returns functions with a state of their own."""
        if self.depth > 0 or not self.affordable(60):
            return
        make, n, start = self.fresh("g"), self.fresh("n"), self.fresh("p")
        t = self.pick([m.I32, m.U64, m.F64, m.STRING])
        self.emit(f"fn {make}({start}: {t.name}):")
        with self.block("function"), self.function(20, None):
            self.declare(m.Variable(start, t))
            self.emit(f"mut {n} = {start}")
            self.declare(m.Variable(n, t, mutable=True, word=True))
            self.emit("return fn() -> " + t.name + ":")
            with self.indented():
                if t == m.STRING:
                    self.emit(f"if len({n}) < 20: {n} += {self.text(t, 1, True)}")
                else:
                    self.emit(f"{n} {self.pick(['+=', '-='])} {self.text(t, 1, True)}")
                self.emit(f"return {n}")
        one, two = self.fresh("f"), self.fresh("f")
        for name in (one, two):
            self.emit(f"mut {name} = {make}({self.text(t, 1, True)})")
        self.print_line([f"{self.pick([one, two])}()" for _ in range(4)])
        if self.chance(0.3):
            self.emit(f"{one} = {two}")
            self.print_line([f"{one}()", f"{two}()"])

    def generic_expression(self, level):
        """A generic function declared in a block, perhaps with captured variables."""
        if self.depth > 1:
            return
        name, t = self.fresh("g"), self.primitive()
        body = self.pick(["a", "a if true else b", "[a, b,][0]", "b"])
        found = self.find_place(m.I32)
        if found and self.chance(0.6):
            body = f"a if {found[0]} > {self.number(0, 9)} else b"
        self.emit(f"{name} = fn(a, b): {body}" if self.chance(0.5) else f"fn {name}(a, b): {body}")
        other = self.primitive()
        self.print_line([f"{name}({self.text(t, 1)}, {self.text(t, 1)})",
                         f"{name}({self.text(other, 1)}, {self.text(other, 1)})"])

    def chained(self, level):
        if self.scopes[-1].kind == "module":
            return
        t = self.primitive()
        target = self.find_place(t, lambda v, path: path != () or self.assignable(v))
        if not target or t == m.STRING:
            return
        name = self.fresh("v")
        self.emit(f"{target[0]} = {name} = {self.text(t, 2)}")
        self.declare(m.Variable(name, t, mutable=True))
        self.print_line([target[0], name])

    def fixed_array(self, level):
        t, count, name = self.primitive(), self.number(1, 5), self.fresh("a")
        elements = ", ".join(self.text(t, 1, True) for _ in range(count))
        value = self.pick([f"[{elements},]", f"[{self.text(t, 1, True)}, {count}]"])
        self.emit(f"mut {name}: [{t.name}, {count}] = {value}")
        self.declare(m.Variable(name, m.Array(t), mutable=True, word=True))
        for _ in range(self.number(1, 3)):
            self.emit(f"{name}[{self.number(0, count - 1)}] = {self.text(t, 1, True)}"
                      if t != m.STRING else f'{name}[{self.number(0, count - 1)}] = "{self.fresh("t")}"')
        shared = self.fresh("a")
        self.emit(f"mut {shared} = [{name}, {self.number(1, 3)}]")
        self.emit(f"{shared}[0][0] = {name}[len({name}) - 1]")
        self.print_line([name, shared, f"{shared}[0] == {name}"])

    def deep_call(self, level):
        """Recursion much deeper than the rest of the program."""
        if self.depth > 0 or self.factor > 1:
            return
        name, p, t = self.fresh("g"), self.fresh("p"), self.pick([m.I32, m.U64, m.F64, m.STRING])
        step = {m.STRING: '"."'}.get(t, self.number(1, 3))
        zero = self.literal(t, 0, True).text
        form = self.pick([f"{step} + {name}({p} - 1)", f"{name}({p} - 1) + {step}", f"{name}({p} - 1)"])
        self.emit(f"fn {name}({p}: i32) -> {t.name}: return {zero} if {p} == 0 else {form}")
        self.print_line([f"{name}({self.pick([0, 1, 10, 100, 300])})"])

    def order_of_effects(self, level):
        """Operands that change what other operands read."""
        if self.depth > 1:
            return
        n, bump = self.fresh("n"), self.fresh("g")
        t = self.pick(m.NUMBERS)
        self.emit(f"mut {n}: {t.name} = {self.number(0, 9)}")
        self.emit(f"fn {bump}() -> {t.name}:")
        self.emit(f"    {n} += {self.number(1, 3)}")
        self.emit(f"    return {n}")
        self.declare(m.Variable(n, t, mutable=True, word=True))
        a = self.fresh("a")
        self.emit(f"mut {a}: [{t.name}] = [{n}, {bump}(), {n}, {bump}() + {n}]")
        self.print_line([f"{n} + {bump}() + {n}", f"{bump}() - {n}", a,
                         f"{n} == {bump}()", f"[{n}, {bump}(), {n}]"])
        self.emit(f"{a}[0] += {bump}()")
        if t != m.F64:
            self.emit(f"{a}[{bump}() % 2] {self.pick(['=', '+=', '-='])} {bump}() + {a}[1]")
        self.emit(f"{n} += {bump}()")
        self.print_line([n, a])

    def loop_capture(self, level):
        """Functions over variables of different passes, called while these still change."""
        if self.depth > 1 or not self.affordable(40):
            return
        fs, i, n = self.fresh("c"), self.fresh("i"), self.fresh("n")
        outer = self.fresh("n")
        self.emit(f"mut {fs}: [fn(i32) -> i32] = []")
        self.emit(f"mut {outer} = {self.number(0, 5)}")
        self.emit(f"for {i} in 0..{self.number(2, 4)}:")
        with self.block(), self.repeated(4):
            self.emit(f"mut {n} = {i} * {self.number(1, 4)}")
            self.emit(f"push({fs}, fn(d: i32) -> i32: {n} + d + {outer} + {i})")
            self.emit(f"{n} += {self.number(1, 9)}")
            self.emit(f"{outer} += {fs}[{i}](1)")
            if self.chance(0.3):
                self.emit(f"if {i} == 1: continue")
            self.emit(f"{outer} = {outer} % 100")
        self.emit(f"for f in {fs}: print(f({self.number(0, 9)}), {outer})")

    def jumps_out_of_try(self, level):
        """break, continue and panics that leave a try, with values that live across."""
        if not self.affordable(30):
            return
        v, i, e = self.fresh("v"), self.fresh("i"), self.fresh("e")
        t = self.pick([m.I32, m.I64, m.U32, m.F64])
        self.emit(f"mut {v}: {t.name} = {self.number(0, 3)}")
        self.declare(m.Variable(v, t, mutable=True, word=True))
        passes = self.number(2, 6)
        self.emit(f"for {i} in 0..{passes}:")
        with self.block(), self.repeated(passes + 1):
            self.declare(m.Variable(i, m.I32, origin="loop"))
            self.emit("try:")
            with self.block():
                self.emit(f"{v} += 1")
                if self.chance(0.5):
                    self.emit(f"if {i} == {self.number(0, 4)}: {self.pick(['break', 'continue'])}")
                self.emit(f"print({self.number(1, 90)} / ({i} - {self.number(0, 3)}), {v})")
                self.emit(f"{v} += 1")
            self.emit(f"catch {e}:")
            with self.block():
                self.print_line([e, v])
                if self.chance(0.5):
                    self.emit(f"if {self.text(m.BOOL, 2)}: {self.pick(['break', 'continue'])}")
            self.emit(f"{v} += {self.number(0, 2)}")
        self.print_line([v])

    def long_condition(self, level):
        parts = [self.text(m.BOOL, 1, False, m.EQUAL) for _ in range(self.number(3, 6))]
        text = parts[0]
        for part in parts[1:]:
            text = f"{text} {self.pick(['and', 'or'])} {part}"
        a, b = self.text(m.I32, 1, True), self.text(m.I32, 1, True)
        name = self.fresh("v")
        self.emit(f"mut {name}: i32 = {a}")
        self.emit(f"if {text}: {name} = {b}")
        self.emit(f"while {name} > 1 and ({text}):")
        self.emit(f"    {name} = {name} / 2 - 1")
        self.declare(m.Variable(name, m.I32, mutable=True, word=True))
        self.charge(12)
        self.print_line([name])

    def branch_binding(self, level):
        """A variable that branches give its value, read by functions and after the branches."""
        if self.scopes[-1].kind == "module" or self.depth > 1:
            return
        t = self.some_type(1, False)
        if t == m.ANY or t == m.Array(m.ANY):
            t = m.Array(m.STRING)
        v = self.fresh("v")

        def bind():
            self.emit(f"{v} = {self.text(t, 2)}")
            self.scopes[-1].variables[v] = variable
            if self.chance(0.5):
                f = self.fresh("f")
                self.emit(f"{f} = fn() -> {self.type_text(t)}: {v}")
                self.print_line([f"{f}()"])
            if self.chance(0.3):
                self.emit(f"{v} = {self.text(t, 1)}")

        variable = m.Variable(v, t, mutable=False, depth=self.depth)
        self.emit(f"if {self.text(m.BOOL, 2)}:")
        with self.block("branch"):
            bind()
        if self.chance(0.5):
            self.emit(f"elif {self.text(m.BOOL, 2)}:")
            with self.block("branch"):
                bind()
        if self.chance(0.4):
            self.emit("else:")
            with self.block("branch"):
                bind()
        self.emit("try:")
        with self.block():
            self.declare(variable)
            self.print_line([v])
            if self.chance(0.5):
                f = self.fresh("f")
                self.emit(f"{f} = fn() -> {self.type_text(t)}: {v}")
                self.print_line([f"{f}()"])
        self.catch()
