/** How well one-shot scores rank architectures, beside their stand-alone accuracies. */
package org.nao.study.ranking;
