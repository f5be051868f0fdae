// IR text shared by the tests.
#pragma once

namespace orus::test {

/// Every operation, in the form in which the printer writes it, and correct by the verifier.
inline constexpr const char *kAllOperations = R"(struct &P module 0 { x: i32, e: &E }
enum &E module 0 { A, B }
enum &O module 1 { None, Some(f64, &P) }
module "lib" {
  initializer @lib
  scalars 0: i32 "count", f64 "x\n\"y\""
  references 0: string "name"
}
module "main" {
  initializer @#1
  dependencies 0
  scalars 2: bool "late"
}
entry @#1

fn @lib: fn() module 0 {
^0:
  return
}

fn @#1: fn() module 1 hot cold inline noinline {
^0:
  %0: f64 = const 2.5
  %1: string = str "caf\u{202e}é\x00"
  %2: bool = const true
  chkinit "late", %2
  module.set 2, %2
  %3: string = module.get 0
  %4: i32 = str.len %3
  %5: string = str.get %1, %4
  %6: string = str.cat %1, %5
  print fn(string, f64)(%6, %0)
  %7: any = box f64, %0
  %8: f64 = unbox f64, %7
  %9: i32 = cast.any i32, %7
  %10: bool = eqval %7, %7
  assert_eq fn(string, f64, f64)(%1, %8, %0)
  %11: string = calln string.i32(%9)
  %12: string = calln input()
  return
}

fn @f: fn(i32, i64, [i32]) -> i32 module 1 locals(i32, [string]) {
^0(%0: i32, %1: i64, %2: [i32]):
  local.set $0, %0
  try ^1, ^2(error)
^1 handler ^2:
  %3: i32 = arr.get %2, %1
  local.set $0, %3
  jump ^3
^2(%4: error):
  %5: i32 = local.get $0
  return %5
^3:
  %6: i64 = const -9223372036854775808
  %7: f64 = const 0x7ff8000000000001
  %8: u64 = const 18446744073709551615
  %9: i32 = const -2147483648
  %10: u32 = const 4294967295
  %11: f64 = const -inf
  %12: f64 = const 1e+100
  %13: f64 = const -0.0
  %14: f64 = add %7, %11
  %15: f64 = sub %14, %12
  %16: f64 = mul %15, %13
  %17: f64 = div %16, %12
  %18: f64 = mod %17, %12
  %19: f64 = neg %18
  %20: u32 = and %10, %10
  %21: u32 = or %20, %10
  %22: bool = eq %20, %21
  %23: bool = ne %19, %18
  %24: bool = not %22
  %25: i64 = cvtsat %8
  %26: i32 = cvt %19
  %27: [i32] = arr.new 4
  %28: [i32] = arr.fill %9, %25
  arr.push %27, %26
  arr.set %27, %25, %9
  %29: i32 = arr.pop %28
  %30: i32 = arr.len %28
  %31: [i32] = arr.slice %28, %6, %25
  %32: [i32] = arr.repeat %31, %25
  %33: [i32] = arr.sorted %32
  switch %21, ^4, ^5, ^4
^4:
  %34: i32 = const 0
  branch %24, ^6(%34, %0), ^5
^5:
  raise ZeroRangeStep
^6(%35: i32, %36: i32):
  for.step %35 + 3 <= %30, ^6(next, %35), ^7(%36)
^7(%37: i32):
  for.step %37 - 1 > %30, ^7(next), ^10
^8:
  for.step %0 + %9 < %30, ^9(next), ^9(%0)
^9(%38: i32):
  %39: fn(i32) -> i32 = func @g
  %40: i32 = callv %39(%38)
  %41: i32 = call @g(%40)
  call @lib()
  %42: bool = lt %41, %40
  %43: bool = le %6, %25
  return %41
^10:
  step.while ge, %0, %30, %9, ^7(next), ^8
}

fn @objects: fn(&P, &O) -> i32 module 1 {
^0(%0: &P, %1: &O):
  %2: i32 = field.get 0, %0
  %3: u32 = field.get 1, %0
  field.set 0, %0, %2
  %4: &P = obj.new 0(%2, %3)
  %5: f64 = payload.get 1.0, %1
  %6: &O = obj.new 1(%5, %4)
  %7: u32 = tag %6
  %8: cell(&E) = cell.new %7
  cell.set %8, %3
  %9: u32 = cell.get %8
  %10: fn(i32) -> i32 = closure.new @inner(%2, %8)
  %11: i32 = callv %10(%2)
  return %11
}

fn @inner: fn(i32) -> i32 module 1 self closure(fn(i32) -> i32, i32, cell(&E)) {
^0(%0: i32, %1: closure(fn(i32) -> i32, i32, cell(&E))):
  %2: i32 = capture.get 0, %1
  %3: cell(&E) = capture.get 1, %1
  %4: fn(i32) -> i32 = closure.value %1
  %5: i32 = call @inner(%2, %1)
  return %5
}

fn @g: fn(i32) -> i32 module 0 {
^0(%0: i32):
  %1: i64 = const 0
  %2: range = calln range(%1, %1, %1)
  jump ^1(%1)
^1(%3: i64):
  range.next %2, ^1(next), ^2
^2:
  return %0
}
)";

} // namespace orus::test
