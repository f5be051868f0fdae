"""Makes one program from a seed: `python3 program.py SEED [FOLDER]`."""

import pathlib
import sys

import model as m
from context import Context, Scope
from declarations import Declarations
from expressions import Expressions
from generics import Generics
from heap import Heap
from idioms import Idioms
from oracle import Oracle
from shapes import Shapes
from statements import Statements

RESULT = m.EnumDeclaration("Result", None, 0, [("Ok", [m.ANY]), ("Err", [m.STRING])])

# What every program may call: an index in range, and bounds for strings and arrays.
HELPERS = """
fn at(i: i32, n: i32) -> i32:
    return (i % n + n) % n
fn clip(s: string) -> string:
    return s if len(s) < 40 else "#" + (len(s) as string)
fn cut(xs):
    if len(xs) > 10: return xs[..9]
    return xs
fn boxed(v: any) -> any: v
fn anys() -> [any]:
    return [1, "a", true, 2.5, 7u64]
""".strip().split("\n")


class Program(Context, Expressions, Statements, Idioms, Heap, Shapes, Oracle, Declarations, Generics):
    def __init__(self, seed):
        super().__init__(seed)
        self.enums = [RESULT]
        self.main = False
        self.recursion_name = ""
        self.calls_left = 0
        modules = self.weighted([(6, 1), (2, 2), (1, 3)])
        for number in range(modules):
            self.main = number == modules - 1
            self.begin_module()
            self.declarations(10 // modules + 1)
            if self.main:
                self.stages()
                self.checksums()
            self.scopes.clear()

    def begin_module(self):
        self.files.append([])
        self.imports.append({other: self.pick(["names", "star", f"n{other}"])
                             for other in range(self.module)})
        self.used.append({})
        # Earlier modules' variables stay visible; their scopes are copied into the new module's.
        scope = Scope("module")
        for variable in self.exported:
            scope.variables[variable.name] = variable
        self.scopes = [scope]
        self.limit, self.cost = 10**9, 0
        if self.module == 0:
            for line in HELPERS:
                self.emit(self.public() + line if line.startswith("fn") else line)

    @property
    def exported(self):
        if not hasattr(self, "_exported"):
            self._exported = []
        return self._exported

    def declarations(self, count):
        for _ in range(self.number(1, 2)):
            self.enum_declaration()
        if self.chance(0.5):
            self.recursive_enum()
        for _ in range(self.number(1, 3)):
            self.struct_declaration()
            if self.chance(0.3):
                self.constant()
        if self.module == 0:
            self.generic_functions()
        if self.chance(0.02):
            self.many_variables()
        for _ in range(self.number(count // 2, count)):
            for _ in range(self.number(0, 2)):
                self.module_variable()
            if self.chance(0.2):
                own = [s for s in self.structs if s.module == self.module]
                self.methods(self.pick(own))
            else:
                self.functions.append(self.function_declaration())
        self._exported = list(self.scopes[0].variables.values())

    def stages(self):
        """The statements of the main module."""
        for _ in range(self.number(3, 8)):
            self.limit, self.cost = 1500, 0
            kind = self.weighted([(5, "try"), (1, "plain"), (3, "calls")])
            if kind == "try":
                self.emit("try:")
                with self.block():
                    self.statements(6, 3)
                self.catch(1)
            elif kind == "plain":
                self.emit("if true:")
                with self.block("branch"):
                    self.emit("try:")
                    with self.block():
                        self.statements(3, 2)
                    self.catch(1)
            else:
                self.calls()

    def calls(self):
        """A call of every function in turn, each with its panics caught."""
        for f in self.functions:
            if f.generic or not self.affordable(f.cost):
                continue
            self.emit("try:")
            with self.block():
                text = self.call_function(f, 2).text
                if f.result is None:
                    self.emit(text if text[0].isalpha() else "pass")
                else:
                    self.emit(f'print("{f.name}", {text})')
            self.catch()

    def checksums(self):
        """Everything that is live at the end."""
        for variable in reversed(list(self.scopes[0].variables.values())):
            name = self.variable_text(variable)
            self.emit(f'print("{variable.name}", {name})')
        self.limit, self.cost = 10**9, 0
        for f in self.random.sample(self.functions, min(3, len(self.functions))):
            # Panics end the program here, with a report on standard error.
            if not f.generic and self.chance(0.5):
                text = self.call_function(f, 2).text
                self.emit(text if text[0].isalpha() else "pass")
        if self.chance(0.3):
            self.emit("if true:")
            with self.block("branch"):
                self.panic()

    def texts(self):
        """The files of the program: {name: text}; main.orus is the main module."""
        result = {}
        for number, lines in enumerate(self.files):
            uses = []
            for other, how in self.imports[number].items():
                if how == "star":
                    uses.append(f"use mod{other}: *")
                elif how == "names":
                    names = ", ".join(sorted(self.used[number].get(other, [])))
                    uses.append(f"use mod{other}: {names}" if names else f"use mod{other}")
                else:
                    uses.append(f"use mod{other} as {how}")
            name = "main" if number == len(self.files) - 1 else f"mod{number}"
            result[f"{name}.orus"] = "\n".join(uses + lines) + "\n"
        return result


def write(seed, folder):
    """Makes the program of a seed in a folder; returns the main file."""
    folder = pathlib.Path(folder)
    for name, text in Program(seed).texts().items():
        (folder / name).write_text(text)
    return folder / "main.orus"


if __name__ == "__main__":
    if len(sys.argv) > 2:
        write(int(sys.argv[1]), sys.argv[2])
    else:
        for name, text in Program(int(sys.argv[1])).texts().items():
            print(f"// {name}\n{text}", end="")
