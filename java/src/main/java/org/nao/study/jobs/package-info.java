/**
 * The trainings and searches that studies are made of: each job has a key that says all that its
 * result depends on, and a result that is kept and found again.
 */
package org.nao.study.jobs;
