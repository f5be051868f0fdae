; Names that would control a terminal, and ids beyond every table.
.string "\x1b[2J\x07"
.string "main\r\x1b]0;title\x07"
.type function
.module 1 initializer=f9
  .scalar i32 0
.file "\x1b[31m.orus" hash=0x1
.function 1 t10 module=7
  .scalars t900
  .loc 8 1 1
  ldk s0, k77
  ldstr r200, 99
  ldstr r0, 0
  jt s0, 12345
  call s0, r0, f200
  calln n88 s0 r0
  ldm s0, m500
  print t800 s0 r0
  .word 0xff 0
.end
.export function 0 t10 module=0
