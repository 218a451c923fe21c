/**
 * Labelled images: {@link org.nao.data.ImageSet} holds one set, {@link org.nao.data.ImageData} the
 * training and test set of one source, {@link org.nao.data.DataSource} finds a source by name,
 * folder or archive, {@link org.nao.data.ImageForm} says what images are to be like. Readers: the
 * embedded Fashion-MNIST mini, IDX folders (MNIST's format), CIFAR-10/100 for C and for Python,
 * NumPy's arrays, folders of pictures; each reads a folder or an archive alike. {@link
 * org.nao.data.Split} divides training images into training and validation.
 *
 * <p>Every reader checks what it reads; what is wrong becomes one {@link
 * org.nao.data.DataException} naming the file, what was expected and what was found.
 */
package org.nao.data;
