/** Rank correlations and bootstrap intervals. */
package org.nao.study.statistics;
