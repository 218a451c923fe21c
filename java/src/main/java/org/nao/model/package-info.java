/** Trained networks: the files that hold them, and what they make of images. */
package org.nao.model;
