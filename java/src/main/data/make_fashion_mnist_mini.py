#!/usr/bin/env python3
"""Makes the embedded data set "fashion-mnist-mini" from Debian's package dataset-fashion-mnist.

usage: make_fashion_mnist_mini.py [SOURCE_DIR [OUT_FILE]]

Keeps the first 600 training and the first 100 test images of each of the 10 classes, in their original order, and writes
one gzip file of four IDX arrays: training images, training labels, test images, test labels. Every image row but the
first holds the difference (mod 256) to the row above, which deflates better. The same input gives the same bytes.
"""
import gzip
import os
import struct
import sys
import zlib

CLASSES = 10
PER_CLASS = {'train': 600, 't10k': 100}
IMAGES_MAGIC, LABELS_MAGIC = 0x803, 0x801


def read_idx(path, magic, dimensions):
    with gzip.open(path) as source:
        data = source.read()
    found, *shape = struct.unpack_from('>%di' % (1 + dimensions), data)
    if found != magic:
        sys.exit('%s: expected an IDX file of magic 0x%x, found 0x%x' % (path, magic, found))
    return shape, data[4 * (1 + dimensions):]


def difference_rows(image, width):
    rest = bytes((image[i] - image[i - width]) & 255 for i in range(width, len(image)))
    return image[:width] + rest


def subset(folder, split):
    (count, height, width), pixels = read_idx(
        os.path.join(folder, split + '-images-idx3-ubyte.gz'), IMAGES_MAGIC, 3)
    _, labels = read_idx(os.path.join(folder, split + '-labels-idx1-ubyte.gz'), LABELS_MAGIC, 1)
    size = height * width
    left = [PER_CLASS[split]] * CLASSES
    kept = []
    for index in range(count):
        if left[labels[index]] > 0:
            left[labels[index]] -= 1
            kept.append(index)
    if any(left):
        sys.exit('%s: too few images of class %d' % (folder, max(range(CLASSES), key=left.__getitem__)))
    images = b''.join(difference_rows(pixels[i * size:(i + 1) * size], width) for i in kept)
    return (struct.pack('>4i', IMAGES_MAGIC, len(kept), height, width) + images +
            struct.pack('>2i', LABELS_MAGIC, len(kept)) + bytes(labels[i] for i in kept))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    folder = sys.argv[1] if len(sys.argv) > 1 else '/usr/share/datasets/fashion-mnist'
    out = sys.argv[2] if len(sys.argv) > 2 else os.path.join(
        here, '..', 'resources', 'org', 'nao', 'data', 'fashion-mnist-mini.gz')
    gzip_window = 31
    deflate = zlib.compressobj(9, zlib.DEFLATED, gzip_window, 9, zlib.Z_FILTERED)
    data = deflate.compress(subset(folder, 'train') + subset(folder, 't10k')) + deflate.flush()
    with open(out, 'wb') as target:
        target.write(data)
    print('%s: %d bytes' % (os.path.normpath(out), len(data)))


if __name__ == '__main__':
    main()
