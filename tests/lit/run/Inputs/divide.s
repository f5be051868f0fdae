; main calls report, which divides by zero unless it is caught.
.manifest producer="by hand"
.string ""
.string "main"
.type function                    ; t10
.type function i32 i32 -> i32     ; t11
.type function string             ; t12
.module "main" initializer=f0
.file "stats.orus"

.function "" t10 module=0
  .scalars i32 i32 | | 8
  .references string | | 4
  .loc 0 1 1
  ldstr r0, "before"
  mov.r r1, r0
  print t12 s5 r1
  ldi.w s0, 7
  ldi.w s1, 0
  mov s5, s0
  mov s6, s1
  .loc 0 9 13
  call s5 r1 "ratio"
  ret
.end

.function "ratio" t11 module=0
  .scalars i32 i32 | | 4
  .loc 0 3 18
  div.i32 s0, s0, s1
  ret.s s0
.end
