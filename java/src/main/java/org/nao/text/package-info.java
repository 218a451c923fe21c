/** Words for people: counted nouns, command lines that a shell takes. */
package org.nao.text;
