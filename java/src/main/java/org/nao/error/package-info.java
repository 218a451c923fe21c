/** The exception of users' mistakes, which every other package may throw. */
package org.nao.error;
