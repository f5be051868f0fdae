.manifest entry=f0
.type function                 ; t10
.module "main"
.function "" t10
  ret
.end
.section 0 flags=1
.patch FUNCTIONS.offset = 0x200000
.patch TYPES.size = 0xFFFFFFFFFFFFFFFF
