; Calls itself 10000 deep.
.manifest producer="by hand"
.string ""
.string "main"
.type function                    ; t10
.type function i32 -> i32         ; t11
.type function i32                ; t12
.module "main" initializer=f0
.file "deep.orus"

.function "" t10 module=0
  .scalars i32 | | 8
  .loc 0 9 1
  ldi.w s0, 10000
  mov s4, s0
  call s4 r0 "down"
  mov s0, s4
  mov s4, s0
  print t12 s4 r0
  ret
.end

.function "down" t11 module=0
  .scalars i32 | | 8
  .loc 0 2 5
  jne.w.i s0, 0, more
  ret.s s0
more:
  add.i32.i s4, s0, -1
  .loc 0 3 7
  call s4 r0 "down"
  add.i32.i s0, s4, 1
  ret.s s0
.end
