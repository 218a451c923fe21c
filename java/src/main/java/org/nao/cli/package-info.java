/**
 * The command line: one command per file, options that several commands share as mixins ({@code
 * ...Options}). Commands parse and print; what they print is computed elsewhere. Results go to
 * standard output, everything else to standard error.
 *
 * <p>{@link org.nao.cli.Main} lists the commands, {@link org.nao.cli.ExitCode} the exit codes,
 * {@link org.nao.cli.UserErrors} turns errors into one sentence.
 */
package org.nao.cli;
