.manifest entry=f0
.type function                 ; t10
.module "main"
.function "" t10
  ret
.replace SCHEMA count=90 "Manifest{self: Manifest}\nEmpty{}\nFunction{list: [[Empty]]}\nMANIFEST archive Manifest\nFUNCTIONS archive Function\n"
.replace FUNCTIONS count=1 9 0xFF 0xFF 0xFF 0xFF 0x0F 0xFF 0xFF 0xFF 0x7F
.patch header.major = 9
