package org.nao.page;

import java.util.List;
import org.nao.search.session.Candidate;

/** Numbers of parameters in a unit that keeps labels short. */
record ParametersAxis(double unit, String title) {
  private static final double THOUSAND = 1e3;
  private static final double MILLION = 1e6;

  static ParametersAxis of(List<Candidate> candidates) {
    final long most = candidates.stream().mapToLong(Candidate::parameters).max().orElse(0);
    return most >= MILLION
        ? new ParametersAxis(MILLION, "parameters, millions")
        : new ParametersAxis(THOUSAND, "parameters, thousands");
  }

  double of(long parameters) {
    return parameters / unit;
  }
}
