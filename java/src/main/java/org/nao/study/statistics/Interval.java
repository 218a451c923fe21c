package org.nao.study.statistics;

/** A confidence interval; both ends are NaN where there is none. */
public record Interval(double low, double high) {}
