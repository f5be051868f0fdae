; Each kind of record, written in every way the page allows.
.manifest producer="by hand" edition=1 entry=f0 optimization=1 registers=16
.string ""
.string "main"
.string "caf\u{e9} \x01 \"quoted\"\n\t\\"
.string "main"                    ; a second one
.type function                    ; t10
.type array i32                   ; t11
.type function t11 string -> f64  ; t12
.type function any -> string      ; t13
.native "typeof.any" t13
.const i32 -1
.const u32 4294967295
.const f64 2.5
.const f64 0x7ff4000000000001
.const bool 1
.module "main" initializer=f0
  .scalar i32 "count"
  .reference t11 "list"
.module "other" dependency=0 initializer=f1
  .scalar f64 "x"
.file "main.orus" hash=0x0
.file "other.orus" hash=0xfedcba9876543210

.function "" t10 module=0
  .scalars i32 i64 | i32 | 8
  .references string any error | string | 2
  .summary scalars maxPressure=2
  .loc 0 1 1
start: ldi.w s0, 10
  ldi.x s1, 0x7fff
  sts s0, s2
  lds s0, s2
  add.i32.i s0, s0, -1
  .loc 1 4294967295 2
  ldstr r0, "ten times"
  box.r r1, r0, string
  mov.r r4, r1
  calln "typeof.any", s3 r4
  jge.i32.i s0, 1, start
end:
  stm s0, m0
  j 1
  call s6, r4, "second"
  print t10 s3 r4
  ret
handler:
  ret
  .handler start end handler r2
.end
.function "second" t10 module=1
  raise Uninitialized
.end
