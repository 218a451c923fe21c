// Program -> Plan, in three steps over one builder.
#include "program/plan_builder.h"

namespace nao::program {

Plan lower(const Program& program, bool training, const Rules& rules) {
  Rules own = rules;
  own.phases = rules.phases && !training;
  PlanBuilder build(own);
  lowerForward(program, training, build);
  if (training) lowerBackward(build);
  mergePools(build);
  return build.finish();
}

}  // namespace nao::program
