/** What a search is, as data: sizes, recipes, choices, the algorithms there are, the presets. */
package org.nao.search.config;
