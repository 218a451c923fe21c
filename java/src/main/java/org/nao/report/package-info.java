/** Results for people: charts as SVG and PNG, numbers as Markdown and CSV. */
package org.nao.report;
