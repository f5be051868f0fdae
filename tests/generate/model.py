"""What a generated program is made of: types, variables, functions, and the text of expressions."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Type:
    """A type of the language. Types compare as the language compares them: array lengths apart."""


@dataclass(frozen=True)
class Primitive(Type):
    name: str


@dataclass(frozen=True)
class Array(Type):
    element: Type


@dataclass(frozen=True)
class Function(Type):
    parameters: tuple
    result: Type


@dataclass(frozen=True)
class Parameter(Type):
    """A type parameter of a generic enum, by its number."""

    number: int


@dataclass(frozen=True)
class Named(Type):
    """A struct, or an enum with its type arguments."""

    declaration: object
    arguments: tuple = ()


I32, I64, U32, U64 = (Primitive(name) for name in ("i32", "i64", "u32", "u64"))
F64, BOOL, STRING, ANY = (Primitive(name) for name in ("f64", "bool", "string", "any"))
INTEGERS = (I32, I64, U32, U64)
SIGNED = (I32, I64)
NUMBERS = INTEGERS + (F64,)
PRIMITIVES = NUMBERS + (BOOL, STRING)
BITS = {I32: 32, I64: 64, U32: 32, U64: 64}


def limits(integer):
    """The smallest and the largest value of an integer type."""
    bits = BITS[integer]
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if integer in SIGNED else (0, (1 << bits) - 1)


@dataclass(eq=False)
class StructDeclaration:
    name: str
    module: int
    fields: list  # of Field
    methods: list = field(default_factory=list)  # of Callable


@dataclass(eq=False)
class Field:
    name: str
    type: Type
    default: str | None
    growable: bool


@dataclass(eq=False)
class EnumDeclaration:
    name: str
    module: int | None  # None: predeclared
    parameters: int
    variants: list  # of (name, [type])
    recursive: bool = False

    def payloads(self, arguments):
        """(variant, payload types) with the type arguments in place."""
        return [(name, [substitute(t, arguments) for t in types]) for name, types in self.variants]


def substitute(type_, arguments):
    if isinstance(type_, Parameter):
        return arguments[type_.number]
    if isinstance(type_, Array):
        return Array(substitute(type_.element, arguments))
    if isinstance(type_, Named) and type_.arguments:
        return Named(type_.declaration, tuple(substitute(t, arguments) for t in type_.arguments))
    return type_


def mentions_parameter(type_):
    if isinstance(type_, Array):
        return mentions_parameter(type_.element)
    return isinstance(type_, Parameter)


def is_struct(type_):
    return isinstance(type_, Named) and isinstance(type_.declaration, StructDeclaration)


def is_enum(type_):
    return isinstance(type_, Named) and isinstance(type_.declaration, EnumDeclaration)


def is_recursive(type_):
    return is_enum(type_) and type_.declaration.recursive


def holds_any(type_):
    """Whether an `any` can be reached from a value of the type."""
    if isinstance(type_, Array):
        return holds_any(type_.element)
    if is_struct(type_):
        return any(holds_any(f.type) for f in type_.declaration.fields)
    if is_recursive(type_):
        return False
    if is_enum(type_):
        return any(holds_any(t) for _, types in type_.declaration.payloads(type_.arguments)
                   for t in types)
    return type_ == ANY or isinstance(type_, Function)


def weight(type_):
    """About how many values one value of the type holds; bounds what programs print."""
    if isinstance(type_, Array):
        return 6 * weight(type_.element)
    if is_struct(type_):
        return 1 + sum(weight(f.type) for f in type_.declaration.fields)
    if is_recursive(type_):
        return 10
    if is_enum(type_):
        return 1 + max(sum(weight(t) for t in types)
                       for _, types in type_.declaration.payloads(type_.arguments))
    return 1


@dataclass(eq=False)
class Variable:
    name: str
    type: Type
    mutable: bool = False
    word: bool = False  # declared with `mut`, so that inner functions may assign it
    growable: bool = False  # arrays: push and pop may be applied
    frozen: bool = False  # the generator needs its value: never assigned
    depth: int = 0  # how many functions are around its declaration
    module: int | None = None  # of a variable of module scope
    origin: str = ""  # "loop": a range loop's variable


@dataclass(eq=False)
class Callable:
    """A declared function or method and what a caller must know of it."""

    name: str
    parameters: list  # of types, without self
    result: Type | None
    cost: int  # estimate of calls and loop passes
    module: int
    bounded: bool = False  # the first parameter is the depth of recursion
    method: bool = False
    generic: object = None  # how to call a generic function: see generics.py


class Text(NamedTuple):
    """An expression: its text, its precedence and whether it is a literal operand."""

    text: str
    precedence: int
    literal: bool = False


# Precedences, from loosest to tightest.
LOOSE, OR, AND, EQUAL, ORDER, ADD, MULTIPLY, CAST, UNARY, POSTFIX = range(10)
