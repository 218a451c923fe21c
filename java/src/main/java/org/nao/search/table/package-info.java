/**
 * Searches in NAS-Bench-201 (Dong and Yang, 2020), whose 15,625 cells have all been trained: a
 * table gives every accuracy, so a search takes seconds and can be repeated hundreds of times.
 *
 * <p>{@link org.nao.search.table.CellTable} is the table, {@link org.nao.search.table.CellSpace}
 * its cells as token sequences, {@link org.nao.search.table.RepeatedSearch} runs algorithms with
 * many seeds and {@link org.nao.search.table.TableSummary} says how good they were after how many
 * queries.
 */
package org.nao.search.table;
