/** Results for people: charts as SVG, numbers as Markdown and CSV, what intervals mean. */
package org.nao.report;
