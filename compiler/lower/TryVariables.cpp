#include "compiler/lower/FunctionLowering.h"

namespace orus::lower {

namespace {

/// Walks the statements of a function, noting at which depth of `try` bodies each variable is
/// declared and stored to.
class TryVariableFinder {
public:
  llvm::DenseSet<const sema::Variable *> found;

  void walk(llvm::ArrayRef<sema::Stmt *> statements) {
    for (const sema::Stmt *stmt : statements)
      visit(stmt);
  }

private:
  void declare(const sema::Variable *variable) {
    if (variable && depth_ != 0)
      declaredAt_.try_emplace(variable, depth_);
  }

  void store(const sema::Variable *variable, bool isDeclaration) {
    if (!variable || variable->kind == sema::VariableKind::Module)
      return;
    if (isDeclaration)
      declare(variable);
    if (depth_ > declaredAt_.lookup(variable)) // 0 for those declared outside of every try
      found.insert(variable);
  }

  void block(const sema::Block *body) {
    if (!body)
      return;
    for (const sema::Variable *variable : body->uninitialized)
      declare(variable);
    walk(body->statements);
  }

  void visit(const sema::Stmt *stmt) {
    switch (stmt->kind) {
    case sema::StmtKind::AssignVariable: {
      const auto *assign = llvm::cast<sema::AssignVariableStmt>(stmt);
      return store(assign->variable, assign->isDeclaration);
    }
    case sema::StmtKind::Destructure: {
      const auto *destructure = llvm::cast<sema::DestructureStmt>(stmt);
      for (size_t i = 0; i < destructure->targets.size(); ++i)
        store(destructure->targets[i], destructure->isDeclaration[i]);
      return;
    }
    case sema::StmtKind::If: {
      const auto *branches = llvm::cast<sema::IfStmt>(stmt);
      for (const sema::IfBranch &branch : branches->branches)
        block(branch.body);
      return block(branches->elseBody);
    }
    case sema::StmtKind::While: return block(llvm::cast<sema::WhileStmt>(stmt)->body);
    case sema::StmtKind::ForRange: {
      const auto *loop = llvm::cast<sema::ForRangeStmt>(stmt);
      declare(loop->variable);
      return block(loop->body);
    }
    case sema::StmtKind::ForArray:
    case sema::StmtKind::ForString:
    case sema::StmtKind::ForRangeValue: {
      const auto *loop = llvm::cast<sema::ForInStmt>(stmt);
      declare(loop->variable);
      return block(loop->body);
    }
    case sema::StmtKind::Match:
      for (const sema::Arm *arm : llvm::cast<sema::MatchStmt>(stmt)->arms) {
        for (const sema::Variable *variable : arm->bindings)
          declare(variable);
        block(arm->body);
      }
      return;
    case sema::StmtKind::Try: {
      const auto *attempt = llvm::cast<sema::TryStmt>(stmt);
      ++depth_;
      block(attempt->body);
      --depth_;
      declare(attempt->error);
      return block(attempt->handler);
    }
    default: return;
    }
  }

  uint32_t depth_ = 0;
  llvm::DenseMap<const sema::Variable *, uint32_t> declaredAt_;
};

} // namespace

llvm::DenseSet<const sema::Variable *> findTryVariables(llvm::ArrayRef<sema::Stmt *> body) {
  TryVariableFinder finder;
  finder.walk(body);
  return std::move(finder.found);
}

} // namespace orus::lower
