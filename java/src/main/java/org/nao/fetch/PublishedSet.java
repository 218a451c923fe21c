package org.nao.fetch;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A data set that can be downloaded.
 *
 * @param name of its folder
 * @param title what it is, in a few words
 * @param files all that {@code --data} reads
 */
public record PublishedSet(String name, String title, List<PublishedFile> files) {
  private static final String CIFAR = "https://www.cs.toronto.edu/~kriz/";
  private static final String FASHION =
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
  private static final String MNIST = "https://ossci-datasets.s3.amazonaws.com/mnist/";
  private static final String KMNIST = "http://codh.rois.ac.jp/kmnist/dataset/kmnist/";
  private static final String IMAGENETTE = "https://s3.amazonaws.com/fast-ai-imageclas/";

  private static final List<PublishedSet> ALL =
      List.of(
          new PublishedSet(
              "cifar10",
              "60,000 pictures of 3 x 32 x 32 in 10 classes",
              List.of(
                  file(
                      CIFAR + "cifar-10-binary.tar.gz",
                      170_052_171,
                      "c32a1d4ab5d03f1284b67883e8d87530"))),
          new PublishedSet(
              "cifar100",
              "60,000 pictures of 3 x 32 x 32 in 100 classes",
              List.of(
                  file(
                      CIFAR + "cifar-100-binary.tar.gz",
                      168_513_733,
                      "03b5dce01913d631647c71ecec9e9cb8"))),
          new PublishedSet(
              "fashion-mnist",
              "70,000 grey pictures of clothes, 28 x 28, in 10 classes",
              List.of(
                  file(
                      FASHION + "train-images-idx3-ubyte.gz",
                      26_421_880,
                      "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
                  file(
                      FASHION + "train-labels-idx1-ubyte.gz",
                      29_515,
                      "25c81989df183df01b3e8a0aad5dffbe"),
                  file(
                      FASHION + "t10k-images-idx3-ubyte.gz",
                      4_422_102,
                      "bef4ecab320f06d8554ea6380940ec79"),
                  file(
                      FASHION + "t10k-labels-idx1-ubyte.gz",
                      5_148,
                      "bb300cfdad3c16e7a12a480ee83cd310"))),
          new PublishedSet(
              "mnist",
              "70,000 grey digits, 28 x 28, in 10 classes",
              List.of(
                  file(
                      MNIST + "train-images-idx3-ubyte.gz",
                      9_912_422,
                      "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
                  file(
                      MNIST + "train-labels-idx1-ubyte.gz",
                      28_881,
                      "d53e105ee54ea40749a09fcbcd1e9432"),
                  file(
                      MNIST + "t10k-images-idx3-ubyte.gz",
                      1_648_877,
                      "9fb629c4189551a2d022fa330f9573f3"),
                  file(
                      MNIST + "t10k-labels-idx1-ubyte.gz",
                      4_542,
                      "ec29112dd5afa0611ce80d1b7f02629c"))),
          new PublishedSet(
              "kmnist",
              "70,000 grey Japanese letters, 28 x 28, in 10 classes",
              List.of(
                  file(
                      KMNIST + "train-images-idx3-ubyte.gz", 0, "bdb82020997e1d708af4cf47b453dcf7"),
                  file(
                      KMNIST + "train-labels-idx1-ubyte.gz", 0, "e144d726b3acfaa3e44228e80efcd344"),
                  file(KMNIST + "t10k-images-idx3-ubyte.gz", 0, "5c965bf0a639b31b8f53240b1b52f4d7"),
                  file(
                      KMNIST + "t10k-labels-idx1-ubyte.gz",
                      0,
                      "7320c461ea6c1c855c0b718fb2a4b134"))),
          new PublishedSet(
              "imagenette160",
              "13,394 photographs of 10 classes of ImageNet, shorter side 160",
              List.of(
                  file(IMAGENETTE + "imagenette2-160.tgz", 0, "e793b78cc4c9e9a4ccc0c1155377a412"))),
          new PublishedSet(
              "imagenette320",
              "the same, shorter side 320",
              List.of(
                  file(
                      IMAGENETTE + "imagenette2-320.tgz", 0, "3df6f0d01a2c9592104656642f5e78a3"))));

  /** All sets that are known. */
  public static List<PublishedSet> all() {
    return ALL;
  }

  /** The set of a name. */
  public static Optional<PublishedSet> of(String name) {
    return ALL.stream().filter(each -> each.name.equals(name)).findFirst();
  }

  /** Length of all files; empty where one of them is not published. */
  public Optional<Long> bytes() {
    return files.stream().anyMatch(each -> each.bytes() == 0)
        ? Optional.empty()
        : Optional.of(files.stream().mapToLong(PublishedFile::bytes).sum());
  }

  private static PublishedFile file(String home, long bytes, String md5) {
    return new PublishedFile(URI.create(home), bytes, md5);
  }
}
