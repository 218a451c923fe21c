/**
 * Labelled images: {@link org.nao.data.ImageSet} holds one set, {@link org.nao.data.ImageData} the
 * training and test set of one source, {@link org.nao.data.DataSource} finds a source by name or
 * folder. Readers: the embedded Fashion-MNIST mini, IDX folders (MNIST's format) and the
 * CIFAR-10/100 binary folders. {@link org.nao.data.Split} divides training images into training and
 * validation.
 *
 * <p>Every reader checks what it reads; what is wrong becomes one {@link
 * org.nao.data.DataException} naming the file, what was expected and what was found.
 */
package org.nao.data;
