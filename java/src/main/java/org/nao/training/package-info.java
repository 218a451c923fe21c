/** Steps and runs of one network outside the search. */
package org.nao.training;
