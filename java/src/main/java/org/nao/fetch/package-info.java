/** Downloads data sets from where their authors publish them. */
package org.nao.fetch;
