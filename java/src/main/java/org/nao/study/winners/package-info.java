/** What whole searches find: repeated searches, and searches without one of their parts. */
package org.nao.study.winners;
