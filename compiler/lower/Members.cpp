// Structs and enums: making them, reading and writing fields.
#include "compiler/lower/FunctionLowering.h"

namespace orus::lower {

ValueId FunctionLowering::lowerStructNew(const sema::StructNewExpr *expr) {
  llvm::SmallVector<ValueId, 8> fields;
  for (const sema::Expr *field : expr->fields)
    fields.push_back(lowerExpr(field));
  return emit(Op::ObjNew, typeOf(expr), fields, 0, expr->range);
}

ValueId FunctionLowering::lowerVariantNew(const sema::VariantNewExpr *expr) {
  TypeId type = typeOf(expr);
  if (context_.module.types.isPlainEnum(type))
    return constant(type, expr->variant);
  llvm::SmallVector<ValueId, 4> payload;
  for (const sema::Expr *value : expr->payload)
    payload.push_back(lowerExpr(value));
  return emit(Op::ObjNew, type, payload, expr->variant, expr->range);
}

ValueId FunctionLowering::lowerField(const sema::FieldExpr *expr) {
  return emit(Op::FieldGet, typeOf(expr), {lowerExpr(expr->base)}, expr->field, expr->range);
}

void FunctionLowering::lowerAssignField(const sema::AssignFieldStmt *stmt) {
  ValueId base = lowerExpr(stmt->base);
  ValueId value = lowerExpr(stmt->value);
  emitVoid(Op::FieldSet, {base, value}, stmt->field, stmt->range);
}

void FunctionLowering::lowerUpdateField(const sema::UpdateFieldStmt *stmt) {
  ValueId base = lowerExpr(stmt->base);
  const image::Type &row = context_.module.types[fn_.type(base)];
  TypeId type = row.members[stmt->field].types[0];
  ValueId old = emit(Op::FieldGet, type, {base}, stmt->field, stmt->range);
  ValueId value = lowerExpr(stmt->value);
  ValueId result = arithmetic(stmt->op, type, old, value, stmt->opRange);
  emitVoid(Op::FieldSet, {base, result}, stmt->field, stmt->range);
}

} // namespace orus::lower
