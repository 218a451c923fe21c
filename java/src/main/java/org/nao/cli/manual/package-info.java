/** The reference of all commands, as man pages and as Markdown, from what {@code --help} shows. */
package org.nao.cli.manual;
