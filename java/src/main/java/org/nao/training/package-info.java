/** Training of one network: recipes, schedules, the training loop, single steps. */
package org.nao.training;
